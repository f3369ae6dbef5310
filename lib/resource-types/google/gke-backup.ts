import type { ResourceType } from '../resource-type';

export const gkeBackup: readonly ResourceType[] = [
  {
    names: ['google_gke_backup_backup_plan'],
    what: 'a backup plan',
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the plan, from Terraform; a plan that has backups cannot be deleted, so the apply may fail here',
      source: 'https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-plan',
    },
    backup: { role: 'schedule', of: ['google_container_cluster'] },
    uniqueName: { path: ['name'], within: ['project', 'location'] },
    use: { whileUsed: 'held' },
  },
  {
    names: ['google_gke_backup_restore_plan'],
    what: 'a restore plan',
    deletion: {
      kind: 'harmless',
      why: 'backups stay, and Terraform recreates the plan',
    },
    backup: { none: 'it restores copies, and takes none' },
    uniqueName: { path: ['name'], within: ['project', 'location'] },
  },
];
