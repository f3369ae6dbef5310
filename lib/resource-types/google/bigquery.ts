import type { ResourceType } from '../resource-type';
import { COLUMNS } from './table-schema';

export const bigquery: readonly ResourceType[] = [
  {
    names: ['google_bigquery_dataset'],
    what: 'a BigQuery dataset',
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
    price: { unpriced: 'storage and queries by their size', isLarge: false },
  },
  {
    names: ['google_bigquery_table'],
    what: 'a BigQuery table',
    deletion: {
      kind: 'data',
      impact: 'all of its rows',
      recovery: 'the table, within the time travel window of its dataset',
      source: 'https://cloud.google.com/bigquery/docs/restore-deleted-tables',
    },
    protections: [
      { path: ['schema'], safe: COLUMNS, against: 'data-loss', weaker: 'its columns' },
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
    price: { free: 'storage and queries are paid with the dataset' },
  },
  {
    names: ['google_bigquery_routine'],
    what: 'a routine',
    deletion: {
      kind: 'service',
      impact: 'queries that call it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_bigquery_dataset_access'],
    what: 'access to a dataset',
    deletion: {
      kind: 'service',
      impact: 'the access of its principal',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_bigquery_datapolicy_data_policy', 'google_bigquery_row_access_policy'],
    what: 'a protection of columns or rows',
    deletion: {
      kind: 'service',
      impact: 'the masking or filtering of data by it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_bigquery_connection', 'google_bigquery_data_transfer_config'],
    what: 'a connection of BigQuery',
    deletion: {
      kind: 'service',
      impact: 'queries and transfers that need it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: [
      'google_bigquery_reservation',
      'google_bigquery_reservation_assignment',
      'google_bigquery_capacity_commitment',
      'google_bigquery_bi_reservation',
    ],
    what: 'reserved capacity of BigQuery',
    deletion: {
      kind: 'service',
      impact: 'the capacity of queries',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'slots for each hour', isLarge: true },
  },
  {
    names: [
      'google_bigquery_analytics_hub_data_exchange',
      'google_bigquery_analytics_hub_listing',
      'google_bigquery_analytics_hub_listing_subscription',
    ],
    what: 'a shared dataset',
    deletion: {
      kind: 'service',
      impact: 'the access of its subscribers',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_bigquery_job'],
    what: 'a BigQuery job',
    deletion: {
      kind: 'harmless',
      why: 'it is only the record of a job; Terraform forgets it',
    },
    price: { unpriced: 'queries by their size', isLarge: false },
  },
];
