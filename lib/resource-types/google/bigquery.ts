import type { ResourceType } from '../resource-type';

export const bigquery: readonly ResourceType[] = [
  {
    names: ['google_bigquery_dataset'],
    what: 'a BigQuery dataset',
    price: { unpriced: 'storage and queries by their size', isLarge: false },
    deletion: {
      kind: 'data',
      impact: 'all of its tables, when delete_contents_on_destroy is set; otherwise the apply fails while there are any',
      recovery: 'the dataset, within its time travel window of two to seven days',
      source: 'https://cloud.google.com/bigquery/docs/restore-deleted-datasets',
    },
    protections: [
      {
        path: ['default_table_expiration_ms'],
        safe: { more: 'ms', unset: 'strongest', unlimited: [0] },
        against: 'data-loss',
        weaker: 'new tables are kept',
      },
      {
        path: ['default_partition_expiration_ms'],
        safe: { more: 'ms', unset: 'strongest', unlimited: [0] },
        against: 'data-loss',
        weaker: 'new partitions are kept',
      },
      {
        path: ['max_time_travel_hours'],
        safe: { more: 'hours', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'deleted data can be restored for',
      },
      {
        path: ['default_encryption_configuration', 'kms_key_name'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
    exposes: [
      { path: ['access', 'special_group'], open: { members: true }, words: 'the dataset may be read' },
      { path: ['access', 'iam_member'], open: { members: true }, words: 'the dataset may be read' },
      { path: ['access', 'domain'], open: { set: true }, words: 'a whole domain may use the dataset', severity: 'warn' },
    ],
  },
  {
    names: ['google_bigquery_table'],
    what: 'a BigQuery table',
    price: { free: 'storage and queries are paid with the dataset' },
    deletion: {
      kind: 'data',
      impact: 'all of its rows',
      recovery: 'the table, within the time travel window of its dataset',
      source: 'https://cloud.google.com/bigquery/docs/restore-deleted-tables',
    },
    protections: [
      {
        path: ['expiration_time'],
        safe: { more: 'ms since 1970', unset: 'strongest', unlimited: [0] },
        against: 'data-loss',
        weaker: 'it is kept until',
      },
      {
        path: ['time_partitioning', 'expiration_ms'],
        safe: { more: 'ms', unset: 'strongest', unlimited: [0] },
        against: 'data-loss',
        weaker: 'its partitions are kept',
      },
      {
        path: ['encryption_configuration', 'kms_key_name'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
  },
];
