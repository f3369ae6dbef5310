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
    protections: [
      { path: ['enable_shielded_nodes'], safe: { oneOf: [true] }, against: 'attack', weaker: 'nodes are no longer shielded' },
      {
        path: ['workload_identity_config', 'workload_pool'],
        safe: { set: true },
        against: 'attack',
        weaker: 'workloads lose their own identities and use that of the node',
      },
      {
        path: ['database_encryption', 'state'],
        safe: { oneOf: ['ENCRYPTED'] },
        against: 'attack',
        weaker: 'secrets are no longer encrypted with your own key',
      },
      {
        path: ['binary_authorization', 'evaluation_mode'],
        safe: { oneOf: ['PROJECT_SINGLETON_POLICY_ENFORCE'] },
        against: 'attack',
        weaker: 'images are no longer verified',
      },
      {
        path: ['network_policy', 'enabled'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'network policies are no longer enforced',
      },
      {
        path: ['datapath_provider'],
        safe: { oneOf: ['ADVANCED_DATAPATH'] },
        against: 'attack',
        weaker: 'network policies are no longer enforced by Dataplane V2',
      },
      {
        path: ['enable_legacy_abac'],
        safe: { oneOf: [false] },
        against: 'attack',
        weaker: 'legacy attribute-based authorization is turned on, beside RBAC',
      },
      {
        path: ['logging_service'],
        safe: { oneOf: ['logging.googleapis.com/kubernetes'] },
        against: 'attack',
        weaker: 'its logs are no longer collected',
      },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'location'] },
    use: { whileUsed: 'held' },
  },
];
