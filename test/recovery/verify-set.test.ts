import { createHash } from 'node:crypto';
import type { Ring } from '../../lib/operations';
import { findRing } from '../../lib/operations';
import { type ComputeEngine, type ComputeResource, RecoveryError, type SnapshotSet, type Zonal } from '../../lib/recovery';
import { RECOVERY_LABEL, RecoveryVms } from '../../lib/recovery/recovery-vms';
import { isVerified } from '../../lib/recovery/verification';
import { flushSet, removeRecovery, verifySet } from '../../lib/recovery/verify-set';
import { EXPECTED_CHECKS } from '../../lib/recovery/vm/recovery-program';
import type { RecoveryTask } from '../../lib/recovery/vm/recovery-script';
import { synthesizedEnvironment } from '../reachability/environments';

const RING: Ring = findRing(synthesizedEnvironment('staging'));
const OLD = '2020-01-01T00:00:00Z';

/** Zones of Compute Engine with VMs that report at once. */
class FakeZones {
  public readonly disks = new Map<string, ComputeResource>();
  public readonly instances = new Map<string, ComputeResource>();
  public readonly deleted: string[] = [];

  /** Called before each request that changes something, for example `createDisk NAME`. */
  public before: (request: string) => void = () => {};

  /** Changes the report of a VM. */
  public report: (report: Record<string, unknown>, task: RecoveryTask) => unknown = (report) => report;
  public hasReport = true;

  constructor() {
    const networkInterfaces = [{ subnetwork: 'projects/p/regions/r/subnetworks/data' }];
    const serviceAccounts = [{ email: 'node@p.iam.gserviceaccount.com', scopes: ['all'] }];
    for (const { vm: name, zone } of RING.nodes)
      this.instances.set(`${zone}/${name}`, { name, status: 'RUNNING', networkInterfaces, serviceAccounts });
  }

  public get engine(): ComputeEngine {
    const change = (what: string, { zone, name }: Zonal, work: (key: string) => void) => {
      this.before(`${what} ${name}`);
      work(`${zone}/${name}`);
    };
    const list = (all: Map<string, ComputeResource>, zone: string, filter = '') => {
      const [, run] = /=(.*)$/.exec(filter) ?? [];
      return [...all].flatMap(([key, resource]) => {
        const label = (resource.labels as Record<string, string> | undefined)?.[RECOVERY_LABEL];
        return key.startsWith(`${zone}/`) && label !== undefined && (run === undefined || label === run) ? [resource] : [];
      });
    };
    const engine: Partial<Record<keyof ComputeEngine, unknown>> = {
      disk: async ({ zone, name }: Zonal) => this.disks.get(`${zone}/${name}`),
      disks: async (zone: string, filter?: string) => list(this.disks, zone, filter),
      instances: async (zone: string, filter?: string) => list(this.instances, zone, filter),
      instance: async ({ zone, name }: Zonal) => this.instances.get(`${zone}/${name}`),
      createDisk: async (zone: string, body: ComputeResource) => {
        // The others are slower than b.
        if (!body.name.endsWith('-b')) await new Promise((resolve) => setImmediate(resolve));
        change('createDisk', { zone, name: body.name }, (key) =>
          this.disks.set(key, { creationTimestamp: new Date().toISOString(), ...body }),
        );
      },
      createInstance: async (zone: string, body: ComputeResource) =>
        change('createInstance', { zone, name: body.name }, (key) => this.instances.set(key, { status: 'RUNNING', ...body })),
      deleteDisk: async (disk: Zonal) => this.delete('deleteDisk', disk, this.disks),
      deleteInstance: async (vm: Zonal) => this.delete('deleteInstance', vm, this.instances),
      guestAttributes: async ({ zone, name }: Zonal) => this.attributes(this.instances.get(`${zone}/${name}`)!),
    };
    return engine as ComputeEngine;
  }

  /** Recovery VMs and clones. */
  public get leftOver(): string[] {
    return [...this.disks, ...this.instances].filter(([, { labels }]) => labels !== undefined).map(([key]) => key);
  }

  private delete(what: string, { zone, name }: Zonal, all: Map<string, ComputeResource>): void {
    this.before(`${what} ${name}`);
    if (all.delete(`${zone}/${name}`)) this.deleted.push(name);
  }

  private attributes({ metadata }: ComputeResource): ReadonlyMap<string, string> {
    const { items } = metadata as { items: { key: string; value: string }[] };
    const task = JSON.parse(items.find(({ key }) => key === 'recovery-task')!.value) as RecoveryTask;
    if (!this.hasReport) return new Map([['state', 'running: boot of b']]);
    const { steps, nodes, run } = task;
    const checks = nodes.flatMap(({ name: node }) =>
      steps.flatMap((step) => EXPECTED_CHECKS[step]).map(([level, code]) => ({ level, code, outcome: 'passed', node })),
    );
    const tables = nodes.map(({ name: node }) => ({ node, keyspace: 'k', table: 't', rows: 3, hash: 'a'.repeat(64) }));
    const text = JSON.stringify(this.report({ run, checks, tables, seconds: { boot: 2 }, replicas: { k: 3 } }, task));
    const digest = createHash('sha256').update(text).digest('hex');
    return new Map([
      ['state', `done 1 ${digest}`],
      ['report-000', Buffer.from(text).toString('base64')],
    ]);
  }
}

function snapshotSet(names = RING.nodes.map(({ name }) => name)): SnapshotSet {
  const snapshots = names.map((node) => {
    const { zone, vm } = RING.nodes.find(({ name }) => name === node)!;
    const times = { takenAt: 0, status: 'READY', sizeGiB: 10, isFlushed: true, labels: {} };
    return [node, { name: `night-${node}`, node, zone, disk: `${vm}-data`, diskNumber: '1', ...times }] as const;
  });
  return { id: '20261129-041500', snapshots: new Map(snapshots), takenAt: 0, lastTakenAt: 0, origin: 'job', problems: [] };
}

function optionsFor(zones: FakeZones, more: object = {}) {
  const said: string[] = [];
  return {
    compute: zones.engine,
    ring: RING,
    set: snapshotSet(),
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

test('a recovery VM has no external address, no scopes and none of the labels of the ring', async () => {
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
    labels: { 'cassandra-recovery': 'run-1' },
    networkInterfaces: [{ subnetwork: 'projects/p/regions/r/subnetworks/data' }],
    serviceAccounts: [{ email: 'node@p.iam.gserviceaccount.com', scopes: [] }],
    machineType: expect.stringMatching(/\/zones\/europe-west1-b\/machineTypes\/n2-standard-2$/),
  });
  expect(JSON.stringify(bodies[0]!.networkInterfaces)).not.toContain('accessConfigs');
  expect(Object.keys(bodies[0]!.labels as object)).toEqual(['cassandra-recovery']);
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
  expect(own).toHaveLength(1 + Object.values(EXPECTED_CHECKS).flat().length);
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

test('only leftovers of other runs that are older than a day are removed', async () => {
  const zones = new FakeZones();
  const labels = { 'cassandra-recovery': 'other' };
  zones.disks.set('europe-west1-b/old', { name: 'old', labels, creationTimestamp: OLD });
  zones.disks.set('europe-west1-b/new', { name: 'new', labels, creationTimestamp: new Date().toISOString() });
  zones.disks.set('europe-west1-b/data', { name: 'data', creationTimestamp: OLD });
  await verifySet(optionsFor(zones));
  expect([...zones.disks.keys()]).toEqual(['europe-west1-b/new', 'europe-west1-b/data']);
});

test('a set with a problem is not verified, and reports which', async () => {
  const zones = new FakeZones();
  const set: SnapshotSet = { ...snapshotSet(['b', 'c']), problems: [{ code: 'missing-node', node: 'd' }] };
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
