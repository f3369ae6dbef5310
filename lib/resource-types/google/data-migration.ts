import type { ResourceType } from '../resource-type';

export const dataMigration: readonly ResourceType[] = [
  {
    names: ['google_datastream_stream'],
    what: 'a stream of changes',
    deletion: {
      kind: 'service',
      impact: 'the replication and its position: a new stream copies all data again',
      recovery: 'the stream, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'data by its size', isLarge: false },
  },
  {
    names: ['google_datastream_connection_profile', 'google_datastream_private_connection'],
    what: 'a connection of Datastream',
    deletion: {
      kind: 'service',
      impact: 'streams that use it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: [
      'google_database_migration_service_migration_job',
      'google_database_migration_service_connection_profile',
      'google_database_migration_service_private_connection',
    ],
    what: 'a part of a database migration',
    deletion: {
      kind: 'service',
      impact: 'the replication from the source',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'data by its size', isLarge: false },
  },
  {
    names: ['google_migration_center_group', 'google_migration_center_preference_set'],
    what: 'a part of Migration Center',
    deletion: {
      kind: 'service',
      impact: 'the assessments of its assets',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
