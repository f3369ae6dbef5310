import type { ResourceType } from '../resource-type';

export const containerCluster: readonly ResourceType[] = [
  {
    names: ['google_container_cluster'],
    what: 'a cluster',
    deletion: {
      kind: 'data',
      impact: 'every namespace, workload and secret in it, and the disks of volumes whose reclaim policy is Delete',
      recovery: 'what Terraform and the charts create; data only from a backup plan with volume data, or from retained disks',
      source: 'https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'location'] },
    use: { whileUsed: 'held' },
  },
];
