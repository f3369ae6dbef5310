import { type ApiClient, removeFinalizer } from './api-client';
import { buildPath, type KubernetesObject, type Pod } from './objects';

/** Persistent volume claim. */
export interface Claim extends KubernetesObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly accessModes?: readonly string[];
    readonly volumeMode?: string;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
}

interface Volume extends KubernetesObject {
  readonly spec: { readonly persistentVolumeReclaimPolicy?: string; readonly claimRef?: { readonly uid?: string } };
}

interface StorageClass extends KubernetesObject {
  readonly provisioner: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
}

const CLAIMS = '/api/v1/persistentvolumeclaims';
const VOLUMES = '/api/v1/persistentvolumes';
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
const FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';

/**
 * Simulates the Persistent Disk CSI driver: provisions a volume for each claim, immediately or for the first consumer by its storage class,
 * binds the two, and deletes the volume after its claim.
 */
export async function provisionDisks(api: ApiClient): Promise<void> {
  const [claims, volumes] = await Promise.all([api.list<Claim>(CLAIMS), api.list<Volume>(VOLUMES)]);
  const uids = new Set(claims.map(({ metadata }) => metadata.uid));
  for (const volume of volumes) if (!uids.has(volume.spec.claimRef?.uid ?? '')) await release(api, volume);

  const pending = claims.filter(({ spec, metadata }) => !spec.volumeName && !metadata.deletionTimestamp);
  if (pending.length === 0) return;
  const [pods, classes] = await Promise.all([
    api.list<Pod>('/api/v1/pods'),
    api.list<StorageClass>('/apis/storage.k8s.io/v1/storageclasses'),
  ]);
  for (const claim of pending) {
    const storageClass = classes.find(({ metadata }) => metadata.name === claim.spec.storageClassName);
    const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !pods.some((pod) => uses(pod, claim));
    if (storageClass && !waits) await provision(api, claim, storageClass);
  }
}

async function release(api: ApiClient, { metadata, spec }: Volume): Promise<void> {
  const { annotations = {}, finalizers = [], deletionTimestamp } = metadata;
  if (annotations[PROVISIONED_BY] === undefined || spec.persistentVolumeReclaimPolicy !== 'Delete') return;
  const path = buildPath(VOLUMES, metadata);
  if (!deletionTimestamp) await api.delete(path);
  else if (finalizers.includes(FINALIZER)) await removeFinalizer(api, VOLUMES, metadata, FINALIZER);
}

/** True if a pod mounts a claim. */
export function uses({ metadata, spec }: Pod, claim: KubernetesObject): boolean {
  const names = (spec.volumes ?? []).map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName);
  return metadata.namespace === claim.metadata.namespace && names.includes(claim.metadata.name);
}

async function provision(api: ApiClient, { metadata, spec }: Claim, storageClass: StorageClass): Promise<void> {
  const name = `pvc-${metadata.uid}`;
  const capacity = { storage: spec.resources?.requests?.storage ?? '1Gi' };
  const { accessModes, volumeMode, storageClassName } = spec;
  await api.create(VOLUMES, {
    metadata: { name, annotations: { [PROVISIONED_BY]: storageClass.provisioner } },
    spec: {
      capacity,
      accessModes,
      volumeMode,
      storageClassName,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid },
      csi: { driver: storageClass.provisioner, volumeHandle: name },
    },
  });
  const path = buildPath(CLAIMS, metadata);
  const bound = { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' };
  await api.patch(path, { metadata: { annotations: bound }, spec: { volumeName: name } });
  await api.patch(`${path}/status`, { status: { phase: 'Bound', accessModes, capacity } });
  await api.patch(`${VOLUMES}/${name}/status`, { status: { phase: 'Bound' } });
}
