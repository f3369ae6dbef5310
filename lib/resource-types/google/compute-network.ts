import type { ResourceType } from '../resource-type';

export const computeNetwork: readonly ResourceType[] = [
  {
    names: ['google_compute_network'],
    what: 'a network',
    deletion: {
      kind: 'data',
      impact: 'its subnetworks, routes and firewall rules, and every connection through it',
      recovery: 'the configuration, from Terraform; workloads do not move to a new network',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_network',
    },
    protections: { none: 'no argument protects it' },
    running: { none: 'it does not run' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'its firewall rules and peerings expose it' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { whileUsed: 'held' },
    pods: { none: 'it creates no pods' },
    price: { free: 'networks have no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'rules, routes and peerings are resources of their own' },
  },
];
