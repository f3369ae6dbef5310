import { createHash } from 'node:crypto';
import type { ApiClient } from '../api-client';
import { buildPath, type KubernetesObject, type ObjectMetadata, type Pod, type PodTemplate } from '../objects';
import { forEachObject } from '../reconciliation';
import { buildOwnerReference, createPod, isReady, PODS, STATEFUL_SETS, selectOwned } from './owned';
import { updateStatus } from './status';

interface StatefulSet extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: PodTemplate;
    readonly volumeClaimTemplates?: readonly { readonly metadata: ObjectMetadata; readonly spec: object }[];
  };
}

const REVISION_LABEL = 'controller-revision-hash';

/** Creates the ordinal pods and claims of stateful sets, and replaces pods of older revisions. */
export async function runStatefulSets(api: ApiClient): Promise<void> {
  const [sets, pods] = await Promise.all([api.list<StatefulSet>(STATEFUL_SETS), api.list<Pod>(PODS)]);
  const active = sets.filter(({ metadata }) => !metadata.deletionTimestamp);
  await forEachObject(active, (set) => run(api, set, selectOwned(pods, set)));
}

async function run(api: ApiClient, set: StatefulSet, pods: readonly Pod[]): Promise<void> {
  const { metadata, spec } = set;
  const { replicas = 1 } = spec;
  const hash = createHash('sha256').update(JSON.stringify(spec.template)).digest('hex').slice(0, 10);
  const revision = `${metadata.name}-${hash}`;
  const names = Array.from({ length: replicas }, (_, index) => `${metadata.name}-${index}`);
  const isCurrent = ({ metadata: { labels, name } }: Pod): boolean => labels?.[REVISION_LABEL] === revision && names.includes(name);

  for (const pod of pods) if (!isCurrent(pod)) await api.delete(buildPath(PODS, pod.metadata));
  for (const name of names) if (!pods.some((pod) => pod.metadata.name === name)) await createMember(api, set, name, revision);
  const current = pods.filter(isCurrent);
  const ready = current.filter(isReady).length;
  await updateStatus(api, STATEFUL_SETS, set, {
    observedGeneration: metadata.generation,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: current.length,
    updatedReplicas: current.length,
    updateRevision: revision,
    ...(ready === replicas && { currentRevision: revision }),
  });
}

async function createMember(api: ApiClient, { metadata, spec }: StatefulSet, name: string, revision: string): Promise<void> {
  const namespace = metadata.namespace!;
  const claims = spec.volumeClaimTemplates ?? [];
  for (const claim of claims) {
    const { labels, annotations } = claim.metadata;
    const claimName = `${claim.metadata.name}-${name}`;
    await api.create(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`, {
      metadata: { name: claimName, labels, annotations },
      spec: claim.spec,
    });
  }
  const volumes = claims.map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${name}` },
  }));
  const labels = { ...spec.template.metadata?.labels, [REVISION_LABEL]: revision, 'statefulset.kubernetes.io/pod-name': name };
  const template = { ...spec.template, spec: { ...spec.template.spec, volumes: [...(spec.template.spec.volumes ?? []), ...volumes] } };
  await createPod(api, template, { name, namespace, labels, ownerReferences: [buildOwnerReference('apps/v1', 'StatefulSet', metadata)] });
}
