import type { ResourceType } from '../resource-type';

export const containerNodePool: readonly ResourceType[] = [
  {
    names: ['google_container_node_pool'],
    what: 'a node pool',
    deletion: {
      kind: 'rule',
      rule: 'pool-deleted',
    },
  },
];
