import type { ResourceType } from '../resource-type';

export const containerNodePool: readonly ResourceType[] = [
  {
    names: ['google_container_node_pool'],
    what: 'a node pool',
    deletion: {
      kind: 'rule',
      rule: 'pool-deleted',
    },
    protections: [
      {
        path: ['node_config', 'workload_metadata_config', 'mode'],
        safe: { oneOf: ['GKE_METADATA'] },
        against: 'attack',
        weaker: "pods can now obtain the node's credentials",
      },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'location', 'cluster'] },
    use: { none: 'pods on it are evicted, and need other nodes' },
  },
];
