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
    },
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
  },
];
