import type { ApiClient } from '../api-client';
import { buildPath, type Condition, type KubernetesObject, type Pod, type PodTemplate } from '../objects';
import { forEachObject } from '../reconciliation';
import { buildOwnerReference, createPod, JOBS, PODS, selectActivePods, selectOwned } from './owned';
import { updateStatus } from './status';

interface Job extends KubernetesObject {
  readonly spec: {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly suspend?: boolean;
    readonly ttlSecondsAfterFinished?: number;
    readonly template: PodTemplate;
  };
  readonly status?: { readonly startTime?: string; readonly completionTime?: string; readonly conditions?: readonly Condition[] };
}

/** Runs pods of jobs up to their number of completions. */
export async function runJobs(api: ApiClient): Promise<void> {
  const [jobs, pods] = await Promise.all([api.list<Job>(JOBS), api.list<Pod>(PODS)]);
  const active = jobs.filter(({ metadata, spec }) => !metadata.deletionTimestamp && !spec.suspend);
  await forEachObject(active, (job) => (job.status?.completionTime ? removeFinished(api, job) : run(api, job, selectOwned(pods, job))));
}

async function run(api: ApiClient, job: Job, pods: readonly Pod[]): Promise<void> {
  const { metadata, spec, status } = job;
  const { parallelism = 1, completions = 1 } = spec;
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded').length;
  const active = selectActivePods(pods).length;
  const startTime = status?.startTime ?? now;
  if (succeeded >= completions) {
    const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({
      type,
      status: 'True',
      reason: 'CompletionsReached',
      lastProbeTime: now,
    }));
    await updateStatus(api, JOBS, job, { startTime, completionTime: now, succeeded, active: 0, ready: 0, conditions });
    return;
  }
  await updateStatus(api, JOBS, job, { startTime, succeeded, active });
  const owner = {
    namespace: metadata.namespace!,
    generateName: `${metadata.name}-`,
    ownerReferences: [buildOwnerReference('batch/v1', 'Job', metadata)],
  };
  const wanted = Math.min(parallelism, completions - succeeded);
  let refusal: string | undefined;
  for (let count = active; count < wanted && refusal === undefined; count += 1) refusal = await createPod(api, spec.template, owner);
}

async function removeFinished(api: ApiClient, { metadata, spec, status }: Job): Promise<void> {
  const { ttlSecondsAfterFinished: seconds } = spec;
  if (seconds === undefined || Date.parse(status!.completionTime!) + seconds * 1000 > Date.now()) return;
  await api.delete(buildPath(JOBS, metadata), { propagationPolicy: 'Background' });
}
