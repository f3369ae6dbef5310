import { findDataLoss, findTypeBefore } from '../destruction';
import { nameBefore } from '../manifest';
import type { Rule } from '../rule';
import { describeDestruction, isDestroyed } from '../subject';

/** Deletions and replacements of resources that hold data, with what is lost and how it is recovered. */
export const statefulDestroyed: Rule = {
  id: 'stateful-destroyed',
  severities: ['refuse', 'warn'],
  title: 'A resource that holds data, or that data depends on, is deleted or replaced',
  why: 'Terraform shows the deletion of a disk like that of a label; the data is deleted with it',
  remediation: 'undo the change that causes it; if it is intended, copy the data elsewhere first and acknowledge it',
  checksDrift: true,
  check: ({ resources, plan, isDrift }) =>
    resources.filter(isDestroyed).flatMap((change) => {
      const loss = findDataLoss(change);
      if (!loss) return [];
      const name = nameBefore(change);
      // A schedule whose replacement is created first leaves no day without a snapshot.
      const isGapless = change.type === 'google_compute_resource_policy' && change.createsFirst;
      const isWritten = plan.configured(change) !== undefined;
      return [
        {
          severity: isGapless ? 'warn' : 'refuse',
          address: change.address,
          action: change.action,
          reason: `${findTypeBefore(change)!.what}${name === undefined ? '' : ` (${name})`} ${isDrift ? 'was deleted' : describeDestruction(change)}`,
          impact: loss.impact,
          recovery: loss.recovery,
          remediation: isDrift
            ? 'find out what deleted it, and recover its data before the resource is created again'
            : !isWritten
              ? 'restore the block; if its construct was renamed or moved, use moveTo or a moved block'
              : change.reason === 'replace_because_tainted'
                ? `inspect it, and run terraform untaint '${change.address}' if it is healthy`
                : statefulDestroyed.remediation,
        },
      ];
    }),
};
