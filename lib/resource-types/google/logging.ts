import { isSameValue } from '../../terraform/values';
import type { ResourceType } from '../resource-type';
import { compareTarget } from '../running';

export const logging: readonly ResourceType[] = [
  {
    names: ['google_logging_metric'],
    what: 'a metric of logs',
    deletion: {
      kind: 'service',
      impact: 'its values, and the alerts that depend on it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'no argument protects it' },
    running: { none: 'it does not run' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it gives no access' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'alerts that use it stay, without values' },
    pods: { none: 'it creates no pods' },
    price: { free: 'configuration has no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: [
      'google_logging_project_sink',
      'google_logging_folder_sink',
      'google_logging_organization_sink',
      'google_logging_billing_account_sink',
    ],
    what: 'a log sink',
    deletion: {
      kind: 'service',
      impact: 'the logs that it would have exported',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: [
      { path: ['disabled'], safe: { oneOf: [false, undefined] }, against: 'attack', weaker: 'it no longer exports logs' },
      { path: ['exclusions'], safe: { none: true }, against: 'attack', weaker: 'more logs are excluded from it' },
    ],
    running: [{ path: ['destination'], safe: compareTarget('log entries go to another destination'), stops: 'its destination' }],
    price: { free: 'the destination is paid' },
  },
  {
    names: [
      'google_logging_project_exclusion',
      'google_logging_folder_exclusion',
      'google_logging_organization_exclusion',
      'google_logging_billing_account_exclusion',
    ],
    what: 'a log exclusion',
    deletion: {
      kind: 'harmless',
      why: 'more logs are kept than before',
    },
    running: [
      {
        path: ['filter'],
        safe: {
          compare: (was, is) => (is === undefined || isSameValue(was, is) ? [] : ['log entries that match its filter are no longer kept']),
          unset: 'strongest',
          examples: { strong: undefined, weak: 'severity>=DEFAULT' },
        },
        stops: 'its filter',
        alsoNew: true,
      },
    ],
    price: { free: 'configuration has no price' },
  },
  {
    names: [
      'google_logging_project_bucket_config',
      'google_logging_folder_bucket_config',
      'google_logging_organization_bucket_config',
      'google_logging_billing_account_bucket_config',
    ],
    what: 'a log bucket',
    deletion: {
      kind: 'data',
      impact: 'all of its logs',
      recovery: 'the bucket, within seven days, by undeleting it',
      source: 'https://cloud.google.com/logging/docs/buckets#delete-bucket',
    },
    protections: [
      { path: ['retention_days'], safe: { more: 'days', unset: 'weakest' }, against: 'data-loss', weaker: 'logs are kept' },
      { path: ['locked'], safe: { oneOf: [true] }, against: 'deletion', weaker: 'its retention is no longer locked' },
      {
        path: ['cmek_settings', 'kms_key_name'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
    price: { unpriced: 'logs by their size', isLarge: false },
  },
  {
    names: [
      'google_logging_log_view',
      'google_logging_log_scope',
      'google_logging_linked_dataset',
      'google_logging_folder_settings',
      'google_logging_organization_settings',
    ],
    what: 'a view or a setting of logs',
    deletion: {
      kind: 'service',
      impact: 'the access to logs through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
