import { nameBefore } from '../manifest';
import type { Rule } from '../rule';
import { listScheduleMoves } from '../schedule-assignments';
import type { Subject } from '../subject';
import type { Finding } from '../verdict';
import { findWeakening } from '../weaker-protections';

/** Snapshot schedules, backup plans and retention periods that become weaker. */
export const backupWeakened: Rule = {
  id: 'backup-weakened',
  severities: ['refuse', 'warn'],
  title: 'A snapshot schedule, a backup plan or a retention period is weakened, or an update deletes data',
  why: 'a weaker schedule looks like any other update, and is noticed only when data has to be restored',
  remediation: 'restore the previous value, or acknowledge it with the reason why less is enough',
  checksDrift: true,
  check: (subject) => [
    ...findMoves(subject),
    ...subject.resources.flatMap((change): Finding[] => {
      const copies = findWeakening(subject, change, ['copy-loss']);
      const data = findWeakening(subject, change, ['data-loss']);
      const clauses = [...copies.clauses, ...data.clauses];
      if (clauses.length === 0) return [];
      return [
        {
          severity: [copies, data].some(({ severity }) => severity === 'refuse') ? 'refuse' : 'warn',
          address: change.address,
          action: change.action,
          reason: `${nameBefore(change) ?? change.name}: ${clauses.join('; ')}`,
          ...(copies.clauses.length > 0 ? COPIES : DATA),
        },
      ];
    }),
  ],
};

const COPIES = {
  impact: 'copies that will be missing when they are needed; copies beyond the new retention are deleted at once',
  recovery: 'none: copies that were deleted or never taken cannot be recreated',
};

const DATA = {
  impact: 'data that the update deletes, lets expire earlier or makes unreadable',
  recovery: 'none, unless the data is copied elsewhere before',
};

/** Disks that move to a weaker schedule, or to one that cannot be compared. */
function findMoves(subject: Subject): readonly Finding[] {
  return listScheduleMoves(subject)
    .filter(({ to, weaker }) => to.length > 0 && weaker?.length !== 0)
    .map(({ attachment, disk, from, to, weaker }) => {
      const names = to.map((name) => name ?? 'one that is unknown until apply').join(', ');
      return {
        severity: weaker === undefined && !to.includes(undefined) ? 'warn' : 'refuse',
        address: attachment.address,
        action: attachment.action,
        reason: `disk ${disk} moves from schedule ${from} to ${names}${weaker === undefined ? ', which cannot be compared in this plan' : `: ${weaker.join('; ')}`}`,
        ...COPIES,
      };
    });
}
