import type { ResourceType } from '../resource-type';
import { SNAPSHOT_SCHEDULE } from '../schedule';

export const computeResourcePolicy: readonly ResourceType[] = [
  {
    names: ['google_compute_resource_policy'],
    what: 'a policy, such as a snapshot schedule',
    deletion: {
      kind: 'data',
      impact: 'future snapshots; existing ones stay',
      recovery: 'the schedule, with a new policy and a new attachment to each disk; not the snapshots in between',
      source: 'https://cloud.google.com/compute/docs/disks/about-snapshot-schedules',
    },
    protections: [
      { path: ['snapshot_schedule_policy'], safe: { set: true }, against: 'copy-loss', weaker: 'it no longer takes snapshots' },
      { path: ['snapshot_schedule_policy', 'schedule'], safe: SNAPSHOT_SCHEDULE, against: 'copy-loss', weaker: 'its schedule' },
      {
        path: ['snapshot_schedule_policy', 'retention_policy', 'max_retention_days'],
        safe: { more: 'days', unset: 'strongest' },
        against: 'copy-loss',
        weaker: 'snapshots are kept',
      },
      {
        path: ['snapshot_schedule_policy', 'retention_policy', 'on_source_disk_delete'],
        safe: { oneOf: ['KEEP_AUTO_SNAPSHOTS', undefined] },
        against: 'copy-loss',
        weaker: 'snapshots no longer outlive their disk',
      },
    ],
    running: { none: 'it does not run' },
    backup: { role: 'schedule', of: ['google_compute_disk', 'google_compute_region_disk'] },
    exposes: { none: 'it gives no access' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { whileUsed: 'held' },
    pods: { none: 'it creates no pods' },
    price: { free: 'the snapshots of a schedule are priced with their disk' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: [
      'google_compute_disk_resource_policy_attachment',
      'google_compute_region_disk_resource_policy_attachment',
      'google_compute_resource_policy_attachment',
    ],
    what: 'the attachment of a disk to a policy',
    deletion: {
      kind: 'service',
      impact: 'future snapshots of the disk, when the policy takes them',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'no argument protects it' },
    running: { none: 'it does not run' },
    backup: { role: 'assignment', of: ['google_compute_disk', 'google_compute_region_disk'] },
    exposes: { none: 'it gives no access' },
    uniqueName: { none: 'its name is that of the policy' },
    use: { none: 'nothing refers to it' },
    pods: { none: 'it creates no pods' },
    price: { free: 'the snapshots of a schedule are priced with their disk' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
];
