import { created, deleted, findVerdicts, type HandMadeChange, kept, replaced, updated } from './hand-made';

const labels = { 'cassandra-cluster': 'parking', 'cassandra-node': 'b' };
const disk = { name: 'b-data', labels, size: 500, zone: 'europe-west1-b' };
const vm = { name: 'b', labels, zone: 'europe-west1-b' };
const schedule = { name: 'daily', snapshot_schedule_policy: [{ schedule: [{ daily_schedule: [{ days_in_cycle: 1 }] }] }] };
const attachment = { name: 'daily', disk: 'b-data', zone: 'europe-west1-b' };
const [DISK, VM] = ['google_compute_disk.Data', 'google_compute_instance.B'];
const ATTACHMENT = 'google_compute_disk_resource_policy_attachment.Data';
const drill = { problem: 'there is no proof of a drill' };
const configuration = (version: string) => ({ resource: { google_compute_instance: { B: { '//': { cassandra: { version } } } } } });

function reasons(changes: readonly HandMadeChange[], options: object = { drill }): string[] {
  return findVerdicts('drill-required', changes, options).map(({ severity, reason }) => `${severity} ${reason}`);
}

test.each<[string, HandMadeChange]>([
  ['disk b-data is changed', updated(DISK, disk, { size: 600 })],
  ['disk b-data is replaced', replaced(DISK, disk, { zone: 'europe-west1-c' })],
  ['disk b-data is deleted', deleted(DISK, disk)],
  ['disk b-data is created', created(DISK, disk)],
  ['node b is replaced', replaced(VM, vm, { zone: 'europe-west1-c' })],
  ['node b is deleted', deleted(VM, vm)],
  ['the attachment to schedule daily is deleted', deleted(ATTACHMENT, attachment)],
  ['snapshot schedule daily is deleted', deleted('google_compute_resource_policy.Daily', schedule)],
])('%s: refused without a drill', (what, change) => {
  expect(reasons([change])).toEqual([`refuse ${what}, and there is no proof of a drill`]);
  expect(reasons([change], { drill: { problem: undefined } })).toEqual([]);
  expect(reasons([change], {})).toEqual([]);
});

test.each<[string, HandMadeChange]>([
  ['a disk of no ring', updated(DISK, { ...disk, labels: {} }, { size: 600 })],
  ['a disk that stays', kept(DISK, disk)],
  ['a VM of no ring', replaced(VM, { ...vm, labels: {} }, { zone: 'europe-west1-c' })],
  ['the machine type of a node', updated(VM, vm, { machine_type: 'n2-highmem-16' })],
  ['a policy without snapshots', deleted('google_compute_resource_policy.Group', { name: 'group', group_placement_policy: [{}] })],
])('%s: no drill is required', (_, change) => {
  expect(reasons([change])).toEqual([]);
});

test('another version of Cassandra requires a drill', () => {
  const change = updated(VM, vm, { metadata: { a: 'b' } });
  const options = { drill, base: configuration('5.0.7'), synthesized: configuration('5.0.8') };
  expect(reasons([change], options)).toEqual(['refuse node b changes from Cassandra 5.0.7 to 5.0.8, and there is no proof of a drill']);
  expect(reasons([change], { ...options, base: configuration('5.0.8') })).toEqual([]);
});
