import { listDiskRestores } from '../disk-restores';
import { nameBefore } from '../manifest';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { findWeakening } from '../weaker-protections';
import { joinNames } from '../words';

/** Protections against deletion, outages or attacks that are turned off. */
export const protectionSwitchedOff: Rule = {
  id: 'protection-switched-off',
  severities: ['refuse', 'warn'],
  title: 'A protection against deletion, an outage or an attack is turned off',
  why: 'it is the first half of an accident: the next plan can delete the resource, or an attacker gets further',
  remediation: 'leave it on; if it has to be off for a while, acknowledge it and turn it on again in the next plan',
  checksDrift: true,
  check: (subject) =>
    subject.resources.flatMap((change): Finding[] => {
      // Exchanged disks have a rule of their own.
      const ignored = listDiskRestores(subject, change).length > 0 ? ['attached_disk'] : [];
      const { severity, clauses } = findWeakening(subject, change, ['deletion', 'outage', 'attack'], ignored);
      if (clauses.length === 0) return [];
      return [
        {
          severity,
          address: change.address,
          action: change.action,
          reason: `${nameBefore(change) ?? change.name}: ${joinNames(clauses)}`,
        },
      ];
    }),
};
