import { hoursBetweenSnapshots } from '../resource-types';
import type { TerraformDocument } from '../terraform/document';
import { blockAt, textAt, written } from '../terraform/values';

/** Hours within which a schedule begins a snapshot, after its start. */
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

/**
 * Recovery point objective of a ring: hours of writes that are lost at most when its data is restored from snapshots of its schedule. A
 * schedule begins each snapshot within an hour after its start.
 */
export function recoveryPointHours({ hoursBetweenSnapshots: hours }: { readonly hoursBetweenSnapshots?: number }): number | undefined {
  return hours === undefined ? undefined : hours + START_HOURS;
}
