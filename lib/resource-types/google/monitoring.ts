import type { ResourceType } from '../resource-type';

export const monitoring: readonly ResourceType[] = [
  {
    names: [
      'google_monitoring_alert_policy',
      'google_monitoring_notification_channel',
      'google_monitoring_uptime_check_config',
      'google_monitoring_slo',
      'google_monitoring_service',
      'google_monitoring_custom_service',
      'google_monitoring_group',
    ],
    what: 'a part of the monitoring',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the alerts that depend on it: problems are no longer reported',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { none: 'its name is generated' },
    use: { none: 'nothing refers to it' },
  },
  {
    names: ['google_monitoring_dashboard'],
    what: 'a dashboard',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'harmless',
      why: 'it only shows metrics, which stay; Terraform recreates it',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { none: 'its name is generated' },
    use: { none: 'nothing refers to it' },
  },
  {
    names: ['google_monitoring_metric_descriptor'],
    what: 'a custom metric',
    price: { unpriced: 'data points by their number', isLarge: false },
    deletion: {
      kind: 'data',
      impact: 'all of its data points',
      recovery: 'the metric, without its history',
      source: 'https://cloud.google.com/monitoring/custom-metrics/creating-metrics',
    },
  },
  {
    names: ['google_monitoring_monitored_project'],
    what: 'a monitored project',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'its metrics in the dashboards and alerts of the scope',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
