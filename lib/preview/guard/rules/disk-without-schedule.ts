import type { ResourceChange } from '../../plan';
import { withoutKeys } from '../../plan';
import type { Rule } from '../rule';
import type { Subject } from '../subject';
import { lastSegment, member, textAt, textsIn } from '../values';
import type { Finding } from '../verdict';

const ATTACHMENTS = ['google_compute_disk_resource_policy_attachment', 'google_compute_region_disk_resource_policy_attachment'];

/** What is on a disk without snapshots is gone with the disk. */
export const diskWithoutSchedule: Rule = {
  id: 'disk-without-schedule',
  title: 'A disk has no snapshot schedule, or loses the one it has',
  check: (subject) =>
    subject
      .ofType('google_compute_disk', 'google_compute_region_disk')
      .filter((disk) => disk.after !== null && !isScheduled(subject, disk, 'after'))
      .map((disk): Finding => {
        const name = textAt(disk.after, 'name') ?? disk.name;
        const loses = disk.before !== null && isScheduled(subject, disk, 'before');
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
          lost: 'nothing yet: but whatever happens to the disk, there is no snapshot of it from then on',
          comesBack: 'nothing, unless something else copies the data: another disk, an export, a backup',
          fix: 'attach a google_compute_resource_policy with a snapshot schedule to it (google_compute_disk_resource_policy_attachment)',
        };
      }),
};

/** Whether anything puts the disk on a schedule, before or after the plan is applied. */
function isScheduled(subject: Subject, disk: ResourceChange, when: 'before' | 'after'): boolean {
  if (textsIn(member(disk[when], 'resource_policies')).length > 0) return true;
  const attached = subject
    .ofType(...ATTACHMENTS)
    .filter((attachment) => attachment[when] !== null)
    .some((attachment) => isOf(subject, attachment, disk, when) && takesSnapshots(subject, attachment, when));
  return (
    attached ||
    subject
      .ofType('google_backup_dr_backup_plan_association')
      .some((association) => association[when] !== null && namesDisk(textAt(association[when], 'resource'), disk, when))
  );
}

function isOf(subject: Subject, attachment: ResourceChange, disk: ResourceChange, when: 'before' | 'after'): boolean {
  const named = textAt(attachment[when], 'disk');
  if (named === undefined) return subject.references(attachment, 'disk').some((reference) => refersTo(reference, disk));
  const places = ['zone', 'region'].map((place) => [textAt(attachment[when], place), textAt(disk[when], place)].map(lastSegment));
  return (
    lastSegment(named) === textAt(disk[when], 'name') &&
    places.every(([one, other]) => one === undefined || other === undefined || one === other)
  );
}

function namesDisk(text: string | undefined, disk: ResourceChange, when: 'before' | 'after'): boolean {
  return text !== undefined && lastSegment(text) === textAt(disk[when], 'name');
}

function refersTo(reference: string, { address }: ResourceChange): boolean {
  const plain = withoutKeys(address);
  return reference === plain || reference.startsWith(`${plain}.`);
}

/** A policy that this plan does not know is taken for a schedule. */
function takesSnapshots(subject: Subject, attachment: ResourceChange, when: 'before' | 'after'): boolean {
  const name = lastSegment(textAt(attachment[when], 'name'));
  const policy = subject
    .ofType('google_compute_resource_policy')
    .find((candidate) => name !== undefined && textAt(candidate[when], 'name') === name);
  return policy === undefined || member(policy[when], 'snapshot_schedule_policy', 'schedule') !== undefined;
}
