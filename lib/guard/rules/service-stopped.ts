import { findDeletion, findTypeBefore } from '../destruction';
import { nameBefore } from '../manifest';
import type { Rule } from '../rule';
import { describeDestruction, isDestroyed } from '../subject';
import type { Finding } from '../verdict';

/** Deletions and replacements of resources without data that something else needs. */
export const serviceStopped: Rule = {
  id: 'service-stopped',
  severities: ['warn'],
  title: 'A resource that others need is deleted or replaced',
  why: 'clients, alerts and backups stop, although no data is lost',
  remediation: 'check that nothing needs it any more; for the same resource under a new address, use moveTo or a moved block',
  check: ({ resources }) =>
    resources.filter(isDestroyed).flatMap((change): Finding[] => {
      const deletion = findDeletion(change);
      if (deletion?.kind !== 'service') return [];
      const name = nameBefore(change);
      return [
        {
          severity: deletion.severity,
          address: change.address,
          action: change.action,
          reason: `${findTypeBefore(change)!.what}${name === undefined ? '' : ` (${name})`} ${describeDestruction(change)}`,
          impact: deletion.impact,
          recovery: deletion.recovery,
        },
      ];
    }),
};
