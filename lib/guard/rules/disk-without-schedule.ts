import { type ResourceChange, withoutKeys } from '../../terraform/plan';
import { known, textAt, textsIn, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Subject } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment } from '../words';

const ATTACHMENTS = ['google_compute_disk_resource_policy_attachment', 'google_compute_region_disk_resource_policy_attachment'];

/** What is on a disk without snapshots is gone with the disk. */
export const diskWithoutSchedule: Rule = {
  id: 'disk-without-schedule',
  title: 'A disk has no snapshot schedule, or loses the one it has',
  check: (subject) => {
    const [scheduledBefore, scheduledAfter] = [scheduled(subject, 'before'), scheduled(subject, 'after')];
    return subject
      .ofType('google_compute_disk', 'google_compute_region_disk')
      .filter((disk) => disk.after !== null && !scheduledAfter(disk))
      .map((disk): Finding => {
        const name = known(textAt(disk.after, 'name')) ?? disk.name;
        const loses = disk.before !== null && scheduledBefore(disk);
        const isNew = disk.actions.includes('create');
        return {
          severity: loses || isNew ? 'refuse' : 'warn',
          address: disk.address,
          action: disk.action,
          reason: loses
            ? `disk ${name} is taken off its snapshot schedule`
            : isNew
              ? `disk ${name} is made without a snapshot schedule`
              : `disk ${name} has no snapshot schedule`,
          impact: 'nothing yet: but whatever happens to the disk, there is no snapshot of it from then on',
          recovery: 'nothing, unless something else copies the data: another disk, an export, a backup',
          remediation:
            'attach a google_compute_resource_policy with a snapshot schedule to it (google_compute_disk_resource_policy_attachment)',
        };
      });
  },
};

/** Tells whether anything puts a disk on a schedule, before or after the plan is applied. */
function scheduled(subject: Subject, when: 'before' | 'after'): (disk: ResourceChange) => boolean {
  const byName = new Map<string, ResourceChange[]>();
  const references = new Set<string>();
  for (const attachment of subject.ofType(...ATTACHMENTS)) {
    if (attachment[when] === null || !takesSnapshots(subject, attachment, when)) continue;
    const name = lastSegment(known(textAt(attachment[when], 'disk')));
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), attachment]);
    // The name of a disk that is made in the same plan may not be known yet.
    else for (const reference of subject.references(attachment, 'disk')) references.add(reference);
  }
  const planned = new Set(
    subject
      .ofType('google_backup_dr_backup_plan_association')
      .flatMap((association) => lastSegment(known(textAt(association[when], 'resource'))) ?? []),
  );
  return (disk) => {
    const value = disk[when];
    const name = known(textAt(value, 'name')) ?? '';
    const address = withoutKeys(disk.address);
    return (
      textsIn(valueAt(value, 'resource_policies')).length > 0 ||
      planned.has(name) ||
      (byName.get(name) ?? []).some((attachment) => isBeside(attachment[when], value)) ||
      [address, `${address}.name`, `${address}.id`, `${address}.self_link`].some((reference) => references.has(reference))
    );
  };
}

/** Whether both are in one zone or region, as far as they say. */
function isBeside(attachment: unknown, disk: unknown): boolean {
  return ['zone', 'region'].every((place) => {
    const [one, other] = [attachment, disk].map((value) => lastSegment(known(textAt(value, place))));
    return one === undefined || other === undefined || one === other;
  });
}

/** A policy that this plan does not know is taken for a schedule. */
function takesSnapshots(subject: Subject, attachment: ResourceChange, when: 'before' | 'after'): boolean {
  const name = lastSegment(known(textAt(attachment[when], 'name')));
  const policy = subject
    .ofType('google_compute_resource_policy')
    .find((candidate) => name !== undefined && known(textAt(candidate[when], 'name')) === name);
  return policy === undefined || valueAt(policy[when], 'snapshot_schedule_policy', 'schedule') !== undefined;
}
