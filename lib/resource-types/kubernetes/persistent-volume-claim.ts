import type { ResourceType } from '../resource-type';

export const persistentVolumeClaim: readonly ResourceType[] = [
  {
    names: ['kubernetes_persistent_volume_claim', 'kubernetes_persistent_volume_claim_v1'],
    kinds: ['PersistentVolumeClaim'],
    what: 'a volume claim',
    deletion: {
      kind: 'data',
      impact: 'the volume and its data, when the reclaim policy of its storage class is Delete, as in GKE',
      recovery: 'a backup of its namespace, when the backup plan includes volume data',
      source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { unpriced: 'the disk behind it', isLarge: true },
  },
];
