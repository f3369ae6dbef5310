import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../api-client';
import { buildPath, type Condition, type KubernetesObject, type PodTemplate } from '../objects';
import { forEachObject } from '../reconciliation';
import { buildOwnerReference, DEPLOYMENTS, REPLICA_SETS, selectOwned } from './owned';
import { updateStatus } from './status';

interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: PodTemplate;
  };
}

/** Replica set, with or without an owning deployment. */
export interface ReplicaSet extends KubernetesObject {
  readonly spec: { readonly replicas?: number; readonly template: PodTemplate };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

const HASH_LABEL = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';

/** Creates a replica set for each revision of a deployment, and scales down older ones once its pods are ready. */
export async function rollOutDeployments(api: ApiClient): Promise<void> {
  const [deployments, replicaSets] = await Promise.all([api.list<Deployment>(DEPLOYMENTS), api.list<ReplicaSet>(REPLICA_SETS)]);
  const active = deployments.filter(({ metadata, spec }) => !metadata.deletionTimestamp && !spec.paused);
  await forEachObject(active, (deployment) => rollOut(api, deployment, selectOwned(replicaSets, deployment)));
}

async function rollOut(api: ApiClient, deployment: Deployment, owned: readonly ReplicaSet[]): Promise<void> {
  const { replicas = 1, template } = deployment.spec;
  const current = owned.find((replicaSet) => isDeepStrictEqual(withoutHash(replicaSet.spec.template), withoutHash(template)));
  if (current === undefined) await createReplicaSet(api, deployment, owned);
  else if (current.spec.replicas !== replicas) await scale(api, current, replicas);
  const isReady = (current?.status?.readyReplicas ?? 0) >= replicas;
  for (const old of owned) if (old !== current && isReady && old.spec.replicas !== 0) await scale(api, old, 0);
  await updateStatus(api, DEPLOYMENTS, deployment, status(deployment, owned, current));
}

function createReplicaSet(api: ApiClient, { metadata, spec }: Deployment, owned: readonly ReplicaSet[]): Promise<void> {
  const hash = createHash('sha256').update(JSON.stringify(spec.template)).digest('hex').slice(0, 10);
  const labels = { ...spec.template.metadata?.labels, [HASH_LABEL]: hash };
  const revision = 1 + Math.max(0, ...owned.map(({ metadata: { annotations } }) => Number(annotations?.[REVISION] ?? 0)));
  return api.create(`/apis/apps/v1/namespaces/${metadata.namespace}/replicasets`, {
    metadata: {
      name: `${metadata.name}-${hash}`,
      labels,
      annotations: { [REVISION]: String(revision) },
      ownerReferences: [buildOwnerReference('apps/v1', 'Deployment', metadata)],
    },
    spec: {
      replicas: spec.replicas,
      selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  });
}

function scale(api: ApiClient, { metadata }: ReplicaSet, replicas: number): Promise<void> {
  return api.patch(buildPath(REPLICA_SETS, metadata), { spec: { replicas } });
}

function status({ metadata, spec }: Deployment, owned: readonly ReplicaSet[], current?: ReplicaSet): Record<string, unknown> {
  const { replicas: wanted = 1 } = spec;
  const sum = (count: 'replicas' | 'readyReplicas' | 'availableReplicas'): number =>
    owned.reduce((total, replicaSet) => total + (replicaSet.status?.[count] ?? 0), 0);
  const available = sum('availableReplicas');
  const failure = current?.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  const isAvailable = available >= wanted;
  return {
    observedGeneration: metadata.generation,
    replicas: sum('replicas'),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wanted - available),
    conditions: [
      {
        type: 'Available',
        status: isAvailable ? 'True' : 'False',
        reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        message: isAvailable ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
      },
      ...(failure ? [failure] : []),
    ],
  };
}

function withoutHash({ metadata, spec }: PodTemplate): object {
  const { [HASH_LABEL]: _, ...labels } = metadata?.labels ?? {};
  return { labels, annotations: metadata?.annotations ?? {}, spec };
}
