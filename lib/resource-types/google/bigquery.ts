import type { ResourceType } from '../resource-type';

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
  },
];
