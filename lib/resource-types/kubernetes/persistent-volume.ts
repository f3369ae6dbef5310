import type { ResourceType } from '../resource-type';

export const persistentVolume: readonly ResourceType[] = [
  {
    names: ['kubernetes_persistent_volume', 'kubernetes_persistent_volume_v1'],
    kinds: ['PersistentVolume'],
    what: 'a volume',
    deletion: {
      kind: 'data',
      impact: 'the reference to its disk; the disk itself stays unless the reclaim policy is Delete',
      recovery: 'a new volume on the same disk, when that was retained',
      source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
    },
    protections: [
      // https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaim-policy
      {
        path: ['spec', 'persistent_volume_reclaim_policy'],
        safe: { oneOf: ['Retain'] },
        against: 'deletion',
        weaker: 'its disk is deleted with its claim',
      },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { unpriced: 'the disk behind it', isLarge: true },
  },
];
