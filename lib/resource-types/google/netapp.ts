import type { ResourceType } from '../resource-type';

export const netapp: readonly ResourceType[] = [
  {
    names: ['google_netapp_volume'],
    what: 'a NetApp volume',
    deletion: {
      kind: 'data',
      impact: 'all of its files and snapshots',
      recovery: 'a NetApp backup, or a replica of the volume',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/netapp_volume',
      isOriginal: true,
    },
    protections: [
      { path: ['snapshot_policy', 'enabled'], safe: { oneOf: [true] }, against: 'copy-loss', weaker: 'it no longer takes snapshots' },
      {
        path: ['snapshot_policy', 'hourly_schedule', 'snapshots_to_keep'],
        safe: { more: 'snapshots', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'of its hourly schedule it keeps',
      },
      {
        path: ['snapshot_policy', 'daily_schedule', 'snapshots_to_keep'],
        safe: { more: 'snapshots', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'of its daily schedule it keeps',
      },
      {
        path: ['snapshot_policy', 'weekly_schedule', 'snapshots_to_keep'],
        safe: { more: 'snapshots', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'of its weekly schedule it keeps',
      },
      {
        path: ['snapshot_policy', 'monthly_schedule', 'snapshots_to_keep'],
        safe: { more: 'snapshots', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'of its monthly schedule it keeps',
      },
      {
        path: ['backup_config', 'scheduled_backup_enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'it is no longer backed up',
      },
      {
        path: ['backup_config', 'backup_policies'],
        safe: { all: true },
        against: 'copy-loss',
        weaker: 'it is detached from backup policies',
      },
      { path: ['restricted_actions'], safe: { all: true }, against: 'deletion', weaker: 'while it is mounted, these actions are allowed' },
    ],
    price: { free: 'its pool is paid' },
  },
  {
    names: ['google_netapp_volume_snapshot'],
    what: 'a snapshot of a NetApp volume',
    deletion: {
      kind: 'data',
      impact: 'the state of the volume at that time',
      recovery: 'none; the volume stays',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/netapp_volume_snapshot',
    },
    price: { free: 'its pool is paid' },
  },
  {
    names: ['google_netapp_storage_pool'],
    what: 'a NetApp storage pool',
    deletion: {
      kind: 'data',
      impact: 'the capacity of its volumes; only an empty pool can be deleted',
      recovery: 'the pool, from Terraform',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/netapp_storage_pool',
    },
    price: { unpriced: 'the capacity of a pool', isLarge: true },
  },
  {
    names: ['google_netapp_backup_vault'],
    what: 'a NetApp backup vault',
    deletion: {
      kind: 'data',
      impact: 'all of its backups',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/netapp_backup_vault',
    },
    protections: [
      {
        path: ['backup_retention_policy', 'backup_minimum_enforced_retention_days'],
        safe: { more: 'days', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'backups cannot be deleted for',
      },
      {
        path: ['backup_retention_policy', 'daily_backup_immutable'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'daily backups can be deleted early',
      },
      {
        path: ['backup_retention_policy', 'weekly_backup_immutable'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'weekly backups can be deleted early',
      },
      {
        path: ['backup_retention_policy', 'monthly_backup_immutable'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'monthly backups can be deleted early',
      },
      {
        path: ['backup_retention_policy', 'manual_backup_immutable'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'manual backups can be deleted early',
      },
    ],
    price: { free: 'its backups are paid' },
  },
  {
    names: ['google_netapp_backup'],
    what: 'a NetApp backup',
    deletion: {
      kind: 'data',
      impact: 'the state of the volume at that time',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/netapp_backup',
    },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_netapp_backup_policy'],
    what: 'a NetApp backup policy',
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the policy, from Terraform; not the backups in between',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/netapp_backup_policy',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_netapp_volume_replication'],
    what: 'a replication of a NetApp volume',
    deletion: {
      kind: 'service',
      impact: 'the replica: it no longer receives changes',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'traffic between regions', isLarge: false },
  },
  {
    names: ['google_netapp_active_directory', 'google_netapp_kmsconfig', 'google_netapp_volume_quota_rule', 'google_netapp_host_group'],
    what: 'configuration of NetApp volumes',
    deletion: {
      kind: 'service',
      impact: 'the access or limits that it sets',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
