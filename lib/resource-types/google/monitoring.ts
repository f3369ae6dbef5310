import { type Block, isBlock, isSameValue, toList } from '../../terraform/values';
import type { Comparison } from '../protection';
import type { ResourceType } from '../resource-type';
import { compareNewBlocks } from '../running';

/** Conditions of an alert: one that is gone, or that holds in other cases. Its name and its documentation are no condition. */
const ALERT_CONDITIONS: Comparison = {
  compare: (before, after) => {
    const withoutName = ({ display_name, name, ...condition }: Block): Block => condition;
    const conditions = (value: unknown): readonly Block[] => toList(value).filter(isBlock).map(withoutName);
    const lost = conditions(before).filter((condition) => !conditions(after).some((other) => isSameValue(condition, other)));
    return lost.length > 0 || conditions(after).length < conditions(before).length ? ['it alerts in other cases than before'] : [];
  },
  examples: {
    strong: [{ display_name: 'a', condition_threshold: [{ threshold_value: 1 }] }],
    weak: [{ display_name: 'a', condition_threshold: [{ threshold_value: 9 }] }],
  },
};

/** Address that a channel notifies, in its labels. */
const NOTIFIED_ADDRESS: Comparison = {
  compare: (was, is) => (was === undefined || isSameValue(was, is) ? [] : ['it notifies another address']),
  examples: { strong: { email_address: 'a@example.org' }, weak: { email_address: 'b@example.org' } },
};

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
    deletion: {
      kind: 'service',
      impact: 'the alerts that depend on it: problems are no longer reported',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'no argument protects it' },
    running: [
      { path: ['enabled'], safe: { oneOf: [true, undefined] }, stops: 'it is disabled' },
      { path: ['notification_channels'], safe: { all: true }, stops: 'it no longer notifies channels' },
      { path: ['conditions'], safe: ALERT_CONDITIONS, stops: 'its conditions' },
      { path: ['labels'], safe: NOTIFIED_ADDRESS, stops: 'its address' },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it gives no access' },
    uniqueName: { none: 'its name is generated' },
    use: { none: 'nothing refers to it' },
    pods: { none: 'it creates no pods' },
    price: { free: 'configuration has no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: ['google_monitoring_snooze'],
    what: 'a snooze of alerts',
    deletion: { kind: 'harmless', why: 'its alerts are sent again' },
    running: [
      {
        path: ['criteria'],
        safe: compareNewBlocks('policies', 'alerts of its policies are not sent'),
        stops: 'alerts of its policies',
        alsoNew: true,
      },
    ],
    backup: { none: 'it is no copy of data' },
    price: { free: 'snoozes cost nothing' },
  },
  {
    names: ['google_monitoring_dashboard'],
    what: 'a dashboard',
    deletion: {
      kind: 'harmless',
      why: 'it only shows metrics, which stay; Terraform recreates it',
    },
    protections: { none: 'no argument protects it' },
    running: { none: 'it does not run' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it gives no access' },
    uniqueName: { none: 'its name is generated' },
    use: { none: 'nothing refers to it' },
    pods: { none: 'it creates no pods' },
    price: { free: 'configuration has no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: ['google_monitoring_metric_descriptor'],
    what: 'a custom metric',
    deletion: {
      kind: 'data',
      impact: 'all of its data points',
      recovery: 'the metric, without its history',
      source: 'https://cloud.google.com/monitoring/custom-metrics/creating-metrics',
    },
    price: { unpriced: 'data points by their number', isLarge: false },
  },
  {
    names: ['google_monitoring_monitored_project'],
    what: 'a monitored project',
    deletion: {
      kind: 'service',
      impact: 'its metrics in the dashboards and alerts of the scope',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
