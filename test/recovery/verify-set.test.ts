import { type ComputeResource, RecoveryError, type SnapshotSet, type Zonal } from '../../lib/recovery';
import { RecoveryVms } from '../../lib/recovery/recovery-vms';
import { isVerified } from '../../lib/recovery/verification';
import { flushSet, removeRecovery, verifySet } from '../../lib/recovery/verify-set';
import { EXPECTED_CHECKS } from '../../lib/recovery/vm/recovery-program';
import type { RecoveryTask } from '../../lib/recovery/vm/recovery-script';
import { createSet, FakeZones, RING } from './fake-zones';

const OLD = '2020-01-01T00:00:00Z';

function optionsFor(zones: FakeZones, more: object = {}) {
  const said: string[] = [];
  return {
    compute: zones.engine,
    ring: RING,
    set: createSet(),
    run: 'Run 1',
    onProgress: (text: string) => void said.push(text),
    said,
    ...more,
  };
}

test('verifies a set, and removes clones and VMs', async () => {
  const zones = new FakeZones();
  const result = await verifySet(optionsFor(zones));
  expect(isVerified(result)).toBe(true);
  expect(result).toMatchObject({ set: '20261129-041500', seconds: { boot: 2 } });
  expect(result.tables.map(({ node }) => node).sort()).toEqual(['b', 'c', 'd']);
  expect(zones.deleted).toHaveLength(6);
  expect(zones.leftOver).toEqual([]);
});

test('a recovery VM has no external address, no scopes and none of the labels of nodes', async () => {
  const zones = new FakeZones();
  const bodies: ComputeResource[] = [];
  const { engine } = zones;
  const create = engine.createInstance;
  await verifySet(
    optionsFor(zones, {
      compute: {
        ...engine,
        createInstance: (zone: string, body: ComputeResource) => {
          bodies.push(body);
          return create(zone, body);
        },
      },
    }),
  );
  expect(bodies).toHaveLength(3);
  expect(bodies[0]).toMatchObject({
    labels: { 'cassandra-recovery': 'run-1', 'cassandra-recovery-ring': 'staging-cassandra' },
    networkInterfaces: [{ subnetwork: 'projects/p/regions/r/subnetworks/data' }],
    serviceAccounts: [{ email: 'node@p.iam.gserviceaccount.com', scopes: [] }],
    machineType: expect.stringMatching(/\/zones\/europe-west1-b\/machineTypes\/n2-standard-2$/),
  });
  expect(JSON.stringify(bodies[0]!.networkInterfaces)).not.toContain('accessConfigs');
  expect(Object.keys(bodies[0]!.labels as object)).toEqual(['cassandra-recovery', 'cassandra-recovery-ring']);
});

test('a zone without a VM fails its node, and everything is removed', async () => {
  const zones = new FakeZones();
  zones.before = (request) => {
    if (/^createInstance .*-c$/.test(request)) throw new RecoveryError('quota exceeded');
  };
  const result = await verifySet(optionsFor(zones));
  expect(isVerified(result)).toBe(false);
  const own = result.checks.filter(({ node }) => node === 'c');
  expect(own[0]).toEqual({ level: 1, code: 'recovery-vm', outcome: 'failed', node: 'c', detail: 'europe-west1-c: quota exceeded' });
  expect(own.slice(1).every(({ outcome }) => outcome === 'not-run')).toBe(true);
  const steps = ['identity', 'files', 'boot', 'rows'] as const;
  expect(own).toHaveLength(1 + steps.flatMap((step) => EXPECTED_CHECKS[step]).length);
  expect(zones.leftOver).toEqual([]);
});

test('clones that are being created while another fails are removed as well', async () => {
  const zones = new FakeZones();
  zones.before = (request) => {
    if (/^createDisk .*-b$/.test(request)) throw new TypeError('a fault of the program');
  };
  await expect(verifySet(optionsFor(zones))).rejects.toThrow('a fault of the program');
  // Those that would be created later.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(zones.leftOver).toEqual([]);
});

test('an interruption removes everything', async () => {
  const zones = new FakeZones();
  zones.hasReport = false;
  const controller = new AbortController();
  const options = optionsFor(zones, { signal: controller.signal });
  const running = verifySet({
    ...options,
    onProgress: (text: string) => {
      if (text.includes('boot of b')) controller.abort();
    },
  });
  await expect(running).rejects.toThrow('the verification was interrupted');
  expect(zones.leftOver).toEqual([]);
});

test('a resource that cannot be removed is named', async () => {
  const zones = new FakeZones();
  zones.before = (request) => {
    if (/^deleteDisk .*-d$/.test(request)) throw new RecoveryError('still in use');
  };
  const options = optionsFor(zones);
  await verifySet(options);
  expect(options.said.at(-1)).toMatch(/^not removed: disk recovery-\w{8}-staging-cassandra-d in europe-west1-d \(still in use\)$/);
  expect(zones.leftOver).toHaveLength(1);
});

test('a resource that is still listed after its deletion is named', async () => {
  const zones = new FakeZones();
  const options = optionsFor(zones, { compute: { ...zones.engine, deleteDisk: async () => {} } });
  await verifySet(options);
  expect(options.said.filter((text) => text.startsWith('not removed'))).toEqual(
    ['b', 'c', 'd'].map((node) =>
      expect.stringMatching(
        `^not removed: disk recovery-\\w{8}-staging-cassandra-${node} in europe-west1-${node} \\(it was deleted, and is still listed\\)$`,
      ),
    ),
  );
});

test('a VM that does not report in time is a failure', async () => {
  const zones = new FakeZones();
  zones.hasReport = false;
  const vms = new RecoveryVms({ ...optionsFor(zones), flush: [], timeouts: { first: 0, next: 0 }, pollMs: 1 });
  const { reports } = await vms.run();
  for (const { checks } of reports)
    expect(checks[0]).toMatchObject({
      code: 'recovery-vm',
      outcome: 'failed',
      detail: expect.stringContaining('did not report in time; its last phase: boot of b'),
    });
});

test('a VM that stops is a failure', async () => {
  const zones = new FakeZones();
  zones.hasReport = false;
  const { engine } = zones;
  const instance = async (vm: Zonal) => {
    const found = await engine.instance(vm);
    return found?.labels === undefined ? found : { ...found, status: 'TERMINATED' };
  };
  const { checks } = await verifySet(optionsFor(zones, { compute: { ...engine, instance } }));
  const failed = checks.filter(({ code }) => code === 'recovery-vm');
  expect(failed.map(({ detail }) => detail)).toEqual(Array(3).fill(expect.stringContaining('ended without a report')));
});

test('clones with flushed tables remain until they are removed', async () => {
  const zones = new FakeZones();
  const tasks: RecoveryTask[] = [];
  zones.report = (report, task) => {
    tasks.push(task);
    return report;
  };
  const { verification, clones } = await flushSet({ ...optionsFor(zones), tables: ['k.t'] });
  expect(isVerified(verification)).toBe(true);
  expect(tasks.map(({ flush }) => flush)).toEqual([['k.t'], ['k.t'], ['k.t']]);
  expect([...clones.keys()].sort()).toEqual(['b', 'c', 'd']);
  expect(zones.leftOver.sort()).toEqual([...clones.values()].map(({ zone, name }) => `${zone}/${name}`).sort());
  expect(await removeRecovery({ compute: zones.engine, ring: RING, run: 'Run 1' })).toEqual([]);
  expect(zones.leftOver).toEqual([]);
});

/** A ring with some nodes in each zone, and a disk and a VM of another run of a ring. */
async function listKept(hours: number, labels: object, perZone = 1): Promise<string[]> {
  const zones = new FakeZones();
  const left = {
    labels: { 'cassandra-recovery': 'other', ...labels },
    creationTimestamp: new Date(Date.now() - hours * 3_600_000).toISOString(),
  };
  zones.disks.set('europe-west1-b/disk', { name: 'disk', ...left });
  zones.instances.set('europe-west1-b/vm', { name: 'vm', status: 'RUNNING', ...left });
  const ring = { ...RING, nodes: RING.nodes.flatMap((node) => Array<typeof node>(perZone).fill(node)) };
  await RecoveryVms.removeOld(zones.engine, ring, Date.now());
  return zones.leftOver;
}

const OWN = { 'cassandra-recovery-ring': 'staging-cassandra' };
const BOTH = ['europe-west1-b/disk', 'europe-west1-b/vm'];

// The phases of a node may take 42 h, and a zone has one after another.
test.each<[string, Parameters<typeof listKept>, string[]]>([
  ['are removed when no run can use them any more', [70, OWN], []],
  ['are kept while a run may use them', [60, OWN], BOTH],
  ['are kept longer in a ring with two nodes in each zone', [100, OWN, 2], BOTH],
  ['are removed from a ring with two nodes in each zone', [112, OWN, 2], []],
  ['are kept if they are of another ring', [1000, { 'cassandra-recovery-ring': 'other' }], BOTH],
  ['are kept if their ring is unknown', [1000, {}], BOTH],
])('leftovers %s', async (_, input, kept) => {
  expect(await listKept(...input)).toEqual(kept);
});

test('a verification removes leftovers, and no data disk', async () => {
  const zones = new FakeZones();
  const labels = { 'cassandra-recovery': 'other', ...OWN };
  zones.disks.set('europe-west1-b/old', { name: 'old', labels, creationTimestamp: OLD });
  zones.disks.set('europe-west1-b/new', { name: 'new', labels, creationTimestamp: new Date().toISOString() });
  zones.disks.set('europe-west1-b/data', { name: 'data', creationTimestamp: OLD });
  await verifySet(optionsFor(zones));
  expect([...zones.disks.keys()]).toEqual(['europe-west1-b/new', 'europe-west1-b/data']);
});

test('a set with a problem is not verified, and reports which', async () => {
  const zones = new FakeZones();
  const set: SnapshotSet = { ...createSet(['b', 'c']), problems: [{ code: 'missing-node', node: 'd' }] };
  const result = await verifySet(optionsFor(zones, { set }));
  expect(isVerified(result)).toBe(false);
  expect(result.checks[0]).toMatchObject({ level: 0, code: 'missing-node', outcome: 'failed', node: 'd' });
  expect(result.checks).toContainEqual({ level: 4, code: 'disks-agree', outcome: 'not-run' });
});

test('fails for a ring of unknown identity', async () => {
  const { cluster: _, ...ring } = RING;
  await expect(verifySet(optionsFor(new FakeZones(), { ring }))).rejects.toThrow(
    "ring staging-cassandra must be from 'CassandraRing', and be synthesized by this version of the library",
  );
});
