import { Reachability } from '../../reachability';
import { readPriorState } from '../../terraform/plan';
import type { Rule } from '../rule';
import type { Subject } from '../subject';
import type { Finding } from '../verdict';

/** Endpoints that become reachable from the internet, by the rules of all kinds together. */
export const newlyReachable: Rule = {
  id: 'newly-reachable',
  severities: ['refuse', 'warn'],
  title: 'An endpoint becomes reachable from the internet',
  why: 'connectivity depends on rules of several kinds together, so the effect of a change is not visible in its diff',
  remediation: 'close the rule or the endpoint that opens it; gke-platform reach shows every rule on the path',
  notLookedAt: (subject) => {
    if (!isAffected(subject)) return undefined;
    if (subject.synthesized === undefined) {
      return 'what the internet reaches by all rules together, before and after: no configuration was given (--config cdk.tf.json)';
    }
    const isDeployed = subject.resources.some(({ before }) => before !== null);
    return isDeployed && readPriorState(subject.plan) === undefined
      ? 'what the internet reaches by all rules together: the plan holds no prior state to compare with'
      : undefined;
  },
  check: (subject) => {
    const before = readPriorState(subject.plan);
    if (subject.synthesized === undefined || before === undefined || !isAffected(subject)) return [];
    try {
      return opened(subject, before);
    } catch (error) {
      // An undetermined result is reported as such: the other rules still apply.
      const reason = `reachability cannot be determined from this plan: ${(error as Error).message}`;
      return [{ ...ON_PLAN, severity: 'warn', reason, remediation: 'compare both configurations with gke-platform reach' }];
    }
  },
};

function isAffected({ plan }: Subject): boolean {
  return plan.changes.some(({ type }) => AFFECTS_REACHABILITY.test(type));
}

/** Types that affect reachability. */
const AFFECTS_REACHABILITY = /^(google_(compute|container)_|kubernetes_|kubectl_|k8s_|kustomization_|helm_release$)/;

const ON_PLAN = { address: 'plan', action: 'update' } as const;

function opened(subject: Subject, before: unknown): Finding[] {
  const head = Reachability.read(subject.plan.json, subject.synthesized);
  const base = Reachability.read(before, subject.base ?? subject.synthesized);
  const internet = new Set(head.endpoints.filter(({ kind }) => kind === 'internet').map(({ label }) => label));
  // A new load balancer is one finding, which covers all of its targets.
  const present = publicBalancers(base, internet);
  const balancers = new Set([...publicBalancers(head, internet)].filter((label) => present.has(label)));
  return head
    .comparedTo(base)
    .filter(({ kind, from }) => kind === 'opened' && (internet.has(from) || balancers.has(from)))
    .map(({ from, to, ports, sentence, certain }) => ({
      ...ON_PLAN,
      // As narrow as the new access, so that an acknowledgement covers nothing else.
      address: `${from} -> ${to} at ${ports.inWords()}`,
      severity: certain ? 'refuse' : 'warn',
      reason: balancers.has(from) ? `${sentence}, and ${from} is reachable from the internet` : sentence,
    }));
}

/** Load balancers that the internet reaches, by label. */
function publicBalancers({ cells }: Reachability, internet: ReadonlySet<string>): Set<string> {
  return new Set(cells.flatMap(({ from, to }) => (to.kind === 'load-balancer' && internet.has(from.label) ? [to.label] : [])));
}
