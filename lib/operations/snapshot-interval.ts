import { hoursBetweenSnapshots } from '../resource-types';
import type { TerraformDocument } from '../terraform/document';
import { readNote } from '../terraform/notes';
import { blockAt, textAt, written } from '../terraform/values';

/** Hours within which a schedule begins a snapshot, after its start, and within which the job of a set finishes it. */
const START_HOURS = 1;

/**
 * Reads the longest interval between two snapshots of any disk, in hours; `undefined` if a disk has no schedule in the stack.
 *
 * @param disks Terraform addresses of each disk and of its attachment to a schedule
 */
export function readSnapshotInterval(document: TerraformDocument, disks: readonly (readonly string[])[]): number | undefined {
  const policies = document.ofType('google_compute_resource_policy');
  const attachments = document.ofType('google_compute_disk_resource_policy_attachment');
  const intervals = disks.map((addresses) => {
    const name = written(textAt(attachments.find(({ address }) => addresses.includes(address))?.values, 'name'));
    const policy = policies.find(({ address, values }) => name.includes(`\${${address}.`) || (name !== '' && name === values.name));
    return hoursBetweenSnapshots(blockAt(policy?.values, 'snapshot_schedule_policy', 'schedule'));
  });
  return intervals.reduce((longest, hours) => (longest === undefined || hours === undefined ? undefined : Math.max(longest, hours)), 0);
}

/** Reads the hours between two snapshot sets of a ring; `undefined` if the stack has no `SnapshotSet` of it. */
export function readSetInterval(document: TerraformDocument, ringName: string): number | undefined {
  const notes = document.ofType('google_cloud_scheduler_job').map((job) => readNote(job, 'snapshotSet'));
  const hours = notes.find((note) => note?.ring === ringName)?.hoursBetween;
  return typeof hours === 'number' ? hours : undefined;
}

/** Intervals of the snapshots of a ring, in hours. */
export interface SnapshotIntervals {
  /** Longest interval of the schedule of any disk. @default - a disk has no schedule in the stack */
  readonly hoursBetweenSnapshots?: number;

  /** Interval of snapshot sets. @default - the stack has no sets */
  readonly hoursBetweenSets?: number;
}

/** Hours between two backups of a ring: of its sets or its schedule, whichever is more frequent; `undefined` if it has neither. */
export function hoursBetweenBackups({ hoursBetweenSnapshots, hoursBetweenSets }: SnapshotIntervals): number | undefined {
  const hours = [hoursBetweenSnapshots, hoursBetweenSets].filter((each) => each !== undefined);
  return hours.length === 0 ? undefined : Math.min(...hours);
}

/**
 * Recovery point objective of a ring: hours of writes that are lost at most when its data is restored. A schedule begins each snapshot within
 * an hour after its start, and a set is finished within an hour.
 */
export function recoveryPointHours(intervals: SnapshotIntervals): number | undefined {
  const hours = hoursBetweenBackups(intervals);
  return hours === undefined ? undefined : hours + START_HOURS;
}
