import { type ResourceChange, stripInstanceKeys } from '../../terraform/plan';
import { known, textAt, textsIn, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { ATTACHMENTS, findPolicy, isBeside, listScheduleMoves } from '../schedule-assignments';
import type { Subject } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment } from '../words';

/** Disks without a snapshot schedule. Their data is lost with them. */
export const diskWithoutSchedule: Rule = {
  id: 'disk-without-schedule',
  severities: ['refuse', 'warn'],
  title: 'A disk has no snapshot schedule, or is detached from it',
  why: 'without snapshots, deleting or corrupting the disk loses its data',
  remediation: 'attach a google_compute_resource_policy with a snapshot schedule (google_compute_disk_resource_policy_attachment)',
  check: (subject) => {
    const [scheduledBefore, scheduledAfter] = [scheduled(subject, 'before'), scheduled(subject, 'after')];
    const disks = subject.ofType(...DISKS);
    const found = disks
      .filter((disk) => disk.after !== null && !scheduledAfter(disk))
      .map((disk): Finding => {
        const name = known(textAt(disk.after, 'name')) ?? disk.name;
        const loses = disk.before !== null && scheduledBefore(disk);
        const isNew = disk.actions.includes('create');
        return {
          severity: loses ? 'refuse' : 'warn',
          address: disk.address,
          action: disk.action,
          reason: loses
            ? `disk ${name} is detached from its snapshot schedule`
            : isNew
              ? `disk ${name} is created without a snapshot schedule`
              : `disk ${name} has no snapshot schedule`,
          ...EFFECT,
        };
      });
    return [...found, ...findDetached(subject)];
  },
};

const DISKS = ['google_compute_disk', 'google_compute_region_disk'];

const EFFECT = {
  impact: 'no data yet; from then on no snapshots are taken of the disk',
  recovery: 'none, unless the data is copied elsewhere: another disk, an export, a backup',
};

/** Disks of other stacks that lose their last schedule in this plan. */
function findDetached(subject: Subject): readonly Finding[] {
  return listScheduleMoves(subject)
    .filter(
      ({ attachment, disk, to }) =>
        to.length === 0 &&
        takesSnapshots(subject, attachment, 'before') &&
        !subject.ofType(...DISKS).some(({ before }) => known(textAt(before, 'name')) === disk && isBeside(attachment.before, before)),
    )
    .map(({ attachment, disk, from }) => ({
      severity: 'refuse',
      address: attachment.address,
      action: attachment.action,
      reason: `disk ${disk}, which is not in this plan, is detached from its snapshot schedule ${from}`,
      ...EFFECT,
    }));
}

/** Creates a test that a disk is on a schedule, before or after the plan is applied. */
function scheduled(subject: Subject, when: 'before' | 'after'): (disk: ResourceChange) => boolean {
  const byName = new Map<string, ResourceChange[]>();
  const references = new Set<string>();
  for (const attachment of subject.ofType(...ATTACHMENTS)) {
    if (attachment[when] === null || !takesSnapshots(subject, attachment, when)) continue;
    const name = lastSegment(known(textAt(attachment[when], 'disk')));
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), attachment]);
    // The name of a disk that is created in the same plan may be unknown.
    else for (const reference of subject.references(attachment, 'disk')) references.add(reference);
  }
  const planned = subject
    .ofType('google_backup_dr_backup_plan_association')
    .flatMap((association) => known(textAt(association[when], 'resource')) ?? []);
  return (disk) => {
    const value = disk[when];
    const name = known(textAt(value, 'name')) ?? '';
    const address = stripInstanceKeys(disk.address);
    return (
      textsIn(valueAt(value, 'resource_policies')).length > 0 ||
      planned.some((link) => lastSegment(link) === name && isBeside(readPlace(link), value)) ||
      (byName.get(name) ?? []).some((attachment) => isBeside(attachment[when], value)) ||
      [address, `${address}.name`, `${address}.id`, `${address}.self_link`].some((reference) => references.has(reference))
    );
  };
}

/** Project and place in a link to a resource; empty for a name. */
function readPlace(link: string): Readonly<Record<string, string>> {
  const parts = [...link.matchAll(/(?:^|\/)(project|zone|region)s\/([^/]+)/g)];
  return Object.fromEntries(parts.map(([, argument, value]) => [argument, value]));
}

/** Tests that the policy of an attachment takes snapshots. A policy outside of this plan is assumed to. */
function takesSnapshots(subject: Subject, attachment: ResourceChange, when: 'before' | 'after'): boolean {
  const policy = findPolicy(subject, attachment, when);
  return policy === undefined || valueAt(policy[when], 'snapshot_schedule_policy', 'schedule') !== undefined;
}
