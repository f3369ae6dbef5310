import type { ResourceType } from '../resource-type';

export const storageClass: readonly ResourceType[] = [
  {
    names: ['kubernetes_storage_class', 'kubernetes_storage_class_v1'],
    kinds: ['storage.k8s.io/StorageClass'],
    what: 'a storage class',
    deletion: {
      kind: 'service',
      impact: 'new volumes of the class; existing ones stay',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: [
      {
        path: ['reclaim_policy'],
        safe: { oneOf: ['Retain'] },
        against: 'deletion',
        weaker: 'disks of new volumes are deleted with their claims',
      },
      { path: ['allow_volume_expansion'], safe: { oneOf: [true] }, against: 'outage', weaker: 'volumes of the class can no longer grow' },
      {
        path: ['parameters', 'disk-encryption-kms-key'],
        safe: { set: true },
        against: 'attack',
        weaker: 'new volumes are no longer encrypted with your own key',
      },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
  {
    names: ['kubernetes_csi_driver', 'kubernetes_csi_driver_v1'],
    kinds: ['storage.k8s.io/CSIDriver'],
    what: 'a CSI driver',
    deletion: {
      kind: 'service',
      impact: 'the mounts of its volumes',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
];
