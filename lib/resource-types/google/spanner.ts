import type { ResourceType } from '../resource-type';
import { compareCount } from '../running';
import { compareCron } from '../schedule';

export const spanner: readonly ResourceType[] = [
  {
    names: ['google_spanner_instance'],
    what: 'a Spanner instance',
    price: { unpriced: 'the compute capacity of a database', isLarge: true },
    deletion: {
      kind: 'data',
      impact: 'all of its databases',
      recovery: 'none: its backups are stored in the instance',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/spanner_instance',
    },
    protections: [
      {
        path: ['default_backup_schedule_type'],
        safe: { oneOf: ['AUTOMATIC'] },
        against: 'copy-loss',
        weaker: 'new databases are no longer backed up',
      },
    ],
    running: [
      { path: ['num_nodes'], safe: compareCount('nodes'), stops: 'its number of nodes' },
      { path: ['processing_units'], safe: compareCount('processing units'), stops: 'its processing units' },
    ],
  },
  {
    names: ['google_spanner_database'],
    what: 'a Spanner database',
    price: { free: 'its instance is paid' },
    deletion: {
      kind: 'data',
      impact: 'all of its tables',
      recovery: 'a backup in the instance',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/spanner_database',
      isOriginal: true,
    },
    protections: [
      {
        path: ['version_retention_period'],
        safe: { more: '', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'it can be restored to any moment of',
      },
      { path: ['enable_drop_protection'], safe: { oneOf: [true] }, against: 'deletion', weaker: 'drop protection is turned off' },
      {
        path: ['encryption_config', 'kms_key_name'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
  },
  {
    names: ['google_spanner_backup_schedule'],
    what: 'a Spanner backup schedule',
    price: { unpriced: 'storage by its size', isLarge: false },
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the schedule, from Terraform; not the backups in between',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/spanner_backup_schedule',
    },
    protections: [
      { path: ['retention_duration'], safe: { more: '', unset: 'weakest' }, against: 'copy-loss', weaker: 'backups are kept' },
      { path: ['spec', 'cron_spec', 'text'], safe: compareCron('a backup'), against: 'copy-loss', weaker: 'its schedule' },
    ],
  },
  {
    names: ['google_spanner_instance_partition'],
    what: 'a partition of a Spanner instance',
    price: { unpriced: 'the compute capacity of a database', isLarge: true },
    deletion: {
      kind: 'data',
      impact: 'the data that is placed in it',
      recovery: 'a backup in the instance',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/spanner_instance_partition',
    },
  },
  {
    names: ['google_spanner_instance_config'],
    what: 'a configuration of Spanner instances',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'new instances that use it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
