import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import { WorkflowsWorkflow } from '@cdktf/provider-google/lib/workflows-workflow';
import { type CassandraRingProps, SnapshotSet, type SnapshotSetProps } from '../../lib/cassandra';
import type { WorkflowDefinition } from '../../lib/cassandra/workflow-definition';
import { Synthesized } from '../support/synthesized';
import { checkDefinition } from '../support/workflows/syntax';
import { RingStack } from './ring-stack';

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

let stack: RingStack;

beforeEach(() => {
  stack = new RingStack();
});

function addSets(props: Partial<SnapshotSetProps> = {}, ring: Partial<CassandraRingProps> = {}): SnapshotSet {
  return new SnapshotSet(stack, 'Sets', { ring: stack.addRing({ name: 'ring', ...ring }), ...props });
}

function synthesized(props: Partial<SnapshotSetProps> = {}, ring: Partial<CassandraRingProps> = {}): Synthesized {
  stack = new RingStack();
  addSets(props, ring);
  return Synthesized.from(stack);
}

/** Resources of the construct, by type and id below it. */
function resources(type: string, props: Partial<SnapshotSetProps> = {}): Record<string, Record<string, unknown>> {
  const all = (synthesized(props).json.resource as Blocks)[type] ?? {};
  const own = Object.entries(all).filter(([id]) => id.startsWith('Sets_'));
  return Object.fromEntries(own.map(([id, body]) => [id.replace(/^Sets_|_?[0-9A-F]{8}$/g, ''), body]));
}

/** Definition as Terraform sends it, with the expressions of Terraform in it. */
function definition(props: Partial<SnapshotSetProps> = {}, ring: Partial<CassandraRingProps> = {}): WorkflowDefinition {
  const { source_contents } = synthesized(props, ring).only(WorkflowsWorkflow) as { source_contents: string };
  return JSON.parse(source_contents.replaceAll('$${', '${'));
}

describe('the schedule', () => {
  test('is every four hours by default, as an account that only starts workflows', () => {
    expect(synthesized().only(CloudSchedulerJob)).toMatchObject({
      name: 'ring-sets',
      region: 'europe-west1',
      schedule: '0 */4 * * *',
      time_zone: 'Etc/UTC',
      http_target: {
        http_method: 'POST',
        uri: expect.stringMatching(
          /^https:\/\/workflowexecutions\.googleapis\.com\/v1\/projects\/parking-staging\/locations\/europe-west1\/workflows\/\$\{google_workflows_workflow\.Sets_[0-9A-F]+\.name\}\/executions$/,
        ),
        oauth_token: {
          service_account_email: expect.stringMatching(/^\$\{google_service_account\.Sets_Account_JobAccount_[0-9A-F]+\.email\}$/),
        },
      },
    });
  });

  test.each([
    [1, '0 */1 * * *'],
    [24, '0 0 * * *'],
  ] as const)('has the hours of the props: %p', (hoursBetween, schedule) => {
    expect(synthesized({ hoursBetween }).only(CloudSchedulerJob).schedule).toBe(schedule);
  });
});

describe('the workflow', () => {
  test('has the syntax of Workflows and is within its limits', () => {
    expect(checkDefinition(definition())).toEqual([]);
    const nodes = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`n${index}`, { zone: 'europe-west1-b' }]));
    const largest = { nodes, replicationFactor: 1, name: 'a-ring-with-a-name-of-30-chars' };
    expect(checkDefinition(definition({ storageLocation: 'eu' }, largest))).toEqual([]);
  });

  test('names the data disks by references, and nothing else is an expression of Terraform', () => {
    const { source_contents } = synthesized().only(WorkflowsWorkflow) as { source_contents: string };
    const expressions = source_contents.match(/(?<!\$)\$\{[^}]*\}/g);
    expect(expressions).toEqual(
      ['b1', 'c1', 'd1'].map((node) =>
        expect.stringMatching(new RegExp(`^\\$\\{google_compute_disk\\.Cassandra_${node}_Disk_[0-9A-F]+\\.name\\}$`)),
      ),
    );
  });

  test('runs as its own account and is protected from deletion', () => {
    expect(synthesized().only(WorkflowsWorkflow)).toMatchObject({
      name: 'ring-sets',
      deletion_protection: true,
      call_log_level: 'LOG_ERRORS_ONLY',
      service_account: expect.stringMatching(/^\$\{google_service_account\.Sets_Account_WorkflowAccount_[0-9A-F]+\.email\}$/),
    });
    expect(synthesized({ deletionProtection: false }).only(WorkflowsWorkflow).deletion_protection).toBe(false);
    stack = new RingStack();
    expect(addSets().node.defaultChild).toBeInstanceOf(WorkflowsWorkflow);
  });
});

describe('the roles', () => {
  test('have these permissions and no others', () => {
    const roles = resources('google_project_iam_custom_role');
    expect(Object.fromEntries(Object.entries(roles).map(([id, { role_id, permissions }]) => [id, [role_id, permissions]]))).toEqual({
      Account_JobRole: ['ring_sets_job', ['workflows.executions.create']],
      Account_ProjectRole: [
        'ring_sets_project',
        [
          'compute.globalOperations.get',
          'compute.snapshots.create',
          'compute.snapshots.get',
          'compute.snapshots.list',
          'compute.snapshots.setLabels',
          'compute.zoneOperations.get',
          'logging.logEntries.create',
        ],
      ],
      Account_RingRole: ['ring_sets_ring', ['compute.disks.createSnapshot', 'compute.snapshots.delete']],
    });
  });

  test('copy disks and delete snapshots of this ring only', () => {
    const grants = resources('google_project_iam_member');
    expect(Object.keys(grants)).toEqual(['Account_JobGrant', 'Account_ProjectGrant', 'Account_RingGrant']);
    expect(grants.Account_RingGrant!.condition).toEqual({
      title: 'disks and snapshots of ring',
      expression:
        '(resource.type == "compute.googleapis.com/Disk" && resource.name.extract("/disks/{name}").startsWith("ring-")) || ' +
        '(resource.type == "compute.googleapis.com/Snapshot" && resource.name.extract("/snapshots/{name}").startsWith("ring-"))',
    });
  });
});

describe('the alerts', () => {
  const queries = (props: Partial<SnapshotSetProps> = {}) =>
    Object.fromEntries(
      Object.entries(resources('google_monitoring_alert_policy', props)).map(([id, { conditions }]) => [
        id,
        (conditions as { condition_prometheus_query_language: { query: string } }[])[0]!.condition_prometheus_query_language.query,
      ]),
    );

  test('open an incident when no valid set is younger than the promise, and when a run fails', () => {
    expect(queries()).toEqual({
      Overdue:
        '(sum(increase(logging_googleapis_com:user_ring_sets_valid{monitored_resource="workflows.googleapis.com/Workflow"}[6h])) or vector(0)) < 1',
      RunFailed:
        'sum(increase(workflows_googleapis_com:finished_execution_count{monitored_resource="workflows.googleapis.com/Workflow",workflow_id="ring-sets",status="FAILED"}[1h])) > 0',
    });
    expect(queries({ hoursBetween: 1, withinHours: 2 }).Overdue).toContain('[2h]');
  });

  test('count the log entries of valid sets only', () => {
    const [filter = ''] = Object.entries(resources('google_logging_metric')).flatMap(([id, metric]) =>
      id === 'ValidSets' ? String(metric.filter) : [],
    );
    expect(filter.split('\n')).toEqual([
      'resource.type="workflows.googleapis.com/Workflow"',
      'resource.labels.workflow_id="ring-sets"',
      'log_id("Workflows")',
      'jsonPayload.state="valid"',
      'severity=NOTICE',
    ]);
  });

  test('follow the ring, unless the props say otherwise', () => {
    const channel = 'projects/parking-staging/notificationChannels/1';
    expect(addSets({}, { alerts: false, notificationChannels: [channel] })).toMatchObject({
      alerts: false,
      notificationChannels: [channel],
    });
    expect(resources('google_monitoring_alert_policy', { alerts: false })).toEqual({});
    const notified = resources('google_monitoring_alert_policy', { notificationChannels: [channel] });
    expect(Object.values(notified).map(({ notification_channels }) => notification_channels)).toEqual([[channel], [channel]]);
  });
});

describe('fails', () => {
  test.each<[Partial<SnapshotSetProps>, string]>([
    [{ hoursBetween: 5 as never }, "'hoursBetween' must be one of 1, 2, 3, 4, 6, 8, 12, 24, got 5 (at staging/Sets)"],
    [{ hoursBetween: 4, withinHours: 4 }, "'withinHours' must be a whole number at least 5, got 4 (at staging/Sets)"],
    [{ retentionDays: 0 }, "'retentionDays' must be a whole number at least 1, got 0 (at staging/Sets)"],
    [{ minimumSets: 0 }, "'minimumSets' must be a whole number at least 1, got 0 (at staging/Sets)"],
    [
      { hoursBetween: 24, retentionDays: 2 },
      "'minimumSets' must be at most the sets that 'retentionDays' has room for (2), got 3 (at staging/Sets)",
    ],
    [{ maxSkewSeconds: 0 }, "'maxSkewSeconds' must be a whole number at least 1, got 0 (at staging/Sets)"],
    [
      { storageLocation: 'europe' },
      "'storageLocation' must be asia, eu, us or a region such as europe-west1, got 'europe' (at staging/Sets)",
    ],
    [{ name: 'Sets' }, "'name' must be lower case letters, digits and hyphens, begin with a letter"],
  ])('with %p', (props, message) => {
    expect(() => addSets(props)).toThrow(message);
  });

  test('with two of one ring, whose retention would delete each other’s', () => {
    const { ring } = addSets();
    expect(() => new SnapshotSet(stack, 'More', { ring })).toThrow("'ring' must have one SnapshotSet only, got staging/Cassandra");
  });

  test('with more disks than Workflows asks for at once', () => {
    const nodes = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`n${index}`, { zone: 'europe-west1-b' }]));
    expect(() => addSets({}, { nodes, replicationFactor: 1 })).toThrow("'ring' must have at most 20 nodes, got 21 (at staging/Sets)");
  });
});
