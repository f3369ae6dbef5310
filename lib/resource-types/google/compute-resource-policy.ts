import type { ResourceType } from '../resource-type';

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
    backup: { role: 'schedule', of: ['google_compute_disk', 'google_compute_region_disk'] },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { whileUsed: 'held' },
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
    backup: { role: 'assignment', of: ['google_compute_disk', 'google_compute_region_disk'] },
    uniqueName: { none: 'its name is that of the policy' },
    use: { none: 'nothing refers to it' },
  },
];
