import type { ResourceType } from '../resource-type';

export const networkPolicy: readonly ResourceType[] = [
  {
    names: ['kubernetes_network_policy', 'kubernetes_network_policy_v1'],
    kinds: ['networking.k8s.io/NetworkPolicy'],
    what: 'a network policy',
    deletion: {
      kind: 'service',
      impact: 'its restriction: pods that no other policy selects accept and open every connection',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'a guard rule compares what it allows' },
    running: { none: 'it does not run' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'its peers are compared by the guard rule itself' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    pods: { none: 'it creates no pods' },
    price: { free: 'an object of the API of Kubernetes has no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: ['pods'],
  },
];
