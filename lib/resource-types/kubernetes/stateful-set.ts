import { blocksAt, listAt } from '../../terraform/values';
import type { ResourceType } from '../resource-type';
import { compareCount } from '../running';

export const statefulSet: readonly ResourceType[] = [
  {
    names: ['kubernetes_stateful_set', 'kubernetes_stateful_set_v1'],
    kinds: ['apps/StatefulSet'],
    what: 'a stateful set',
    deletion: {
      kind: 'data',
      impact: 'its pods; its volume claims too when persistent_volume_claim_retention_policy is Delete',
      recovery: 'retained claims, by a stateful set of the same name',
      source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
    },
    protections: [
      // Retain is the default: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
      {
        path: ['spec', 'persistent_volume_claim_retention_policy', 'when_deleted'],
        safe: { oneOf: ['Retain', undefined] },
        against: 'deletion',
        weaker: 'its volume claims are deleted with it',
      },
      {
        path: ['spec', 'persistent_volume_claim_retention_policy', 'when_scaled'],
        safe: { oneOf: ['Retain', undefined] },
        against: 'deletion',
        weaker: 'volume claims of pods are deleted when it is scaled down',
      },
    ],
    running: [{ path: ['spec', 'replicas'], safe: compareCount('replicas'), stops: 'its replicas' }],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    pods: { template: ['spec', 'template'], run: 'service' },
    price: (values) =>
      [...blocksAt(values, 'spec', 'volume_claim_template'), ...listAt(values, 'spec', 'volumeClaimTemplates')].length > 0
        ? { unpriced: 'the disks of its pods', isLarge: true }
        : { free: 'its pods run on nodes, which are priced' },
  },
];
