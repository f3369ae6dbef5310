import { type ApiClient, removeFinalizer } from '../api-client';
import type { KubernetesObject, Pod } from '../objects';
import { uses } from '../simulated-disks';
import { PODS } from './owned';

const CLAIMS = '/api/v1/persistentvolumeclaims';
const VOLUMES = '/api/v1/persistentvolumes';

/** Removes the protection finalizers of deleted claims and volumes that no pod uses. */
export async function releaseVolumes(api: ApiClient): Promise<void> {
  const [claims, volumes] = await Promise.all([api.list<KubernetesObject>(CLAIMS), api.list<KubernetesObject>(VOLUMES)]);
  const deleted = claims.filter((claim) => isHeld(claim, 'kubernetes.io/pvc-protection'));
  const pods = deleted.length > 0 ? await api.list<Pod>(PODS) : [];
  for (const claim of deleted) {
    if (!pods.some((pod) => uses(pod, claim))) await removeFinalizer(api, CLAIMS, claim.metadata, 'kubernetes.io/pvc-protection');
  }
  for (const volume of volumes) {
    if (isHeld(volume, 'kubernetes.io/pv-protection')) await removeFinalizer(api, VOLUMES, volume.metadata, 'kubernetes.io/pv-protection');
  }
}

function isHeld({ metadata }: KubernetesObject, finalizer: string): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizer) === true;
}
