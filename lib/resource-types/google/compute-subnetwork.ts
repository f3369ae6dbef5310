import type { ResourceType } from '../resource-type';

export const computeSubnetwork: readonly ResourceType[] = [
  {
    names: ['google_compute_subnetwork'],
    what: 'a subnetwork',
    deletion: {
      kind: 'data',
      impact: 'the addresses of every VM instance, node and pod in it',
      recovery: 'the configuration, from Terraform; VM instances and clusters in it have to be recreated',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_subnetwork',
    },
    protections: [
      {
        path: ['private_ip_google_access'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'VM instances without an external address no longer reach Google APIs',
      },
      { path: ['log_config'], safe: { set: true }, against: 'attack', weaker: 'its traffic is no longer logged' },
    ],
    running: [
      {
        path: ['private_ip_google_access'],
        safe: { oneOf: [true] },
        stops: 'VM instances without external addresses no longer reach Google APIs',
      },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'its firewall rules expose it' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { whileUsed: 'held' },
    pods: { none: 'it creates no pods' },
    price: { free: 'subnetworks have no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'rules are resources of the network' },
  },
];
