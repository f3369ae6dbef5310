import { nameBefore } from '../manifest';
import type { Rule } from '../rule';
import { statefulType } from '../stateful-types';
import { destruction, isDestroyed } from '../subject';

/** Terraform deletes a disk with the same ease as a label: this names what goes with it. */
export const statefulDestroyed: Rule = {
  id: 'stateful-destroyed',
  title: 'Something that holds data, or that data depends on, is deleted or replaced',
  check: ({ resources, plan }) =>
    resources.filter(isDestroyed).flatMap((change) => {
      const type = statefulType(change);
      if (!type) return [];
      const name = nameBefore(change);
      // A schedule that is replaced by another one first leaves no day without a snapshot.
      const isGapless = change.type === 'google_compute_resource_policy' && change.createsFirst;
      const isWritten = plan.configured(change) !== undefined;
      return [
        {
          severity: isGapless ? 'warn' : 'refuse',
          address: change.address,
          action: change.action,
          reason: `${type.what}${name === undefined ? '' : ` (${name})`} ${destruction(change)}`,
          impact: type.impact,
          recovery: type.recovery,
          remediation: !isWritten
            ? 'bring the block back; if its construct was renamed or moved, say so with moveTo or a moved block'
            : change.reason === 'replace_because_tainted'
              ? `look at it, and run terraform untaint '${change.address}' when it is well`
              : 'undo the change that causes it; if it is meant, copy the data elsewhere first and acknowledge it',
        },
      ];
    }),
};
