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
  },
];
