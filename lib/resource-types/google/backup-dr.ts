import type { ResourceType } from '../resource-type';

export const backupDr: readonly ResourceType[] = [
  {
    names: ['google_backup_dr_backup_vault'],
    what: 'a backup vault',
    deletion: {
      kind: 'data',
      impact: 'every backup in it that is past its enforced retention',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/backup_dr_backup_vault',
    },
    protections: [
      {
        path: ['backup_minimum_enforced_retention_duration'],
        safe: { more: '', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'backups cannot be deleted for',
      },
      {
        path: ['force_update'],
        safe: { oneOf: [false, undefined] },
        against: 'copy-loss',
        weaker: 'its retention can be shortened although backup plans rely on it',
      },
      {
        path: ['ignore_inactive_datasources'],
        safe: { oneOf: [false, undefined] },
        against: 'deletion',
        weaker: 'it can be deleted with data sources in it',
      },
      {
        path: ['ignore_backup_plan_references'],
        safe: { oneOf: [false, undefined] },
        against: 'deletion',
        weaker: 'it can be deleted while backup plans use it',
      },
    ],
    backup: { role: 'copy', of: ['google_compute_instance', 'google_compute_disk'] },
  },
  {
    names: ['google_backup_dr_backup_plan_association'],
    what: 'the association of a VM instance or a disk with a backup plan',
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the association, from Terraform; not the backups in between',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/backup_dr_backup_plan_association',
    },
    backup: { role: 'assignment', of: ['google_compute_instance', 'google_compute_disk'] },
  },
];
