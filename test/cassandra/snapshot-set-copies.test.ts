import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import { WorkflowsWorkflow } from '@cdktf/provider-google/lib/workflows-workflow';
import { Token } from 'cdktf';
import { SnapshotSet, SnapshotSetCopies, type SnapshotSetCopiesProps } from '../../lib/cassandra';
import type { WorkflowDefinition } from '../../lib/cassandra/workflow-definition';
import { Project } from '../../lib/core/project';
import { Synthesized } from '../support/synthesized';
import { checkDefinition } from '../support/workflows/syntax';
import { RingStack } from './ring-stack';

type Resources = Record<string, Record<string, unknown>>;

const KEY = 'projects/parking-keys/locations/europe-west4/keyRings/backups/cryptoKeys/copies';

let stack: RingStack;

beforeEach(() => {
  stack = new RingStack();
});

function addCopies(props: Partial<SnapshotSetCopiesProps> = {}): SnapshotSetCopies {
  const project = new Project(stack, 'Vault', { projectId: 'parking-vault', projectNumber: '210000000009' });
  return new SnapshotSetCopies(stack, 'Copies', {
    ...{ project, sourceProjectId: 'parking-staging', ringName: 'ring', zone: 'europe-west4-b' },
    ...props,
  });
}

/** Resources of a construct, by id below it. */
function resources(type: string, prefix = 'Copies_'): Resources {
  const all = (Synthesized.from(stack).json.resource as Record<string, Resources>)[type] ?? {};
  const own = Object.entries(all).filter(([id]) => id.startsWith(prefix));
  return Object.fromEntries(own.map(([id, body]) => [id.slice(prefix.length).replace(/_?[0-9A-F]{8}$/, ''), body]));
}

function definition(): WorkflowDefinition {
  const { source_contents } = Synthesized.from(stack).only(WorkflowsWorkflow) as { source_contents: string };
  return JSON.parse(source_contents.replaceAll('$${', '${'));
}

test('everything is in the project of the copies, and in the region of the zone', () => {
  addCopies();
  const synthesized = Synthesized.from(stack);
  expect(synthesized.only(WorkflowsWorkflow)).toMatchObject({ name: 'ring-copies', project: 'parking-vault', region: 'europe-west4' });
  expect(synthesized.only(CloudSchedulerJob)).toMatchObject({
    schedule: '0 1 * * *',
    project: 'parking-vault',
    http_target: { uri: expect.stringContaining('/projects/parking-vault/locations/europe-west4/workflows/') },
  });
  const types = ['google_project_iam_member', 'google_project_iam_custom_role', 'google_service_account', 'google_monitoring_alert_policy'];
  for (const type of types) {
    expect(Object.values(resources(type)).map(({ project }) => project)).not.toContain('parking-staging');
    expect(Object.keys(resources(type)).length).toBeGreaterThan(0);
  }
});

test('the main resource is the workflow', () => {
  expect(addCopies().node.defaultChild).toBeInstanceOf(WorkflowsWorkflow);
});

test('the definition has the syntax of Workflows, and no expression of Terraform', () => {
  addCopies({ kmsKeyName: KEY, storageLocation: 'eu' });
  expect(checkDefinition(definition())).toEqual([]);
  const { source_contents } = Synthesized.from(stack).only(WorkflowsWorkflow) as { source_contents: string };
  expect(source_contents.match(/(?<!\$)\$\{[^}]*\}/g)).toBeNull();
});

test('the definition with the longest names is within the limits', () => {
  const ringName = 'a'.repeat(33);
  const longest = 'x'.repeat(63);
  const kmsKeyName = `projects/${'p'.repeat(30)}/locations/northamerica-northeast2/keyRings/${longest}/cryptoKeys/${longest}`;
  addCopies({ ringName, kmsKeyName, sourceProjectId: 's'.repeat(30), zone: 'northamerica-northeast2-b' });
  expect(checkDefinition(definition())).toEqual([]);
});

test.each([
  [6, '0 1-23/6 * * *', '12h'],
  [24, '0 1 * * *', '30h'],
] as const)('with %p hours between copies, the schedule is %p, and the alert waits %p', (hoursBetween, schedule, hours) => {
  addCopies({ hoursBetween });
  expect(Synthesized.from(stack).only(CloudSchedulerJob).schedule).toBe(schedule);
  const { Overdue } = resources('google_monitoring_alert_policy');
  expect(JSON.stringify(Overdue)).toContain(`user_ring_copies_valid{monitored_resource=\\"workflows.googleapis.com/Workflow\\"}[${hours}]`);
});

test('the roles have these permissions, and change only copies of the ring', () => {
  addCopies();
  const roles = resources('google_project_iam_custom_role');
  expect(Object.fromEntries(Object.entries(roles).map(([id, { permissions }]) => [id, permissions]))).toEqual({
    Account_JobRole: ['workflows.executions.create'],
    Account_ProjectRole: [
      'compute.disks.create',
      'compute.disks.get',
      'compute.disks.list',
      'compute.disks.setLabels',
      'compute.globalOperations.get',
      'compute.snapshots.create',
      'compute.snapshots.get',
      'compute.snapshots.list',
      'compute.snapshots.setLabels',
      'compute.zoneOperations.get',
      'logging.logEntries.create',
    ],
    Account_RingRole: ['compute.disks.createSnapshot', 'compute.disks.delete', 'compute.snapshots.delete'],
  });
  expect(resources('google_project_iam_member').Account_RingGrant!.condition).toEqual({
    title: 'disks and snapshots of ring',
    expression:
      '(resource.type == "compute.googleapis.com/Disk" && resource.name.extract("/disks/{name}").startsWith("ring-copy-")) || ' +
      '(resource.type == "compute.googleapis.com/Snapshot" && resource.name.extract("/snapshots/{name}").startsWith("ring-"))',
  });
});

test('alerts can be disabled', () => {
  addCopies({ alerts: false });
  expect(resources('google_monitoring_alert_policy')).toEqual({});
});

describe('readers', () => {
  const READER = 'serviceAccount:ring-copies@parking-vault.iam.gserviceaccount.com';
  const permissions = (prefix: string) =>
    Object.entries(resources('google_project_iam_custom_role', prefix)).flatMap(([id, role]) =>
      id.startsWith('Readers') ? [[id, role.permissions]] : [],
    );
  const members = (prefix: string) =>
    Object.entries(resources('google_project_iam_member', prefix)).flatMap(([id, grant]) =>
      id.startsWith('Readers') ? [[id, grant.member, (grant.condition as { expression: string } | undefined)?.expression]] : [],
    );
  const READ = [
    ['Readers_ListRole', ['compute.snapshots.list']],
    ['Readers_UseRole', ['compute.snapshots.get', 'compute.snapshots.useReadOnly']],
  ];
  const RING = '(resource.type == "compute.googleapis.com/Snapshot" && resource.name.extract("/snapshots/{name}").startsWith("ring-"))';

  test('of the sets may read snapshots of the ring, and nothing else', () => {
    new SnapshotSet(stack, 'Sets', { ring: stack.addRing({ name: 'ring' }), readers: [READER] });
    expect(permissions('Sets_')).toEqual(READ);
    expect(members('Sets_')).toEqual([
      ['Readers_List-serviceAccount-ring-copies-parking-vault-iam-gserviceaccount-com', READER, undefined],
      ['Readers_Use-serviceAccount-ring-copies-parking-vault-iam-gserviceaccount-com', READER, RING],
    ]);
  });

  test('of the copies may read these', () => {
    addCopies({ readers: ['group:operators@parking.example'] });
    expect(permissions('Copies_')).toEqual(READ);
    expect(members('Copies_').map(([, member, condition]) => [member, condition])).toEqual([
      ['group:operators@parking.example', undefined],
      ['group:operators@parking.example', RING],
    ]);
  });

  test.each([
    ['allUsers'],
    ['allAuthenticatedUsers'],
    ['domain:parking.example'],
    ['ring-copies@parking-vault.iam.gserviceaccount.com'],
    ['serviceAccount:ring copies@x.y'],
  ])('fails with %p', (reader) => {
    expect(() => addCopies({ readers: [reader] })).toThrow(
      `'readers' must be serviceAccount:EMAIL, user:EMAIL or group:EMAIL, got '${reader}' (at staging/Copies)`,
    );
  });

  test('fails with one twice', () => {
    expect(() => addCopies({ readers: [READER, READER] })).toThrow(`'readers' must not repeat a value, got '${READER}' twice`);
  });
});

test.each<[Partial<SnapshotSetCopiesProps>, string]>([
  [
    { sourceProjectId: 'parking-vault' },
    "'sourceProjectId' must be another project than 'project', got 'parking-vault': who can delete the sets could delete the copies (at staging/Copies)",
  ],
  [{ sourceProjectId: 'Parking' }, "'sourceProjectId' must be a project id"],
  [{ ringName: 'Ring' }, "'ringName' must be lower case letters"],
  [{ zone: 'europe-west4' }, "'zone' must be a zone such as europe-west1-b, got 'europe-west4' (at staging/Copies)"],
  [{ hoursBetween: 1 as never }, "'hoursBetween' must be one of 6, 8, 12, 24, got 1 (at staging/Copies)"],
  [{ withinHours: 24 }, "'withinHours' must be a whole number at least 25, got 24 (at staging/Copies)"],
  [{ retentionDays: 2 }, "'minimumSets' must be at most the sets that 'retentionDays' has room for (2), got 3 (at staging/Copies)"],
  [{ minimumSets: 0 }, "'minimumSets' must be a whole number at least 1, got 0 (at staging/Copies)"],
  [
    { kmsKeyName: 'copies' },
    "'kmsKeyName' must be a Cloud KMS key as projects/P/locations/L/keyRings/R/cryptoKeys/K, got 'copies' (at staging/Copies)",
  ],
  [{ kmsKeyName: `${KEY}/cryptoKeyVersions/1` }, "'kmsKeyName' must be a Cloud KMS key as"],
  [{ storageLocation: 'europe' }, "'storageLocation' must be asia, eu, us or a region"],
  [{ zone: Token.asString({ ref: 'x' }) }, "'zone' must be known at synth"],
])('fails with %p', (props, message) => {
  expect(() => addCopies(props)).toThrow(message);
});
