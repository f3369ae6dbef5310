import type { Ring } from '../../lib/operations';
import { Plan } from '../../lib/preview';
import { listOtherChanges } from '../../lib/recovery/restore-plan';

const RING: Ring = {
  ...{ name: 'staging-cassandra', project: 'parking', region: 'europe-west1', superuser: 'operator', roles: [], disksFile: undefined },
  nodes: ['b', 'c'].map((name) => ({
    ...{ name, vm: `staging-cassandra-${name}`, zone: `europe-west1-${name}`, address: '10.10.0.2', cassandraVersion: '5.0.8' },
    ...{ repairWithinDays: 10, packageAccess: true, resurrectionCheckExclusions: [] },
    instance: `google_compute_instance.${name}`,
    disk: [`google_compute_disk.${name}_2`, `google_compute_disk_resource_policy_attachment.${name}_2`],
  })),
};

const DISK = { name: 'staging-cassandra-b-data', labels: { 'cassandra-node': 'b' }, effective_labels: {}, terraform_labels: {}, size: 10 };
const SOURCE = 'projects/parking/global/snapshots/b-night';
const NEW_DISK = { ...DISK, name: 'staging-cassandra-b-data-2', snapshot: SOURCE };
const GENERATIONS = { b: { generation: 2, from: SOURCE }, c: { generation: 2 } };
const BLANK = { ...DISK, name: 'staging-cassandra-c-data-2' };
const VM = {
  name: 'staging-cassandra-b',
  attached_disk: [{ source: 'former', device_name: 'data' }],
  metadata: { 'data-disk': '1' },
  metadata_fingerprint: 'abc',
  machine_type: 'n2-standard-4',
};

function plan(address: string, action: string | string[], before: object | null, after: object | null, unknown: object = {}): Plan {
  const change = { actions: [action].flat(), before, after, after_unknown: unknown, before_sensitive: false, after_sensitive: {} };
  const resource = { address, mode: 'managed', type: address.split('.')[0], name: address.split('.')[1], change };
  const provider_name = 'registry.terraform.io/hashicorp/google';
  return Plan.read({ format_version: '1.2', planned_values: {}, resource_changes: [{ ...resource, provider_name }] });
}

const DISK_1 = 'google_compute_disk.b_1';
const VM_B = 'google_compute_instance.b';
const SETS = 'google_workflows_workflow.sets';
const WORKFLOW = { name: 'staging-cassandra-sets', source_contents: '{"disk":"staging-cassandra-b-data"}', service_account: 'a' };

test.each([
  ['a new disk', plan('google_compute_disk.b_2', 'create', null, NEW_DISK)],
  [
    'a new disk from a snapshot by another form of its name',
    plan('google_compute_disk.b_2', 'create', null, { ...NEW_DISK, snapshot: 'b-night' }),
  ],
  ['a blank disk that the disks file names', plan('google_compute_disk.c_2', 'create', null, BLANK)],
  ['its schedule', plan('google_compute_disk_resource_policy_attachment.c_2', 'create', null, {})],
  [
    'labels of the former disk',
    plan(DISK_1, 'update', DISK, { ...DISK, labels: { 'keep-until': '2026-12-30' }, terraform_labels: { a: 'b' } }),
  ],
  [
    'the disk of a VM',
    plan(VM_B, 'update', VM, { ...VM, attached_disk: [{ device_name: 'data' }], metadata: {} }, { attached_disk: [{ source: true }] }),
  ],
  [
    'computed values of a VM',
    plan(VM_B, 'update', VM, { ...VM, metadata: {}, metadata_fingerprint: undefined }, { metadata_fingerprint: true }),
  ],
  [
    'the workflow of its sets',
    plan(SETS, 'update', WORKFLOW, { ...WORKFLOW, source_contents: '{"disk":"staging-cassandra-b-data-2"}' }, { revision_id: true }),
  ],
  ['a VM that is missing', plan(VM_B, 'create', null, VM)],
  ['an unchanged resource', plan('google_compute_network.n', 'no-op', {}, {})],
])('%s is part of a restore', (_, planned) => {
  expect(listOtherChanges(planned, RING, GENERATIONS)).toEqual([]);
});

test.each([
  ['a deleted disk', plan(DISK_1, 'delete', DISK, null), 'delete'],
  ['a replaced disk', plan(DISK_1, ['delete', 'create'], DISK, DISK), 'replace'],
  ['a disk that grows', plan(DISK_1, 'update', DISK, { ...DISK, size: 20 }), 'update of size'],
  ['a blank disk', plan('google_compute_disk.b_2', 'create', null, { ...NEW_DISK, snapshot: null }), 'create from no snapshot instead of'],
  [
    'a disk from another snapshot',
    plan('google_compute_disk.b_2', 'create', null, { ...NEW_DISK, snapshot: 'b-noon' }),
    `create from b-noon instead of ${SOURCE}`,
  ],
  [
    'a disk from a snapshot of another project',
    plan('google_compute_disk.b_2', 'create', null, { ...NEW_DISK, snapshot: SOURCE.replace('parking', 'other') }),
    'create from projects/other/global/snapshots/b-night instead of',
  ],
  [
    'a disk from a snapshot where a blank one is named',
    plan('google_compute_disk.c_2', 'create', null, { ...BLANK, snapshot: SOURCE }),
    `create from ${SOURCE} instead of no snapshot`,
  ],
  [
    'a disk of another generation',
    plan('google_compute_disk.b_2', 'create', null, { ...NEW_DISK, name: 'staging-cassandra-b-data-3' }),
    'create of staging-cassandra-b-data-3 instead of',
  ],
  ['another disk', plan('google_compute_disk.x', 'create', null, DISK), 'create'],
  [
    'labels of another disk',
    plan('google_compute_disk.x', 'update', { ...DISK, name: 'reports' }, { ...DISK, name: 'reports', labels: {} }),
    'update of labels',
  ],
  ['a replaced VM', plan(VM_B, ['delete', 'create'], VM, VM), 'replace'],
  ['another machine type', plan(VM_B, 'update', VM, { ...VM, metadata: {}, machine_type: 'n2-standard-8' }), 'update of machine_type'],
  ['another account of the workflow', plan(SETS, 'update', WORKFLOW, { ...WORKFLOW, service_account: 'b' }), 'update of service_account'],
  [
    'the workflow of another ring',
    plan(SETS, 'update', { ...WORKFLOW, name: 'other-sets' }, { name: 'other-sets' }),
    'update of source_contents, service_account',
  ],
  ['another VM', plan('google_compute_instance.x', 'create', null, VM), 'create'],
  ['a firewall', plan('google_compute_firewall.f', 'update', { a: 1 }, { a: 2 }), 'update of a'],
  [
    'a computed value of another resource',
    plan('google_compute_firewall.f', 'update', { a: 1 }, {}, { a: true }),
    'update of computed values',
  ],
])('%s is not', (_, planned, problem) => {
  expect(listOtherChanges(planned, RING, GENERATIONS)).toEqual([expect.stringContaining(`(${problem}`)]);
});
