import { guard } from '../../lib/guard';
import { created, deleted, type HandMadeChange, kept, plan, updated } from './hand-made';

const [VM, DISK, NEW] = ['google_compute_instance.B', 'google_compute_disk.Disk', 'google_compute_disk.Disk2'];
const SOURCE = 'projects/p/zones/z/disks/b-data';
const snapshot = 'projects/p/global/snapshots/monday';
const disk = { name: 'b-data', zone: 'z', project: 'p' };
const vm = {
  name: 'ring-b',
  zone: 'z',
  labels: { 'cassandra-cluster': 'ring', 'cassandra-node': 'b' },
  attached_disk: [{ source: SOURCE, device_name: 'data' }],
};
const swapped = updated(
  VM,
  vm,
  { attached_disk: [{ device_name: 'data' }] },
  { change: { after_unknown: { attached_disk: [{ source: true }] } } },
);
const restored = created(NEW, { ...disk, name: 'b-data-2', snapshot });

function findings(changes: readonly HandMadeChange[]): string[] {
  const expressions = { attached_disk: [{ source: { references: [`${NEW}.id`, NEW] } }] };
  const resources = [{ address: VM, mode: 'managed', type: 'google_compute_instance', name: 'B', expressions }];
  return guard(plan(changes, { configuration: { root_module: { resources } } }))
    .verdicts.filter(({ address }) => address === VM)
    .map(({ severity, rule, reason, impact, recovery }) => `${severity} ${rule}: ${reason}; ${impact}; ${recovery}`);
}

const DETACHED = expect.stringMatching(/^refuse protection-switched-off: ring-b: disks are detached from it while it runs: b-data;/);

test('a disk from a snapshot in place of that of a node is one finding: node, snapshot, the writes that are lost, the disk that stays', () => {
  expect(findings([kept(DISK, disk), swapped, restored])).toEqual([
    'refuse disk-restored: node b, ring-b: disk b-data is exchanged for b-data-2, which is created from snapshot monday; ' +
      'the writes to b-data after snapshot monday; disk b-data, which stays, detached',
  ]);
});

test.each<[string, HandMadeChange[]]>([
  ['a blank disk', [kept(DISK, disk), swapped, created(NEW, { ...disk, name: 'b-data-2' })]],
  ['a disk with an empty snapshot', [kept(DISK, disk), swapped, created(NEW, { ...disk, name: 'b-data-2', snapshot: '' })]],
  ['a disk that exists', [kept(DISK, disk), swapped, kept(NEW, { ...disk, name: 'b-data-2', snapshot })]],
  ['a disk in place of one that is deleted', [deleted(DISK, disk), swapped, restored]],
  ['a disk of another device', [updated(VM, vm, { attached_disk: [{ device_name: 'other' }] }), restored]],
  [
    'a disk in place of two',
    [
      updated(
        VM,
        { ...vm, attached_disk: [...vm.attached_disk, { source: 'projects/p/zones/z/disks/logs', device_name: 'logs' }] },
        { attached_disk: [{ device_name: 'data' }] },
      ),
      restored,
    ],
  ],
])('%s is no restore: its VM loses a disk while it runs', (what, changes) => {
  const found = findings(changes);
  expect(found).toEqual([what === 'a disk in place of two' ? expect.stringContaining('while it runs: b-data, logs') : DETACHED]);
});

test('other protections of the VM are compared', () => {
  const weaker = { ...(swapped.change.after as object), deletion_protection: false };
  const change = updated(VM, { ...vm, deletion_protection: true }, weaker, {
    change: { after_unknown: { attached_disk: [{ source: true }] } },
  });
  expect(findings([kept(DISK, disk), change, restored])).toEqual([
    expect.stringMatching(/^refuse disk-restored: /),
    expect.stringMatching(/^refuse protection-switched-off: (?!.*detached)/),
  ]);
});
