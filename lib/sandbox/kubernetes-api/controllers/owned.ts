import { ApiClient, ApiError } from '../api-client';
import type { KubernetesObject, ObjectMetadata, OwnerReference, Pod, PodTemplate } from '../objects';

export const PODS = '/api/v1/pods';
export const DEPLOYMENTS = '/apis/apps/v1/deployments';
export const REPLICA_SETS = '/apis/apps/v1/replicasets';
export const STATEFUL_SETS = '/apis/apps/v1/statefulsets';
export const DAEMON_SETS = '/apis/apps/v1/daemonsets';
export const JOBS = '/apis/batch/v1/jobs';
export const CRON_JOBS = '/apis/batch/v1/cronjobs';

/** Builds the owner reference to a controlling object. */
export function buildOwnerReference(apiVersion: string, kind: string, { name, uid }: ObjectMetadata): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Selects the objects that a controller owns. */
export function selectOwned<Item extends KubernetesObject>(items: readonly Item[], { metadata }: KubernetesObject): Item[] {
  return items.filter((item) => item.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
}

/** Selects the pods that are neither finished nor terminating. */
export function selectActivePods(pods: readonly Pod[]): Pod[] {
  return pods.filter(({ metadata, status }) => !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
}

export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}

/**
 * Creates a pod from a template.
 *
 * @returns message of the API server if it rejects the pod
 */
export async function createPod(
  api: ApiClient,
  template: PodTemplate,
  metadata: { readonly namespace: string; readonly ownerReferences: readonly OwnerReference[]; readonly [field: string]: unknown },
): Promise<string | undefined> {
  const { labels, annotations } = template.metadata ?? {};
  try {
    await api.create(`/api/v1/namespaces/${metadata.namespace}/pods`, {
      metadata: { labels, annotations, ...metadata },
      spec: template.spec,
    });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}
