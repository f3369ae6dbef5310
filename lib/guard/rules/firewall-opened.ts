import { FIREWALL_TYPES, internetOpenings } from '../../reachability/open-to-internet';
import { known, textAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { listed } from '../words';

/** A rule for everybody is rarely what was meant, and never for a database. */
export const firewallOpened: Rule = {
  id: 'firewall-opened',
  title: 'A firewall rule lets everybody in',
  check: (subject) =>
    subject.ofType(...FIREWALL_TYPES).flatMap((change): Finding[] => {
      if (change.after === null || change.action === 'no-op') return [];
      const open = openPorts(change.type, change.after);
      const was = new Set(openPorts(change.type, change.before));
      const added = open.filter((port) => !was.has(port));
      if (added.length === 0) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `${known(textAt(change.after, 'name')) ?? change.name} lets everybody in at ${listed(added)}`,
          impact: '',
          recovery: '',
          remediation: 'name the ranges, service accounts or tags that need it as the sources of the rule',
        },
      ];
    }),
};

/** Ports that are open to the whole internet, in words. */
function openPorts(type: string, state: unknown): string[] {
  return state === null ? [] : internetOpenings(type, state).flatMap(({ ports }) => ports);
}
