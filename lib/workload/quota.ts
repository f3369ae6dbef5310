import type { IConstruct } from 'constructs';
import { Quantity } from './quantity';

/** Requests and limits of one pod, as Kubernetes quantities. */
export interface PodResources {
  readonly cpuRequest: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
}

/** Quotas of a namespace. */
export interface NamespaceQuotas extends IConstruct {
  readonly quotaCpuRequests: string;
  readonly quotaMemoryRequests: string;
  readonly quotaMemoryLimits: string;
  readonly maxPods: number;
}

/** Pods of one app. */
export interface PodDemand {
  /** Name of the app. */
  readonly name: string;

  /** Maximum number of pods in steady state. A rollout or a run of a job needs one more. */
  readonly atMost: number;

  /** Resources of each pod. */
  readonly pod: PodResources;
}

/**
 * Finds quotas of the namespace that are too small for the maximum number of pods and one more. Kubernetes rejects pods over a
 * quota, so that rollouts, autoscaling and jobs would stop.
 */
export function findQuotaProblems(namespace: NamespaceQuotas, demands: readonly PodDemand[]): string[] {
  const quotas: readonly (readonly [prop: string, quota: string, each: (pod: PodResources) => string])[] = [
    ['quotaCpuRequests', namespace.quotaCpuRequests, (pod) => pod.cpuRequest],
    ['quotaMemoryRequests', namespace.quotaMemoryRequests, (pod) => pod.memoryRequest],
    ['quotaMemoryLimits', namespace.quotaMemoryLimits, (pod) => pod.memoryLimit],
    ['maxPods', `${namespace.maxPods}`, () => '1'],
  ];
  return quotas.flatMap(([prop, quota, each]) => {
    const amount = (text: string) => Quantity.parse(namespace, prop, text);
    const running = demands.filter(({ atMost }) => atMost > 0);
    const largest = demands.map(({ pod }) => amount(each(pod))).reduce<Quantity | undefined>(larger, undefined);
    const needed = Quantity.sum([...running.map(({ atMost, pod }) => amount(each(pod)).times(atMost)), ...(largest ? [largest] : [])]);
    if (!needed?.exceeds(amount(quota))) return [];

    const listed = running.map(({ name, atMost, pod }) => `${name} ${atMost} x ${each(pod)}`);
    const more = `${running.length > 0 ? 'one pod more' : 'one pod'} of ${largest} for a rollout or a job`;
    return [`'${prop}' must be at least ${needed} (${[...listed, more].join(', ')}), got ${quota}`];
  });
}

function larger(one: Quantity | undefined, other: Quantity): Quantity {
  return one?.exceeds(other) ? one : other;
}
