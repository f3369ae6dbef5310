import type { ResourceType } from '../resource-type';

export const spanner: readonly ResourceType[] = [
  {
    names: ['google_spanner_instance'],
    what: 'a Spanner instance',
    deletion: {
      kind: 'data',
      impact: 'all of its databases',
      recovery: 'none: its backups are stored in the instance',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/spanner_instance',
    },
  },
  {
    names: ['google_spanner_database'],
    what: 'a Spanner database',
    deletion: {
      kind: 'data',
      impact: 'all of its tables',
      recovery: 'a backup in the instance',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/spanner_database',
    },
  },
  {
    names: ['google_spanner_backup_schedule'],
    what: 'a Spanner backup schedule',
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the schedule, from Terraform; not the backups in between',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/spanner_backup_schedule',
    },
  },
];
