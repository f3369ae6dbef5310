import type { ResourceType } from '../resource-type';

export const firestore: readonly ResourceType[] = [
  {
    names: ['google_firestore_database'],
    what: 'a Firestore database',
    deletion: {
      kind: 'data',
      impact: 'all of its documents',
      recovery: 'a backup or an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/firestore_database',
    },
  },
  {
    names: ['google_firestore_backup_schedule'],
    what: 'a Firestore backup schedule',
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the schedule, from Terraform; not the backups in between',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/firestore_backup_schedule',
    },
  },
];
