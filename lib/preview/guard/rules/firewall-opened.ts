import type { Rule } from '../rule';
import { blocksAt, listed, textAt, textsAt } from '../values';
import type { Finding } from '../verdict';

/** A rule for everybody is rarely what was meant, and never for a database. */
export const firewallOpened: Rule = {
  id: 'firewall-opened',
  title: 'A firewall rule lets everybody in',
  check: (subject) =>
    subject.ofType('google_compute_firewall').flatMap((change): Finding[] => {
      if (change.after === null || change.action === 'no-op') return [];
      const open = openPorts(change.after);
      const was = new Set(openPorts(change.before));
      const added = open.filter((port) => !was.has(port));
      if (added.length === 0) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `${textAt(change.after, 'name') ?? change.name} lets everybody in at ${listed(added)}`,
          lost: '',
          comesBack: '',
          fix: 'name the ranges or the service accounts that need it in source_ranges or source_service_accounts',
        },
      ];
    }),
};

/** What a rule opens to all addresses, in words; a rule that names no source is for all of them. */
function openPorts(rule: unknown): string[] {
  const isOff = blocksAt(rule, 'disabled').includes(true);
  if (isOff || (textAt(rule, 'direction') ?? 'INGRESS') !== 'INGRESS') return [];
  const ranges = textsAt(rule, 'source_ranges');
  const others = [...textsAt(rule, 'source_tags'), ...textsAt(rule, 'source_service_accounts')];
  // Each half of the internet is the internet too.
  const isForAll = ranges.some((range) => /\/[01]$/.test(range)) || (ranges.length === 0 && others.length === 0 && rule !== null);
  if (!isForAll) return [];
  return blocksAt(rule, 'allow').flatMap((allow) => {
    const protocol = textAt(allow, 'protocol') ?? 'all';
    const ports = textsAt(allow, 'ports');
    return ports.length > 0 ? ports.map((port) => `${protocol} ${port}`) : [protocol === 'all' ? 'all ports' : `all of ${protocol}`];
  });
}
