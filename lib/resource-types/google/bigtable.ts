import type { ResourceType } from '../resource-type';

export const bigtable: readonly ResourceType[] = [
  {
    names: ['google_bigtable_instance'],
    what: 'a Bigtable instance',
    deletion: {
      kind: 'data',
      impact: 'all of its tables and their backups',
      recovery: 'none, unless a backup was copied to another instance',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/bigtable_instance',
    },
  },
  {
    names: ['google_bigtable_table'],
    what: 'a Bigtable table',
    deletion: {
      kind: 'data',
      impact: 'all of its rows',
      recovery: 'a backup of the table',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/bigtable_table',
    },
    protections: [
      { path: ['automated_backup_policy'], safe: { set: true }, against: 'copy-loss', weaker: 'it is no longer backed up' },
      {
        path: ['automated_backup_policy', 'retention_period'],
        safe: { more: '', unset: 'strongest' },
        against: 'copy-loss',
        weaker: 'backups are kept',
      },
      { path: ['automated_backup_policy', 'frequency'], safe: { less: '' }, against: 'copy-loss', weaker: 'a backup is taken every' },
      {
        path: ['change_stream_retention'],
        safe: { more: '', unset: 'weakest' },
        against: 'data-loss',
        weaker: 'its change stream is kept',
      },
    ],
  },
];
