import type { ResourceType } from '../resource-type';

export const computeSnapshot: readonly ResourceType[] = [
  {
    names: ['google_compute_snapshot'],
    what: 'a snapshot',
    deletion: {
      kind: 'data',
      impact: 'the state of the disk at that time; blocks that newer snapshots need are kept',
      recovery: 'none; the disk and its other snapshots stay',
      source: 'https://cloud.google.com/compute/docs/disks/create-snapshots',
    },
    backup: { role: 'copy', of: ['google_compute_disk', 'google_compute_region_disk'] },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'disks that were created from it do not need it' },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_compute_image'],
    what: 'an image',
    deletion: {
      kind: 'data',
      impact: 'the image; VM instances and disks created from it stay',
      recovery: 'none, unless its source disk or snapshot still exists',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_image',
    },
    backup: { role: 'copy', of: ['google_compute_disk', 'google_compute_region_disk'] },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'disks that were created from it do not need it' },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_compute_machine_image'],
    what: 'a machine image',
    deletion: {
      kind: 'data',
      impact: 'the disks and the configuration of the VM instance at that time',
      recovery: 'none; the VM instance stays',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_machine_image',
    },
    backup: { role: 'copy', of: ['google_compute_instance'] },
    uniqueName: { path: ['name'], within: ['project'] },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_compute_instant_snapshot'],
    what: 'an instant snapshot',
    deletion: {
      kind: 'data',
      impact: 'the state of the disk at that time',
      recovery: 'none; the disk stays',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_instant_snapshot',
    },
    backup: { role: 'copy', of: ['google_compute_disk', 'google_compute_region_disk'] },
    uniqueName: { path: ['name'], within: ['project', 'zone', 'region'] },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
];
