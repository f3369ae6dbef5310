import type { ApiClient } from './api-client';
import { buildPath, type Container, type Pod } from './objects';
import { chooseAddress } from './simulated-address';

/**
 * Simulates kubelets: each admitted pod runs and is ready immediately; pods of jobs and Helm hooks succeed. No container is started. Deleted
 * pods disappear without their grace period.
 */
export async function runPods(api: ApiClient): Promise<void> {
  const pods = await api.list<Pod>(PODS);
  await Promise.all(pods.map((pod) => runPod(api, pod)));
}

const PODS = '/api/v1/pods';

async function runPod(api: ApiClient, pod: Pod): Promise<void> {
  const path = buildPath(PODS, pod.metadata);
  if (pod.metadata.deletionTimestamp !== undefined) return api.delete(path, { gracePeriodSeconds: 0 });
  if (pod.status?.phase === 'Pending') await api.patch(`${path}/status`, { status: podStatus(pod, new Date().toISOString()) });
}

function podStatus(pod: Pod, now: string): object {
  const succeeds = endsByItself(pod);
  const gates = pod.spec.readinessGates ?? [];
  const ready = ['Ready', 'ContainersReady', ...gates.map(({ conditionType }) => conditionType)];
  const conditions = [
    ...['Initialized', 'PodScheduled'].map((type) => ({ type, status: 'True', lastTransitionTime: now })),
    ...ready.map((type) =>
      succeeds
        ? { type, status: 'False', reason: 'PodCompleted', lastTransitionTime: now }
        : { type, status: 'True', lastTransitionTime: now },
    ),
  ];
  const ip = chooseAddress('100.64.0.0/10', pod.metadata.uid);
  return {
    phase: succeeds ? 'Succeeded' : 'Running',
    startTime: now,
    podIP: ip,
    podIPs: [{ ip }],
    conditions,
    initContainerStatuses: pod.spec.initContainers?.map((container) =>
      containerStatus(container, container.restartPolicy !== 'Always', now),
    ),
    containerStatuses: pod.spec.containers.map((container) => containerStatus(container, succeeds, now)),
  };
}

/** True for a pod of a job, and for a Helm hook, which Helm waits for. */
function endsByItself({ metadata: { ownerReferences = [], annotations = {} } }: Pod): boolean {
  return ownerReferences.some(({ kind }) => kind === 'Job') || 'helm.sh/hook' in annotations;
}

function containerStatus({ name, image = '' }: Container, ends: boolean, now: string): object {
  const state = ends
    ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } }
    : { running: { startedAt: now } };
  return { name, image, imageID: image, ready: !ends, started: !ends, restartCount: 0, state };
}
