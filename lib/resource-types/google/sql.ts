import type { ResourceType } from '../resource-type';

export const sql: readonly ResourceType[] = [
  {
    names: ['google_sql_database_instance'],
    what: 'a database instance',
    deletion: {
      kind: 'data',
      impact: 'all of its databases and automatic backups',
      recovery: 'an export, or a final backup when one was requested; its name is reserved for a week',
      source: 'https://cloud.google.com/sql/docs/postgres/delete-instance',
    },
    protections: [
      {
        path: ['settings', 'deletion_protection_enabled'],
        safe: { oneOf: [true] },
        against: 'deletion',
        weaker: 'deletion protection in Cloud SQL is turned off',
      },
      {
        path: ['settings', 'backup_configuration', 'enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'it is no longer backed up',
      },
      {
        path: ['settings', 'backup_configuration', 'point_in_time_recovery_enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'it can no longer be restored to any moment',
      },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'its databases are deleted with it' },
  },
  {
    names: ['google_sql_database'],
    what: 'a database',
    deletion: {
      kind: 'data',
      impact: 'all of its tables',
      recovery: "the instance's last backup, by restoring the whole instance",
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/sql_database',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'instance'] },
  },
];
