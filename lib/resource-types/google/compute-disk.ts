import type { ResourceType } from '../resource-type';

export const computeDisk: readonly ResourceType[] = [
  {
    names: ['google_compute_disk', 'google_compute_region_disk'],
    what: 'a disk',
    deletion: {
      kind: 'data',
      impact: 'everything on the disk; an attached disk is detached first, without an error',
      recovery: 'the newest snapshot, on a new disk; snapshots outlive their disk unless its schedule deletes them',
      source: 'https://cloud.google.com/compute/docs/disks/create-snapshots',
      isOriginal: true,
    },
    protections: [
      {
        path: ['create_snapshot_before_destroy'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'no final snapshot is taken before it is deleted',
      },
      {
        path: ['disk_encryption_key'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
    running: { none: 'it does not run' },
    backup: { none: 'it holds the data itself' },
    exposes: { none: 'it is reached through VM instances only' },
    uniqueName: { path: ['name'], within: ['project', 'zone', 'region'] },
    use: { whileUsed: 'detached' },
    pods: { none: 'it creates no pods' },
    price: { meter: 'disk' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: ['google_compute_attached_disk'],
    what: 'the attachment of a disk to a VM instance',
    deletion: {
      kind: 'service',
      impact: 'the disk in the running VM instance, without an unmount',
      recovery: 'the attachment, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { none: 'it has no name' },
    use: { none: 'nothing refers to it' },
    price: { free: 'the disk and the VM instance are paid' },
  },
  {
    names: ['google_compute_disk_async_replication'],
    what: 'a replication of a disk',
    deletion: {
      kind: 'service',
      impact: 'the replica: it no longer receives changes',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'traffic between regions', isLarge: false },
  },
  {
    names: ['google_compute_storage_pool'],
    what: 'a storage pool',
    deletion: {
      kind: 'data',
      impact: 'the capacity of its disks; only an empty pool can be deleted',
      recovery: 'the pool, from Terraform',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_storage_pool',
    },
    price: { unpriced: 'the capacity of a pool', isLarge: true },
  },
];
