import { nameBefore } from '../manifest';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { listWeakerProtections } from '../weaker-protections';

/** Snapshot schedules, backup plans and retention periods that become weaker. */
export const backupWeakened: Rule = {
  id: 'backup-weakened',
  severities: ['refuse'],
  title: 'A snapshot schedule, a backup plan or a retention period is weakened',
  why: 'a weaker schedule looks like any other update, and is noticed only when data has to be restored',
  remediation: 'restore the previous value, or acknowledge it with the reason why less is enough',
  checksDrift: true,
  check: ({ resources }) =>
    resources.flatMap((change): Finding[] => {
      const copies = listWeakerProtections(change, ['copy-loss']);
      const data = listWeakerProtections(change, ['data-loss']);
      if (copies.length + data.length === 0) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `${nameBefore(change) ?? change.name}: ${[...copies, ...data].join('; ')}`,
          impact:
            copies.length > 0
              ? 'copies that will be missing when they are needed; copies beyond the new retention are deleted at once'
              : 'data beyond the new retention, which is deleted without a further plan, or can no longer be read',
          recovery:
            copies.length > 0
              ? 'none: copies that were deleted or never taken cannot be recreated'
              : 'none, unless the data is copied elsewhere before',
        },
      ];
    }),
};
