import { holdsUnknown, type ResourceChange } from '../terraform/plan';
import { blocksAt, known, textAt, valueAt } from '../terraform/values';
import type { Subject } from './subject';

/** Managed instance group that recreates or restarts all of its VM instances after an update. */
export interface RollingGroup {
  readonly change: ResourceChange;

  /** Limits of the update policy, in words; empty when it has none. */
  readonly pace: string;
}

/** Finds the managed instance groups that roll out another instance template by themselves, as a proactive update policy has it. */
export function findRollingGroups(subject: Subject): readonly RollingGroup[] {
  return subject
    .ofType('google_compute_instance_group_manager', 'google_compute_region_instance_group_manager')
    .filter(
      (change) =>
        change.action === 'update' && known(textAt(change.after, 'update_policy', 'type')) === 'PROACTIVE' && hasOtherTemplate(change),
    )
    .map((change) => ({ change, pace: describePace(change) }));
}

function hasOtherTemplate({ before, after, afterUnknown }: ResourceChange): boolean {
  const [were, are] = [before, after].map((group) => new Set(blocksAt(valueAt(group, 'version')).map(readTemplate)));
  return holdsUnknown(valueAt(afterUnknown, 'version', 'instance_template')) || [...are!].some((template) => !were!.has(template));
}

function readTemplate(version: unknown): string | undefined {
  return known(textAt(version, 'instance_template'));
}

function describePace({ after }: ResourceChange): string {
  return ['max_surge_fixed', 'max_surge_percent', 'max_unavailable_fixed', 'max_unavailable_percent']
    .flatMap((name) => {
      const limit = known(textAt(after, 'update_policy', name));
      return limit === undefined || (name.endsWith('percent') && limit === '0') ? [] : [`${name} ${limit}`];
    })
    .join(', ');
}
