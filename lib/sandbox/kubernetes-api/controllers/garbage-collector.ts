import { type ApiClient, removeFinalizer } from '../api-client';
import { buildPath, type KubernetesObject } from '../objects';
import { CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, PODS, REPLICA_SETS, STATEFUL_SETS, selectOwned } from './owned';

interface Found {
  readonly collection: string;
  readonly object: KubernetesObject;
}

const OWNER_KINDS: readonly string[] = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];
const OWNERS = [DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, JOBS, CRON_JOBS];
const DEPENDENTS = [PODS, REPLICA_SETS, JOBS];

/** Deletes dependents of deleted workloads, by the propagation policy: foreground, background or orphan. */
export async function collectGarbage(api: ApiClient): Promise<void> {
  // List dependents first: their owners are then listed too, unless they are deleted.
  const dependents = await listAll(api, DEPENDENTS);
  const owners = await listAll(api, OWNERS);
  for (const owner of owners) if (owner.object.metadata.deletionTimestamp) await finish(api, owner, dependents);

  const uids = new Set(owners.map(({ object }) => object.metadata.uid));
  for (const { collection, object } of dependents) {
    const owner = object.metadata.ownerReferences?.find(({ controller, kind }) => controller && OWNER_KINDS.includes(kind));
    if (owner && !uids.has(owner.uid) && !object.metadata.deletionTimestamp) await remove(api, collection, object);
  }
}

async function finish(api: ApiClient, { collection, object }: Found, all: readonly Found[]): Promise<void> {
  const { finalizers = [] } = object.metadata;
  const dependents = all.filter((found) => selectOwned([found.object], object).length > 0);
  const waitsFor = finalizers.find((finalizer) => finalizer === 'foregroundDeletion' || finalizer === 'orphan');
  if (waitsFor === undefined) return;
  for (const { collection: of, object: dependent } of dependents) {
    if (waitsFor === 'orphan') await api.patch(buildPath(of, dependent.metadata), { metadata: { ownerReferences: null } });
    else if (!dependent.metadata.deletionTimestamp) await remove(api, of, dependent);
  }
  if (waitsFor === 'foregroundDeletion' && dependents.length > 0) return;
  await removeFinalizer(api, collection, object.metadata, waitsFor);
}

function remove(api: ApiClient, collection: string, { metadata }: KubernetesObject): Promise<void> {
  return api.delete(buildPath(collection, metadata), { propagationPolicy: 'Background' });
}

async function listAll(api: ApiClient, collections: readonly string[]): Promise<Found[]> {
  const lists = await Promise.all(collections.map((collection) => api.list<KubernetesObject>(collection)));
  return collections.flatMap((collection, index) => lists[index]!.map((object) => ({ collection, object })));
}
