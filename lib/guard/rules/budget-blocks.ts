import type { ResourceChange } from '../../terraform/plan';
import { isBlock, known, numberAt, textAt, valueAt } from '../../terraform/values';
import { readControlPlaneVersion } from '../kubernetes-version';
import { findRollingPools } from '../rolling-pools';
import type { Rule } from '../rule';
import type { Subject } from '../subject';
import type { Finding } from '../verdict';

/** Budgets that block a drain: they hold up the upgrade until GKE ignores them. The deletion of a node pool honors no budget. */
export const budgetBlocks: Rule = {
  id: 'budget-blocks',
  severities: ['warn'],
  title: 'Nodes are drained while a PodDisruptionBudget allows no eviction',
  why: 'GKE waits for up to an hour per node, and then evicts the pods regardless of the budget',
  remediation: 'run one replica more than the budget requires, or set max_unavailable to 1',
  check: (subject) => {
    const drained = drains(subject);
    if (drained === undefined) return [];
    return subject.ofKubernetes('pod_disruption_budget').flatMap((budget): Finding[] => {
      const why = budget.after === null ? undefined : blocks(subject, budget);
      if (why === undefined) return [];
      return [
        {
          severity: 'warn',
          address: budget.address,
          action: budget.action,
          reason: `${drained}, and this budget allows no eviction: ${why}`,
          impact: 'time: GKE waits for up to an hour per node, and then evicts the pods all the same',
        },
      ];
    });
  },
};

/** Cause of a drain in this plan, in words. */
function drains(subject: Subject): string | undefined {
  const pool = findRollingPools(subject)[0]?.change;
  if (pool) return `pool ${known(textAt(pool.before, 'name')) ?? pool.name} is drained`;
  const cluster = subject.ofType('google_container_cluster').find(({ before, after, action }) => {
    const [was, is] = [readControlPlaneVersion(before), readControlPlaneVersion(after)];
    return action === 'update' && was !== undefined && is !== undefined && was.isOlderThan(is);
  });
  return cluster && `cluster ${known(textAt(cluster.before, 'name')) ?? cluster.name} is upgraded`;
}

function blocks(subject: Subject, budget: ResourceChange): string | undefined {
  const unavailable = limit(valueAt(budget.after, 'spec', 'max_unavailable'));
  if (unavailable?.value === 0) return `max_unavailable is ${unavailable.text}`;
  const available = limit(valueAt(budget.after, 'spec', 'min_available'));
  if (available === undefined) return undefined;
  if (available.isShare) return available.value >= 100 ? `min_available is ${available.text}` : undefined;
  const most = mostReplicas(subject, budget);
  return most !== undefined && available.value >= most
    ? `min_available is ${available.text}, and there are at most ${most} pods`
    : undefined;
}

function limit(value: unknown): { value: number; isShare: boolean; text: string } | undefined {
  const text = typeof value === 'number' ? `${value}` : value;
  if (typeof text !== 'string') return undefined;
  const [, number, sign] = /^(\d+)(%?)$/.exec(text) ?? [];
  return number === undefined ? undefined : { value: Number(number), isShare: sign === '%', text };
}

/** Maximum number of pods that the budget selects; undefined when the plan does not determine it. */
function mostReplicas(subject: Subject, budget: ResourceChange): number | undefined {
  const namespace = known(textAt(budget.after, 'metadata', 'namespace'));
  const labels = valueAt(budget.after, 'spec', 'selector', 'match_labels');
  if (!isBlock(labels)) return undefined;
  const workloads = [...subject.ofKubernetes('deployment'), ...subject.ofKubernetes('stateful_set')].filter(
    ({ after }) =>
      after !== null &&
      known(textAt(after, 'metadata', 'namespace')) === namespace &&
      Object.entries(labels).every(([key, value]) => known(textAt(after, 'spec', 'template', 'metadata', 'labels', key)) === value),
  );
  const counts = workloads.map((workload) => scaledTo(subject, workload, namespace) ?? known(numberAt(workload.after, 'spec', 'replicas')));
  if (counts.length === 0 || counts.includes(undefined)) return undefined;
  return counts.reduce<number>((sum, count) => sum + count!, 0);
}

function scaledTo(subject: Subject, workload: ResourceChange, namespace: string | undefined): number | undefined {
  const name = known(textAt(workload.after, 'metadata', 'name'));
  const autoscaler = ['', '_v1', '_v2', '_v2beta2']
    .flatMap((version) => subject.ofType(`kubernetes_horizontal_pod_autoscaler${version}`))
    .find(
      ({ after }) =>
        name !== undefined &&
        known(textAt(after, 'metadata', 'namespace')) === namespace &&
        known(textAt(after, 'spec', 'scale_target_ref', 'name')) === name,
    );
  return known(numberAt(autoscaler?.after, 'spec', 'max_replicas'));
}
