import type { ResourceType } from '../resource-type';

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
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'alerts that use it stay, without values' },
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
  },
];
