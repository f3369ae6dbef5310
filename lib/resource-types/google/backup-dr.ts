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
