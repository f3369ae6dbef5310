import type { ResourceType } from '../resource-type';

export const namespace: readonly ResourceType[] = [
  {
    names: ['kubernetes_namespace', 'kubernetes_namespace_v1'],
    kinds: ['Namespace'],
    what: 'a namespace',
    price: { free: 'an object of the API of Kubernetes has no price' },
    deletion: {
      kind: 'rule',
      rule: 'namespace-destroyed',
    },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'its level of Pod Security is compared by the guard rule itself' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
  },
];
