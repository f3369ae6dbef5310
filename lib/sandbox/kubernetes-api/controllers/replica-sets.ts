import type { ApiClient } from '../api-client';
import { buildPath, type Pod } from '../objects';
import { forEachObject } from '../reconciliation';
import type { ReplicaSet } from './deployments';
import { buildOwnerReference, createPod, isReady, PODS, REPLICA_SETS, selectActivePods, selectOwned } from './owned';
import { updateStatus } from './status';

/** Creates and deletes pods until each replica set has its number of replicas. */
export async function replicatePods(api: ApiClient): Promise<void> {
  const [replicaSets, pods] = await Promise.all([api.list<ReplicaSet>(REPLICA_SETS), api.list<Pod>(PODS)]);
  const active = replicaSets.filter(({ metadata }) => !metadata.deletionTimestamp);
  await forEachObject(active, (replicaSet) => replicate(api, replicaSet, selectActivePods(selectOwned(pods, replicaSet))));
}

async function replicate(api: ApiClient, replicaSet: ReplicaSet, pods: readonly Pod[]): Promise<void> {
  const { metadata, spec } = replicaSet;
  const { replicas = 1 } = spec;
  const owner = {
    namespace: metadata.namespace!,
    generateName: `${metadata.name}-`,
    ownerReferences: [buildOwnerReference('apps/v1', 'ReplicaSet', metadata)],
  };
  let refusal: string | undefined;
  for (let count = pods.length; count < replicas && refusal === undefined; count += 1) refusal = await createPod(api, spec.template, owner);
  for (const surplus of pods.slice(replicas)) await api.delete(buildPath(PODS, surplus.metadata));
  const ready = pods.slice(0, replicas).filter(isReady).length;
  await updateStatus(api, REPLICA_SETS, replicaSet, {
    observedGeneration: metadata.generation,
    replicas: Math.min(pods.length, replicas),
    fullyLabeledReplicas: Math.min(pods.length, replicas),
    readyReplicas: ready,
    availableReplicas: ready,
    conditions: refusal === undefined ? [] : [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: steady(refusal) }],
  });
}

/** Removes the generated pod name from an error message, which differs with each attempt. */
function steady(refusal: string): string {
  return refusal.replace(/^pods "[^"]*" /, 'pods ');
}
