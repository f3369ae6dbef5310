import { listOf } from '../../terraform/values';
import { forEach, type Look, refersTo } from '../look';
import type { PolicyRule } from '../rule';

const scheduled: Look = ({ address, values }, document) => {
  const attachments = document.ofType(
    'google_compute_disk_resource_policy_attachment',
    'google_compute_region_disk_resource_policy_attachment',
  );
  const isAttached = attachments.some((attachment) => refersTo(attachment.values.disk, address, values.name));
  return isAttached || listOf(values.resource_policies).length > 0 ? [] : ['it must be on a snapshot schedule, got none'];
};

/** Every data disk is on a snapshot schedule. */
export const diskWithoutSchedule: PolicyRule = {
  id: 'disk-without-schedule',
  severity: 'error',
  title: 'Every data disk is on a snapshot schedule',
  why: 'a disk without a copy is the only copy',
  remediation: 'attach the schedule with google_compute_disk_resource_policy_attachment',
  sources: [],
  check: forEach(['google_compute_disk', 'google_compute_region_disk'], scheduled),
};
