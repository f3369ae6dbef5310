import { stackWithRing } from '../operations/rings';

/** A stack with a ring whose data disks are on a schedule. */
export function stackWithSchedule(schedule: unknown = { daily_schedule: { days_in_cycle: 1, start_time: '04:00' } }, except = '') {
  const stack = stackWithRing();
  const disks: Record<string, object> = {};
  const attachments: Record<string, object> = {};
  for (const [id, instance] of Object.entries(stack.resource.google_compute_instance!)) {
    const { name, zone } = instance as { name: string; zone: string };
    disks[`${id}_Disk`] = { name: `${name}-data`, zone, size: 100 };
    Object.assign(instance, { attached_disk: [{ source: `\${google_compute_disk.${id}_Disk.self_link}` }] });
    if (name.endsWith(`-${except}`)) continue;
    attachments[`${id}_Schedule`] = {
      name: `\${google_compute_resource_policy.Snapshots.name}`,
      disk: `\${google_compute_disk.${id}_Disk.name}`,
    };
  }
  Object.assign(stack.resource, {
    google_compute_disk: disks,
    google_compute_disk_resource_policy_attachment: attachments,
    google_compute_resource_policy: {
      Snapshots: { name: 'snapshots', snapshot_schedule_policy: { schedule, retention_policy: { max_retention_days: 14 } } },
    },
  });
  return stack;
}
