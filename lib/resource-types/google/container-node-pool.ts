import type { ResourceType } from '../resource-type';

export const containerNodePool: readonly ResourceType[] = [
  {
    names: ['google_container_node_pool'],
    what: 'a node pool',
    deletion: {
      kind: 'rule',
      rule: 'pool-deleted',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'location', 'cluster'] },
    use: { none: 'pods on it are evicted, and need other nodes' },
  },
];
