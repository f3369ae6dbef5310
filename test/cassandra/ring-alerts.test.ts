import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric';
import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard';
import { type CassandraRingProps, SnapshotSchedule } from '../../lib/cassandra';
import { metricFiles } from '../../lib/cassandra/node-files/node-metrics';
import { Synthesized } from '../support/synthesized';
import { CONFIGURATION } from './node-configuration';
import { RingStack } from './ring-stack';

interface Policy {
  readonly display_name: string;
  readonly severity: string;
  readonly notification_channels?: readonly string[];
  readonly documentation: { readonly content: string };
  readonly conditions: readonly {
    readonly condition_prometheus_query_language: { readonly query: string; readonly disable_metric_validation: boolean };
  }[];
}

function synthesized(props: Partial<CassandraRingProps> = {}): Synthesized {
  const stack = new RingStack();
  stack.addRing({ name: 'ring', clusterName: 'Main_1', ...props });
  return Synthesized.from(stack);
}

/** Policies by the id of their construct. */
function policies(props: Partial<CassandraRingProps> = {}): Record<string, Policy> {
  const resources = (synthesized(props).json.resource as Record<string, Record<string, unknown>>).google_monitoring_alert_policy ?? {};
  return Object.fromEntries(Object.entries(resources).map(([id, policy]) => [id.split('_')[2]!, policy as Policy]));
}

const query = (policy: Policy | undefined): string => policy!.conditions[0]!.condition_prometheus_query_language.query;

test('a node that accepts no clients, or reports no metrics, is an incident with the name of the node', () => {
  const up = (labels = '') => `custom_googleapis_com:cassandra_up{monitored_resource="gce_instance",cluster="Main_1"${labels}}[15m]`;
  expect(query(policies().NodeDown)).toBe(
    [`max_over_time(${up()}) < 1`, ...['b1', 'c1', 'd1'].map((name) => `or absent_over_time(${up(`,node="${name}"`)})`)].join('\n'),
  );
});

/** Nodes that take clients and do not write a metric. */
function upWithout(metric: string): string {
  return `(min_over_time(custom_googleapis_com:cassandra_up{*}[15m]) == 1) unless on (node) max_over_time(custom_googleapis_com:cassandra_${metric}{*}[15m])`;
}

test.each([
  ['NotSecured', 'CRITICAL', 'max_over_time(custom_googleapis_com:cassandra_clients_let_in{*}[15m]) < 1'],
  ['Disk60', 'WARNING', 'max_over_time(custom_googleapis_com:cassandra_disk_used_percent{*}[15m]) > 60'],
  ['Disk80', 'CRITICAL', 'max_over_time(custom_googleapis_com:cassandra_disk_used_percent{*}[15m]) > 80'],
  [
    'RepairOverdue',
    'ERROR',
    `max_over_time(custom_googleapis_com:cassandra_repair_age_seconds{*}[15m]) > 864000\nor ${upWithout('repair_age_seconds')}`,
  ],
  [
    'Certificate60',
    'WARNING',
    `min_over_time(custom_googleapis_com:cassandra_certificate_seconds_left{*}[15m]) < 5184000\nor ${upWithout('certificate_seconds_left')}`,
  ],
  ['Certificate14', 'CRITICAL', 'min_over_time(custom_googleapis_com:cassandra_certificate_seconds_left{*}[15m]) < 1209600'],
  ['ClockSkew', 'ERROR', 'min_over_time(custom_googleapis_com:cassandra_clock_offset_seconds{*}[15m]) > 0.5'],
])('%s is of severity %s', (id, severity, expected) => {
  const policy = policies()[id]!;
  expect(policy.severity).toBe(severity);
  expect(query(policy)).toBe(expected.replaceAll('*', 'monitored_resource="gce_instance",cluster="Main_1"'));
});

test('nodes write every metric that the policies query, with the same labels', () => {
  const script = metricFiles(CONFIGURATION)[0]!.content;
  const asked = Object.values(policies()).flatMap((policy) =>
    [...query(policy).matchAll(/custom_googleapis_com:cassandra_(\w+)/g)].map(([, name]) => name!),
  );
  expect(new Set(asked).size).toBe(6);
  for (const name of asked) expect(script).toContain(`yield '${name}', `);
  expect(script).toContain("TYPE = 'custom.googleapis.com/cassandra/'");
  expect(script).toMatch(/LABELS = \{'cluster': '.+', 'node': '.+'\}/);
});

test('the deadline of a repair is gc_grace, and repairs by Reaper have no alert policy', () => {
  expect(query(policies({ gcGraceDays: 5 }).RepairOverdue)).toContain(`> ${5 * 86_400}`);
  expect(Object.keys(policies({ repair: 'reaper' })).sort()).toEqual([
    'Certificate14',
    'Certificate60',
    'ClockSkew',
    'Disk60',
    'Disk80',
    'NodeDown',
    'NotSecured',
    'SnapshotMissing',
  ]);
});

test('a disk without a snapshot in the last 26 hours is detected from the log of the schedule', () => {
  const { json } = synthesized();
  const metric = synthesized().only(LoggingMetric) as { name: string; filter: string };
  expect(metric.name).toBe('ring-snapshots-taken');
  expect(metric.filter).toBe(
    [
      'resource.type="gce_disk"',
      'log_id("cloudaudit.googleapis.com/system_event")',
      'protoPayload.methodName="ScheduledSnapshots"',
      'protoPayload.response.operationType="createSnapshot"',
      'protoPayload.response.status="DONE"',
      'severity<ERROR',
      `protoPayload.response.targetLink=~"/disks/(${Object.keys((json.resource as Record<string, object>).google_compute_disk!)
        .map((id) => `\${google_compute_disk.${id}.name}`)
        .join('|')})$"`,
    ].join('\n'),
  );
  expect(query(policies().SnapshotMissing)).toBe(
    '(count(sum by (disk_id) (increase(logging_googleapis_com:user_ring_snapshots_taken{monitored_resource="gce_disk"}[26h])) > 0) or vector(0)) < 3',
  );
  expect(query(policies({ snapshotWithinHours: 50 }).SnapshotMissing)).toContain('[50h]');
});

test('a snapshot is overdue two hours after the interval of its schedule', () => {
  const stack = new RingStack();
  const { project } = stack;
  const snapshots = new SnapshotSchedule(stack, 'Backups', { project, region: 'europe-west1', hoursInCycle: 6 });
  expect(() => stack.addRing({ snapshots, snapshotWithinHours: 6 })).toThrow(
    "'snapshotWithinHours' must be a whole number at least 7, got 6",
  );
  const another = new RingStack();
  const often = new SnapshotSchedule(another, 'Backups', { project: another.project, region: 'europe-west1', hoursInCycle: 6 });
  expect(another.addRing({ snapshots: often }).snapshotWithinHours).toBe(8);
});

test('policies do not depend on existing metrics, and contain a remediation', () => {
  for (const policy of Object.values(policies())) {
    expect(policy.conditions[0]!.condition_prometheus_query_language.disable_metric_validation).toBe(true);
    expect(policy.display_name).toMatch(/^ring: /);
    expect(policy.documentation.content.split('\n\n')).toHaveLength(2);
    expect(policy.notification_channels).toBeUndefined();
  }
});

test('incidents are sent to the given notification channels', () => {
  const channel = 'projects/parking-staging/notificationChannels/1234';
  const all = Object.values(policies({ notificationChannels: [channel] }));
  expect(all).toHaveLength(9);
  for (const policy of all) expect(policy.notification_channels).toEqual([channel]);
});

test('a dashboard has a chart per metric, filtered to this ring', () => {
  const dashboard = JSON.parse((synthesized().only(MonitoringDashboard) as { dashboard_json: string }).dashboard_json);
  const filters: string[] = dashboard.mosaicLayout.tiles.map(
    (tile: { widget: { xyChart: { dataSets: { timeSeriesQuery: { timeSeriesFilter: { filter: string } } }[] } } }) =>
      tile.widget.xyChart.dataSets[0]!.timeSeriesQuery.timeSeriesFilter.filter,
  );
  expect(filters).toHaveLength(12);
  expect(filters).toContain(
    'metric.type="custom.googleapis.com/cassandra/up" resource.type="gce_instance" metric.label."cluster"="Main_1"',
  );
  for (const filter of filters) expect(filter).toMatch(/"cluster"="Main_1"$|metadata\.user_labels\."cassandra-cluster"="main-1"$/);
});

test('the members of the dashboard are sorted by name, so that a plan shows no reordering by the provider', () => {
  const { dashboard_json: json } = synthesized().only(MonitoringDashboard) as { dashboard_json: string };
  const sorted = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  expect(json).toBe(JSON.stringify(JSON.parse(json), sorted));
});

test('there are none when alerts are off', () => {
  const { json } = synthesized({ alerts: false });
  const types = Object.keys(json.resource as object);
  expect(types.filter((type) => /monitoring|logging/.test(type))).toEqual([]);
});

test.each([
  [{ notificationChannels: ['ops'] }, "'notificationChannels' must be projects/PROJECT/notificationChannels/NUMBER, got 'ops'"],
  [{ snapshotWithinHours: 24 }, "'snapshotWithinHours' must be a whole number at least 25, got 24"],
])('fails for %p', (props, message) => {
  expect(() => new RingStack().addRing(props)).toThrow(message);
});
