import { typesWithBackup } from '../../resource-types';
import { toList } from '../../terraform/values';
import { forEach, type ResourceCheck, refersTo } from '../resource-check';
import type { PolicyRule } from '../rule';

const scheduled: ResourceCheck = ({ address, values }, document) => {
  const attachments = document.ofType(
    ...typesWithBackup('assignment', 'google_compute_disk').filter((type) => type.endsWith('_attachment')),
  );
  const isAttached = attachments.some((attachment) => refersTo(attachment.values.disk, address, values.name));
  return isAttached || toList(values.resource_policies).length > 0 ? [] : ['it must be on a snapshot schedule, got none'];
};

/** Data disks have a snapshot schedule. */
export const diskWithoutSchedule: PolicyRule = {
  id: 'disk-without-schedule',
  severity: 'error',
  title: 'Data disks have a snapshot schedule',
  why: 'without snapshots, the disk is the only copy of the data',
  remediation: 'attach the schedule with google_compute_disk_resource_policy_attachment',
  sources: [],
  check: forEach(['google_compute_disk', 'google_compute_region_disk'], scheduled),
};
