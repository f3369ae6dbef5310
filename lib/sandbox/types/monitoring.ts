import { createHash } from 'node:crypto';
import type { CloudResource } from '../cloud-resource';
import type { TypeDescription } from '../type-description';

const API = 'monitoring.googleapis.com';

/** Generates the number that the service assigns, from the arguments, so that equal resources have the same identity. */
function numbered(collection: string): (resource: CloudResource) => string {
  return (resource) => {
    const said = JSON.stringify(resource.values);
    const number = BigInt(`0x${createHash('sha256').update(said).digest('hex').slice(0, 15)}`);
    return `projects/${resource.text('project')}/${collection}/${number}`;
  };
}

const alertPolicy: TypeDescription = {
  type: 'google_monitoring_alert_policy',
  label: 'AlertPolicy',
  api: API,
  providerDefaults: ['project'],
  identity: numbered('alertPolicies'),
  computed: ['project'],
  defaults: { 'documentation.mime_type': 'text/markdown', enabled: true },
  forceNew: ['project'],
  values: {
    name: (resource) => resource.identity,
    'conditions.name': (resource, cloud) => `${resource.identity}/conditions/${cloud.next('condition')}`,
    creation_record: (_, cloud) => [{ mutate_time: cloud.now(), mutated_by: 'sandbox@example.com' }],
  },
};

const notificationChannel: TypeDescription = {
  type: 'google_monitoring_notification_channel',
  label: 'NotificationChannel',
  api: API,
  providerDefaults: ['project'],
  identity: numbered('notificationChannels'),
  computed: ['project'],
  defaults: { enabled: true, force_delete: false },
  notReadBack: { force_delete: false, sensitive_labels: [] },
  forceNew: ['project'],
  sensitive: ['sensitive_labels.{auth_token,password,service_key}'],
  values: { name: (resource) => resource.identity, verification_status: '' },
};

const dashboard: TypeDescription = {
  type: 'google_monitoring_dashboard',
  label: 'Dashboard',
  api: API,
  providerDefaults: ['project'],
  identity: numbered('dashboards'),
  computed: ['project'],
  forceNew: ['project'],
  diffSuppress: { dashboard_json: sameJson },
};

const logMetric: TypeDescription = {
  type: 'google_logging_metric',
  label: 'Metric',
  api: 'logging.googleapis.com',
  providerDefaults: ['project'],
  identity: (resource) => `projects/${resource.text('project')}/metrics/${resource.text('name')}`,
  id: (resource) => resource.text('name'),
  computed: ['project'],
  defaults: { 'metric_descriptor.labels.value_type': 'STRING', 'metric_descriptor.unit': '1' },
  forceNew: ['metric_descriptor.labels.{key,value_type}', 'project'],
};

/** True if two texts are equal JSON, irrespective of key order. */
function sameJson(one: unknown, other: unknown): boolean {
  try {
    return JSON.stringify(sorted(JSON.parse(String(one)))) === JSON.stringify(sorted(JSON.parse(String(other))));
  } catch {
    return false;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, unknown] => [key, sorted(inner)])
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

export const monitoring: readonly TypeDescription[] = [alertPolicy, notificationChannel, dashboard, logMetric];
