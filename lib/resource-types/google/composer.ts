import type { ResourceType } from '../resource-type';

export const composer: readonly ResourceType[] = [
  {
    names: ['google_composer_environment'],
    what: 'a Composer environment',
    deletion: {
      kind: 'data',
      impact: 'its database, with the history of runs, connections, variables and users; the bucket of its DAGs stays',
      recovery: 'a snapshot of the environment; DAGs from their bucket',
      source: 'https://cloud.google.com/composer/docs/composer-3/save-load-snapshots',
    },
    price: { unpriced: 'its nodes, database and storage', isLarge: true },
  },
  {
    names: ['google_composer_user_workloads_config_map', 'google_composer_user_workloads_secret'],
    what: 'configuration of a Composer environment',
    deletion: {
      kind: 'service',
      impact: 'the values that tasks read from it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
