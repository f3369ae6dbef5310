import type { ResourceChange } from '../../terraform/plan';
import { isBlock, known, numberAt, textAt, valueAt } from '../../terraform/values';
import { controlPlaneVersion } from '../kubernetes-version';
import { rollingPools } from '../rolling-pools';
import type { Rule } from '../rule';
import type { Subject } from '../subject';
import type { Finding } from '../verdict';

/** A drain that a budget never allows holds the whole upgrade up, until GKE goes over it. The deletion of a pool honors no budget at all. */
export const budgetBlocks: Rule = {
  id: 'budget-blocks',
  title: 'Nodes are drained, and a disruption budget lets no pod go',
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
          reason: `${drained}, and this budget lets no pod go: ${why}`,
          impact: 'time: the drain waits for an hour a node (GKE), and then the pods go all the same',
          recovery: '',
          remediation: 'give the workload a replica more than the budget keeps, or the budget max_unavailable 1',
        },
      ];
    });
  },
};

/** What drains nodes in this plan, in words. */
function drains(subject: Subject): string | undefined {
  const pool = rollingPools(subject)[0]?.change;
  if (pool) return `pool ${known(textAt(pool.before, 'name')) ?? pool.name} is drained`;
  const cluster = subject.ofType('google_container_cluster').find(({ before, after, action }) => {
    const [was, is] = [controlPlaneVersion(before), controlPlaneVersion(after)];
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

/** Most replicas the budget's pods ever have; nothing when the plan does not tell. */
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
