import type { ResourceType } from '../resource-type';

export const namespace: readonly ResourceType[] = [
  {
    names: ['kubernetes_namespace', 'kubernetes_namespace_v1'],
    kinds: ['Namespace'],
    what: 'a namespace',
    deletion: {
      kind: 'rule',
      rule: 'namespace-destroyed',
    },
  },
];
