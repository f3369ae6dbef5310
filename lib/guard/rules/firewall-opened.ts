import { FIREWALL_TYPES, findInternetExposures } from '../../reachability/internet-exposure';
import { known, textAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Firewall rules that newly allow ingress from the internet. */
export const firewallOpened: Rule = {
  id: 'firewall-opened',
  severities: ['refuse'],
  title: 'A firewall rule allows ingress from the internet',
  why: 'ports that are open to the internet are scanned within minutes',
  remediation: 'allow only the source ranges, service accounts or tags that need access',
  checksDrift: true,
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
          reason: `${known(textAt(change.after, 'name')) ?? change.name} allows ingress from the internet at ${joinNames(added)}`,
        },
      ];
    }),
};

/** Ports that are open to the whole internet, in words. */
function openPorts(type: string, state: unknown): string[] {
  return state === null ? [] : findInternetExposures(type, state).flatMap(({ ports }) => ports);
}
