import type { TypeDescription } from '../type-description';
import { ACCESS_MODES, checkClaim } from './admission/volume-claims';
import { describeKind } from './kubernetes';
import { sameQuantities } from './kubernetes-pod';

const storageClass = describeKind({
  type: 'kubernetes_storage_class_v1',
  kind: 'StorageClass.storage.k8s.io',
  label: 'storage class',
  plural: 'storageclasses.storage.k8s.io',
  scope: 'cluster',
  forceNew: ['{allowed_topologies,mount_options,parameters,storage_provisioner,volume_binding_mode}'],
  defaults: { allow_volume_expansion: true, reclaim_policy: 'Delete', volume_binding_mode: 'Immediate' },
});

const persistentVolumeClaim = describeKind({
  type: 'kubernetes_persistent_volume_claim_v1',
  kind: 'PersistentVolumeClaim',
  updating: '',
  planChecks: { 'spec.access_modes': ACCESS_MODES },
  validate: checkClaim,
  label: 'persistent volume claim',
  plural: 'persistentvolumeclaims',
  computed: ['spec.{storage_class_name,volume_mode,volume_name}'],
  values: {
    'spec.storage_class_name': 'standard-rwo',
    'spec.volume_mode': 'Filesystem',
    'spec.volume_name': (_, cloud) => `pvc-${String(cloud.next('volume')).padStart(8, '0')}`,
  },
  defaults: { wait_until_bound: true },
  notReadBack: { wait_until_bound: true },
  forceNew: ['spec.{access_modes,selector,storage_class_name,volume_mode,volume_name}', 'spec.resources.limits'],
  diffSuppress: { 'spec.resources.limits': sameQuantities, 'spec.resources.requests': sameQuantities },
});

export const kubernetesStorage: readonly TypeDescription[] = [storageClass, persistentVolumeClaim];
