import { CloudError } from '../../cloud-error';
import type { CloudResource } from '../../cloud-resource';
import type { Cloud, Rule } from '../../type-description';
import { collectValues, isValues, sameValue, type Values } from '../../values';
import { findPodSecurityViolation } from '../kubernetes-pod-security';
import { readPodAmounts } from './amounts';
import { Field } from './field';
import { applyDefaults, findLimitViolation } from './limit-range';
import { listInNamespace } from './namespace';
import { checkResources } from './pod-spec';
import { findQuotaViolation, listQuotas, type QuotaPod, type QuotaUsage } from './quota';
import { buildSentObject } from './sent-object';

/** Pods of a workload type. */
interface PodOwner {
  /** Path of the pod template. */
  readonly template: string;

  /** Counts the pods that run at the same time. */
  pods(resource: CloudResource, cloud: Cloud): number;

  /** True for long-running pods. Those of jobs have finished before others are admitted. */
  readonly keepsRunning: boolean;
}

const OWNERS: Readonly<Record<string, PodOwner>> = {
  kubernetes_deployment_v1: { template: 'spec.template', pods: replicas, keepsRunning: true },
  kubernetes_stateful_set_v1: { template: 'spec.template', pods: replicas, keepsRunning: true },
  // Nodes are not simulated: one is assumed to have room for a pod.
  kubernetes_daemon_set_v1: { template: 'spec.template', pods: () => 1, keepsRunning: true },
  kubernetes_job_v1: {
    template: 'spec.template',
    pods: (job) => Math.min(job.number('spec.parallelism'), job.number('spec.completions') || Number.POSITIVE_INFINITY),
    keepsRunning: false,
  },
  kubernetes_cron_job_v1: { template: 'spec.job_template.spec.template', pods: () => 1, keepsRunning: false },
};

/** Counts the replicas of a workload: at least the minimum of its autoscaler. */
function replicas(resource: CloudResource, cloud: Cloud): number {
  const scalers = listInNamespace(resource, 'kubernetes_horizontal_pod_autoscaler_v2', cloud).filter(
    (scaler) =>
      scaler.text('spec.scale_target_ref.name') === resource.text('metadata.name') &&
      `kubernetes_${scaler.text('spec.scale_target_ref.kind')}_v1`.toLowerCase() === resource.type.replace('stateful_set', 'statefulset'),
  );
  return Math.max(resource.number('spec.replicas'), ...scalers.map((scaler) => scaler.number('spec.min_replicas')));
}

/**
 * Admits the pods of a workload by the limit ranges, the Pod Security level and the quotas of its namespace.
 *
 * The real API server accepts the workload and rejects its pods, so that the rollout never completes. The sandbox has no pods: the apply
 * fails with the API server's message, even for workloads without a rollout to wait for (cron jobs, `wait_for_rollout = false`), whose pods
 * would be missing without an error.
 *
 * @param waiting timeout message of the provider
 */
export function podsAdmitted(waiting: (resource: CloudResource) => string): Rule {
  return ({ resource, before, cloud }) => {
    const used: QuotaUsage = new Map();
    if (listQuotas(resource, cloud).length > 0) {
      for (const type of Object.keys(OWNERS)) {
        for (const other of listInNamespace(resource, type, cloud)) {
          if (OWNERS[type]!.keepsRunning && other.identity !== resource.identity) admit(other, cloud, used);
        }
      }
    }
    const isSurge = before !== undefined && surges(before, resource);
    const refusal = (isSurge && admitSurge(before, resource, cloud, new Map(used))) || admit(resource, cloud, used);
    if (refusal !== '') throw new CloudError(`${waiting(resource)}: ${refusal}`);
  };
}

/** Admits the pods of a workload in sequence; returns the first error, empty if all are admitted. */
function admit(resource: CloudResource, cloud: Cloud, used: QuotaUsage, count?: number): string {
  const { template, pods } = OWNERS[resource.type]!;
  const block = collectValues(resource.values, `${template}.spec`).flat().find(isValues);
  if (!block) return '';
  const name = `${resource.text('metadata.name')}-`;
  const forbidden = (why: string): string => `pods "${name}" is forbidden: ${why}`;

  const spec = buildSentObject(block);
  const pod: QuotaPod = { amounts: applyDefaults(readPodAmounts(spec), resource, cloud), spec };
  const invalid = findInvalidAmounts(pod);
  if (invalid !== '') return `Pod "${name}" is invalid: ${invalid}`;
  const limit = findLimitViolation(pod.amounts, resource, cloud);
  if (limit !== '') return forbidden(limit);
  const security = findPodSecurityViolation(resource, block, cloud);
  if (security !== '') return forbidden(security);
  const quotas = listQuotas(resource, cloud);
  if (quotas.length === 0) return '';
  for (let index = 0; index < (count ?? pods(resource, cloud)); index++) {
    const violation = findQuotaViolation(pod, quotas, used);
    if (violation !== '') return forbidden(violation);
  }
  return '';
}

/** Validates requests and limits after the namespace's defaults are applied: a default may conflict with a configured value. */
function findInvalidAmounts({ amounts }: QuotaPod): string {
  const written = (map: object): Values => Object.fromEntries(Object.entries(map).map(([name, amount]) => [name, String(amount)]));
  const object = Field.of({
    spec: {
      containers: amounts.containers.map(({ name, limits, requests }) => ({
        name,
        resources: { limits: written(limits), requests: written(requests) },
      })),
    },
  });
  for (const container of object.items('spec.containers')) checkResources(container);
  return object.errorText;
}

/** True if a rollout of a deployment starts a new pod while all old ones still run. */
function surges(before: CloudResource, resource: CloudResource): boolean {
  if (resource.type !== 'kubernetes_deployment_v1' || resource.text('spec.strategy.type') === 'Recreate') return false;
  const isNew = !sameValue(before.get('spec.template'), resource.get('spec.template'));
  const unavailable = resource.text('spec.strategy.rolling_update.max_unavailable') || '25%';
  const spared = unavailable.endsWith('%')
    ? Math.floor((resource.number('spec.replicas') * Number.parseInt(unavailable, 10)) / 100)
    : Number(unavailable);
  return isNew && spared === 0;
}

function admitSurge(before: CloudResource, resource: CloudResource, cloud: Cloud, used: QuotaUsage): string {
  admit(before, cloud, used);
  return admit(resource, cloud, used, 1);
}
