import { toList } from '../../terraform/values';
import type { Comparison } from '../protection';
import type { ResourceType } from '../resource-type';
import { compareCount } from '../running';
import { compareCron } from '../schedule';

/** Statements of a schema. The provider runs the new ones, so that a table is dropped by a further statement. */
const STATEMENTS: Comparison = {
  compare: (before, after) => {
    const old = new Set(toList(before));
    const deleting = toList(after).filter((statement) => typeof statement === 'string' && !old.has(statement) && deletesData(statement));
    const texts = deleting.map((statement) => String(statement).trim().replace(/\s+/g, ' ').slice(0, 80));
    return texts.length > 0 ? [`new statements delete data: ${texts.join('; ')}`] : [];
  },
  unset: 'strongest',
  examples: {
    strong: ['CREATE TABLE a (id INT64) PRIMARY KEY (id)'],
    weak: ['CREATE TABLE a (id INT64) PRIMARY KEY (id)', 'DROP TABLE a'],
  },
};

/** Tests that a statement drops a table or a column, or lets rows expire. A dropped index is only derived data. */
function deletesData(statement: string): boolean {
  return (
    /^\s*DROP\s+(TABLE|SCHEMA)\b/i.test(statement) ||
    (/^\s*ALTER\s+TABLE\b/i.test(statement) && /\bDROP\s+COLUMN\b|\b(ADD|REPLACE|ALTER)\s+(ROW\s+DELETION\s+POLICY|TTL)\b/i.test(statement))
  );
}

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
    price: { unpriced: 'the compute capacity of a database', isLarge: true },
  },
  {
    names: ['google_spanner_database'],
    what: 'a Spanner database',
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
      { path: ['ddl'], safe: STATEMENTS, against: 'data-loss', weaker: 'its statements' },
      { path: ['enable_drop_protection'], safe: { oneOf: [true] }, against: 'deletion', weaker: 'drop protection is turned off' },
      {
        path: ['encryption_config', 'kms_key_name'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
    price: { free: 'its instance is paid' },
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
    protections: [
      { path: ['retention_duration'], safe: { more: '', unset: 'weakest' }, against: 'copy-loss', weaker: 'backups are kept' },
      { path: ['spec', 'cron_spec', 'text'], safe: compareCron('a backup'), against: 'copy-loss', weaker: 'its schedule' },
    ],
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_spanner_instance_partition'],
    what: 'a partition of a Spanner instance',
    deletion: {
      kind: 'data',
      impact: 'the data that is placed in it',
      recovery: 'a backup in the instance',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/spanner_instance_partition',
    },
    price: { unpriced: 'the compute capacity of a database', isLarge: true },
  },
  {
    names: ['google_spanner_instance_config'],
    what: 'a configuration of Spanner instances',
    deletion: {
      kind: 'service',
      impact: 'new instances that use it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
