import { Reachability } from '../../reachability';
import { priorState } from '../../terraform/plan';
import type { Rule } from '../rule';
import type { Subject } from '../subject';
import type { Finding } from '../verdict';

/** Rules of several kinds together decide who reaches whom, so they are looked at together, before and after. */
export const newlyReachable: Rule = {
  id: 'newly-reachable',
  title: 'Somebody outside reaches what nobody outside reached before',
  check: (subject) => {
    const before = priorState(subject.plan);
    if (subject.synthesized === undefined || before === undefined || !subject.plan.changes.some(({ type }) => MATTERS.test(type)))
      return [];
    try {
      return opened(subject, before);
    } catch (error) {
      // What cannot be told is told as such: the other rules still hold.
      const reason = `who reaches whom cannot be told from this plan: ${(error as Error).message}`;
      return [{ ...NOTHING, severity: 'warn', reason, remediation: 'compare with gke-platform reach' }];
    }
  },
};

/** Types that have a say in who reaches whom. */
const MATTERS = /^(google_(compute|container)_|kubernetes_|helm_release$)/;

const NOTHING = { address: 'plan', action: 'update', impact: '', recovery: '' } as const;

function opened(subject: Subject, before: unknown): Finding[] {
  const head = Reachability.read(subject.plan.json, subject.synthesized);
  const base = Reachability.read(before, subject.base ?? subject.synthesized);
  const internet = new Set(head.peers.filter(({ kind }) => kind === 'internet').map(({ label }) => label));
  // A new load balancer is a finding by itself, which covers all that it leads to.
  const present = answering(base, internet);
  const balancers = new Set([...answering(head, internet)].filter((label) => present.has(label)));
  return head
    .comparedTo(base)
    .filter(({ kind, from }) => kind === 'opened' && (internet.has(from) || balancers.has(from)))
    .map(({ from, to, ports, sentence, certain }) => ({
      ...NOTHING,
      // As narrow as what opens, so that an acknowledgement covers nothing else.
      address: `${from} -> ${to} at ${ports.inWords()}`,
      severity: certain ? 'refuse' : 'warn',
      reason: balancers.has(from) ? `${sentence}, and ${from} answers the internet` : sentence,
      remediation: 'close the rule or the endpoint that opens it; gke-platform reach shows every rule on the way',
    }));
}

/** Load balancers that the internet reaches, by label. */
function answering({ cells }: Reachability, internet: ReadonlySet<string>): Set<string> {
  return new Set(cells.flatMap(({ from, to }) => (to.kind === 'load-balancer' && internet.has(from.label) ? [to.label] : [])));
}
