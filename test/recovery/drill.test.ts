import {
  type Assertion,
  type Check,
  type ComputeResource,
  createDrillBadge,
  createFailedOutcome,
  createProof,
  type DrillOptions,
  type DrillOutcome,
  describeDrill,
  formatDrillSummary,
  isClean,
  RecoveryError,
  runDrill,
  type TableRows,
} from '../../lib/recovery';
import type { RecoveryTask } from '../../lib/recovery/vm/recovery-script';
import { createArchive, createManifests, type NodeManifests } from '../restore/archive-damages';
import { FakeZones, RING } from './fake-zones';

const ASSERTIONS: readonly Assertion[] = [
  { cql: 'SELECT count(*) FROM shop.countries', expect: '249' },
  { cql: "SELECT value FROM shop.settings WHERE key = 'version'", expect: '7' },
];
const SET = '20261129-041500';
const [HOUR_MS, AGE_HOURS] = [3_600_000, 3];

let zones: FakeZones;
let tasks: RecoveryTask[];

beforeEach(() => {
  zones = new FakeZones();
  zones.snapshots = snapshots(SET);
  tasks = [];
  zones.report = (report, task) => {
    tasks.push(task);
    return report;
  };
});

/** Snapshots of a set as the API lists them, of nodes by name. */
function snapshots(id: string, nodes = 'bcd', ageHours = AGE_HOURS, members: object = {}): object[] {
  return [...nodes].map((node) => ({
    name: `${id}-${node}`,
    sourceDisk: `projects/${RING.project}/zones/europe-west1-${node}/disks/staging-cassandra-${node}-data`,
    sourceDiskId: '1',
    creationTimestamp: new Date(Date.now() - ageHours * HOUR_MS).toISOString(),
    status: 'READY',
    diskSizeGb: '50',
    labels: { 'cassandra-snapshot-set': id },
    ...members,
  }));
}

function options(changes: Partial<DrillOptions> = {}): DrillOptions & { readonly said: string[] } {
  const said: string[] = [];
  return {
    ...{ compute: zones.engine, ring: RING, run: 'Run 1', configurationHash: 'abc', assertions: ASSERTIONS, isLocal: false },
    ...{ onProgress: (text: string) => void said.push(text), said, pollMs: 1 },
    ...changes,
  };
}

/** Changes a check in the reports of all VMs that have it. */
function change(node: string, code: string, changes: Partial<Check>): void {
  const { report } = zones;
  zones.report = (content, task) => {
    const checks = (content.checks as Check[]).map((check) =>
      check.node === node && check.code === code ? { ...check, ...changes } : check,
    );
    return report({ ...content, checks }, task);
  };
}

/** Result, first line of reasons, and whether the command would succeed. */
function judge(outcome: DrillOutcome) {
  const drill = { proof: createProof(outcome.record), remaining: outcome.remaining };
  return { result: drill.proof.result, last: describeDrill(drill).at(-1)!, isClean: isClean(drill) };
}

test('a set whose checks and assertions hold passes, with what was measured', async () => {
  const outcome = await runDrill(options());
  expect(judge(outcome)).toEqual({
    result: 'PASSED',
    last: expect.stringMatching(
      /^PASSED: set 20261129-041500, 1 table with 9 rows on 3 disks, 6 assertions; RPO 3 h, RTO \d+ s; zones europe-west1-b, /,
    ),
    isClean: true,
  });
  expect(outcome.record).toMatchObject({
    ...{ project: 'parking-staging', ring: 'staging-cassandra', configurationHash: 'abc', diskSizesGiB: { b: 50, c: 50, d: 50 } },
    zones: ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'],
    rpoSeconds: expect.any(Number),
    rtoSeconds: expect.any(Number),
  });
  expect(outcome.record).not.toHaveProperty('isLocal');
  expect(Math.abs(outcome.record.rpoSeconds! - AGE_HOURS * 3600)).toBeLessThan(60);
  expect(outcome.record.assertions).toContainEqual({ ...ASSERTIONS[1], node: 'c', found: '7' });
  expect(zones.leftOver).toEqual([]);
  expect(zones.deleted).toHaveLength(6);
});

test('recovery VMs get the assertions, and the latest time of a write that the snapshot can have', async () => {
  await runDrill(options());
  expect(tasks).toHaveLength(3);
  for (const { steps, assertions, nodes } of tasks) {
    expect(steps).toEqual(['identity', 'files', 'boot', 'rows', 'containment', 'assertions']);
    expect(assertions).toEqual(ASSERTIONS);
    for (const { latestWrite } of nodes) expect(Math.abs(Date.now() - AGE_HOURS * HOUR_MS + 360_000 - latestWrite!)).toBeLessThan(60_000);
  }
});

test('without assertions of the application it is unverified', async () => {
  const outcome = await runDrill(options({ assertions: [] }));
  expect(judge(outcome)).toEqual({
    result: 'UNVERIFIED',
    last: 'UNVERIFIED: level 6 (application): all checks passed, and no assertions of the application were given',
    isClean: false,
  });
  expect(tasks[0]!.steps).not.toContain('assertions');
});

test.each([
  [1, 'ownership-marker', 'identity'],
  [2, 'sstable-digest', 'files'],
  [3, 'boot', 'boot'],
  [3, 'isolated-network', 'boot'],
  [4, 'rows', 'rows'],
  [5, 'newer-rows', 'canary'],
  [6, 'assertions', 'application'],
] as const)('it fails at level %i with the reason of %s', async (level, code, name) => {
  change('c', code, { outcome: 'failed', detail: 'damaged\nas found', table: 'k.t' });
  const outcome = await runDrill(options());
  const last = `FAILED: level ${level} (${name}): ${code} of c k.t: damaged as found`;
  expect(judge(outcome)).toEqual({ result: 'FAILED', last, isClean: false });
  expect(outcome.record).not.toHaveProperty('rtoSeconds');
  expect(zones.leftOver).toEqual([]);
});

test('the lowest level that failed is the reason, and one that was not run only without a failure', async () => {
  change('b', 'newer-rows', { outcome: 'failed', detail: 'late' });
  change('c', 'manifest', { outcome: 'not-run' });
  change('d', 'rows', { outcome: 'failed', detail: 'unreadable' });
  expect(judge(await runDrill(options())).last).toBe('FAILED: level 4 (rows): rows of d: unreadable');
});

test('a check that was not run is no pass', async () => {
  change('d', 'canary', { outcome: 'not-run' });
  expect(judge(await runDrill(options()))).toMatchObject({ result: 'FAILED', last: 'FAILED: level 5 (canary): canary of d: was not run' });
});

describe('of a ring with two nodes in each zone', () => {
  const nodes = RING.nodes.flatMap((node) => [node, { ...node, name: `${node.name}2`, vm: `${node.vm}2` }]);
  const ring = { ...RING, nodes };
  let shares: Record<string, number>;

  beforeEach(() => {
    zones.snapshots = nodes.map(({ name, zone, vm }) => ({
      ...{ ...(snapshots(SET, 'b')[0] as object), name: `${SET}-${name}` },
      sourceDisk: `projects/${RING.project}/zones/${zone}/disks/${vm}-data`,
    }));
    shares = { b: 3, b2: 2, c: 1, c2: 4, d: 5, d2: 0 };
    const { report } = zones;
    zones.report = (content, task) => {
      const tables = (content.tables as TableRows[]).map((each) => {
        const rows = shares[each.node]!;
        return { ...each, rows, hash: rows.toString(16).padStart(64, '0') };
      });
      return report({ ...content, tables }, task);
    };
  });

  test('it passes when the racks have the same rows', async () => {
    const outcome = await runDrill(options({ ring }));
    expect(judge(outcome).result).toBe('PASSED');
    expect(outcome.record.verification.checks).toContainEqual(
      expect.objectContaining({ code: 'disks-agree', outcome: 'passed', detail: 'by rack: 1 of 1 tables' }),
    );
    expect(tasks.map(({ hasAllDisks }) => hasAllDisks)).toEqual([true, true, true]);
  });

  test('it fails when the table of one disk is lost', async () => {
    shares.c2 = 0;
    expect(judge(await runDrill(options({ ring }))).last).toMatch(
      /^FAILED: level 4 \(rows\): disks-agree of k\.t: is empty on c2, and its rack/,
    );
  });

  test('it does not pass when a keyspace cannot be compared, and names it', async () => {
    const { report } = zones;
    zones.report = (content, task) => report({ ...content, replicas: { k: 2 } }, task);
    expect(judge(await runDrill(options({ ring }))).last).toMatch(
      /^FAILED: level 4 \(rows\): disks-agree: was not run: no comparison of k: /,
    );
  });

  test('the recovery VM of one zone does not have all disks', async () => {
    await runDrill(options({ ring, zones: ['europe-west1-c'] }));
    expect(tasks.map(({ hasAllDisks }) => hasAllDisks)).toEqual([false]);
  });
});

describe('of a ring with an archive', () => {
  const ring = { ...RING, archive: 'parking-archive', archiveRetentionDays: 8 };
  let nodes: Map<string, NodeManifests>;

  beforeEach(() => {
    const takenAt = Date.now() - AGE_HOURS * HOUR_MS;
    nodes = new Map(RING.nodes.map(({ name }) => [name, createManifests(name, { takenAt })]));
    const { report } = zones;
    zones.report = (content, task) => {
      const manifests = task.nodes.flatMap(({ name }) => nodes.get(name)!.onDisk ?? []);
      return report({ ...content, manifests }, task);
    };
  });
  const drill = async () => judge(await runDrill(options({ ring, storage: createArchive(RING.name, nodes) })));

  test('it passes when the manifests are those of the archive', async () => {
    expect(await drill()).toMatchObject({ result: 'PASSED' });
  });

  test('it fails for a forged manifest', async () => {
    nodes.get('c')!.onDisk = { ...nodes.get('c')!.onDisk!, sha256: 'f'.repeat(64) };
    const { takenAt } = nodes.get('c')!;
    expect(await drill()).toMatchObject({
      result: 'FAILED',
      last: `FAILED: level 1 (identity): manifest-archived of c: the archive has another manifest of ${takenAt}`,
    });
  });

  test('it does not pass when the archive cannot be read, and has the reason', async () => {
    nodes.get('c')!.isUnreadable = true;
    expect(await drill()).toMatchObject({
      result: 'FAILED',
      last: 'FAILED: level 1 (identity): manifest-archived of c: was not run: staging-cassandra/c/manifests/ cannot be read',
    });
  });
});

test('an assertion that a VM does not report is no pass, even if its check passed', async () => {
  const { report } = zones;
  zones.report = (content, task) => report({ ...content, assertions: [] }, task);
  const outcome = await runDrill(options());
  expect(outcome.record.assertions).toContainEqual({ ...ASSERTIONS[0], node: 'b' });
  expect(judge(outcome)).toEqual({
    result: 'FAILED',
    last: 'FAILED: level 6 (application): an assertion found another value',
    isClean: false,
  });
});

describe('sets', () => {
  test('the newest set without problems is used, and never one of a restore', async () => {
    zones.snapshots = [
      ...snapshots('newer', 'bc', 1),
      ...snapshots(SET),
      ...snapshots('before-x', 'bcd', 0.5),
      ...snapshots('older', 'bcd', 9),
    ];
    expect((await runDrill(options())).record.verification.set).toBe(SET);
  });

  test.each<[string, () => object[], string]>([
    ['no set', () => [], 'no-set: the ring has no snapshots'],
    ['a set without a node', () => snapshots(SET, 'bd'), 'missing-node of c: no snapshot of c'],
    [
      'a set that its job marked',
      () => snapshots(SET, 'bcd', 3, { labels: { 'cassandra-snapshot-set': SET, 'cassandra-snapshot-set-state': 'late' } }),
      'marked-invalid: late',
    ],
  ])('%s fails at level 0, and nothing is created', async (_, list, reason) => {
    zones.snapshots = list();
    zones.before = (request) => expect(request).not.toMatch(/^create|^delete/);
    const outcome = await runDrill(options());
    expect(judge(outcome)).toEqual({ result: 'FAILED', last: `FAILED: level 0 (set): ${reason}`, isClean: false });
    expect(outcome.record.assertions).toEqual([]);
  });

  test('a copied set is used, and the proof names its project; its age is not compared with the schedule of the ring', async () => {
    const seconds = String(Math.floor(Date.now() / 1000) - 48 * 3600);
    const copies = snapshots(SET).map((each, index) => {
      const node = 'bcd'[index]!;
      const labels = {
        ...{ 'cassandra-ring': RING.name, 'cassandra-node': node, 'cassandra-snapshot-set': SET, 'cassandra-snapshot-set-state': 'valid' },
        ...{ 'cassandra-copy-of': '7', 'cassandra-copy-project': RING.project, 'cassandra-copy-time': seconds },
        ...{ 'cassandra-copy-disk': `staging-cassandra-${node}-data`, 'cassandra-copy-zone': `europe-west1-${node}` },
      };
      return { ...each, labels } as unknown as ComputeResource;
    });
    zones.snapshots = [];
    const sources: unknown[] = [];
    const engine = zones.engine;
    const createDisk: typeof engine.createDisk = (zone, body) => {
      sources.push(body.sourceSnapshot);
      return zones.engine.createDisk(zone, body);
    };
    const compute = Object.assign(Object.create(engine), engine, { createDisk });
    const outcome = await runDrill(options({ compute, copies: { project: 'parking-vault', compute: { snapshots: async () => copies } } }));
    expect(judge(outcome)).toMatchObject({ result: 'PASSED', isClean: true });
    expect(outcome.record).toMatchObject({ copies: 'parking-vault', rpoSeconds: expect.any(Number) });
    expect(outcome.record.rpoSeconds).toBeGreaterThanOrEqual(48 * 3600);
    expect(outcome.record.verification.checks.map(({ code }) => code)).not.toContain('age');
    expect(sources.sort()).toEqual([...'bcd'].map((node) => `projects/parking-vault/global/snapshots/${SET}-${node}`));
    expect(describeDrill({ proof: createProof(outcome.record), remaining: [] })[0]).toContain(
      `set ${SET} copied to project parking-vault, 2 d`,
    );
  });

  test('a named set is used, also a damaged one; an unknown one is refused', async () => {
    zones.snapshots = [...snapshots(SET), ...snapshots('older', 'b', 9)];
    expect(judge(await runDrill(options({ set: 'older' }))).last).toContain('missing-node of c');
    await expect(runDrill(options({ set: 'none' }))).rejects.toMatchObject({
      message: "unknown set 'none'; known: 20261129-041500, older",
      exitCode: 2,
    });
  });

  test('the newest set fails when it is older than the schedule promises; a named one may be old', async () => {
    const ring = { ...RING, hoursBetweenSnapshots: 24 };
    const age = async (changes: Partial<DrillOptions>) => {
      const { record } = await runDrill(options({ ring, ...changes }));
      return record.verification.checks
        .filter(({ code }) => code === 'age')
        .map(({ level, outcome, detail }) => ({ level, outcome, detail }));
    };
    expect(await age({})).toEqual([{ level: 0, outcome: 'passed', detail: '3 h old, and at most 5 h are promised' }]);
    zones.snapshots = snapshots(SET, 'bcd', 26);
    expect(await age({})).toEqual([{ level: 0, outcome: 'failed', detail: '1 d 2 h old, and at most 5 h are promised' }]);
    expect(await age({ set: SET })).toEqual([]);
  });

  test('sets that cannot be listed fail the drill', async () => {
    zones.before = () => {
      throw new RecoveryError('no permission');
    };
    expect(judge(await runDrill(options())).last).toBe('FAILED: level 0 (set): drill: no permission');
  });
});

describe('one zone', () => {
  const zone = { zones: ['europe-west1-c'] };

  test('its disks alone are read, and the record has the zone', async () => {
    const { record, ...outcome } = await runDrill(options(zone));
    expect(judge({ record, ...outcome })).toMatchObject({
      result: 'PASSED',
      last: expect.stringMatching(/ on 1 disks.*zones europe-west1-c$/),
    });
    expect(record).toMatchObject({ ...zone, diskSizesGiB: { c: 50 } });
    expect(record.verification.checks).toContainEqual({
      level: 4,
      code: 'zone-complete',
      outcome: 'passed',
      detail: '3 replicas in 3 racks',
    });
    expect(record.verification.checks.map(({ code }) => code)).not.toContain('disks-agree');
    expect(tasks.flatMap(({ nodes }) => nodes.map(({ name }) => name))).toEqual(['c']);
  });

  test('it fails when the zone has not a replica of every row', async () => {
    const { report } = zones;
    zones.report = (content, task) => report({ ...content, replicas: { k: 3, shop: 2 } }, task);
    expect(judge(await runDrill(options(zone))).last).toBe(
      'FAILED: level 4 (rows): zone-complete: the zone holds a part of the rows only: fewer than 3 replicas of shop',
    );
  });

  test('without a report it is not known whether it has', async () => {
    zones.before = (request) => {
      if (request.startsWith('createInstance')) throw new RecoveryError('quota exceeded');
    };
    const { record } = await runDrill(options(zone));
    expect(record.verification.checks).toContainEqual({ level: 4, code: 'zone-complete', outcome: 'not-run' });
  });
});

describe('an end before the end', () => {
  test('an interruption fails, and everything is removed', async () => {
    zones.hasReport = false;
    const controller = new AbortController();
    const outcome = await runDrill(
      options({
        signal: controller.signal,
        onProgress: (text) => {
          if (text.includes('boot of b')) controller.abort();
        },
      }),
    );
    expect(judge(outcome)).toEqual({
      result: 'FAILED',
      last: 'FAILED: level 0 (set): interrupted: the verification was interrupted',
      isClean: false,
    });
    expect(outcome.record).toMatchObject({ verification: { set: SET, tables: [] }, diskSizesGiB: { b: 50 } });
    expect(zones.leftOver).toEqual([]);
  });

  test('a time-out is a failure', async () => {
    zones.hasReport = false;
    const outcome = await runDrill(options({ timeouts: { first: 0, next: 0 } }));
    expect(judge(outcome).last).toMatch(
      /^FAILED: level 1 \(identity\): recovery-vm of b: .* did not report in time; its last phase: boot of b$/,
    );
    expect(zones.leftOver).toEqual([]);
  });

  test('a defect of the program is a failure with a proof, and is passed on', async () => {
    zones.before = (request) => {
      if (request.startsWith('createInstance')) throw new TypeError('not a function');
    };
    const outcome = await runDrill(options());
    expect(outcome.defect).toBeInstanceOf(TypeError);
    expect(judge(outcome)).toMatchObject({ result: 'FAILED', last: 'FAILED: level 0 (set): program: not a function' });
    expect(zones.leftOver).toEqual([]);
  });

  test('a drill that could not begin has a record of its failure', () => {
    const { record, defect } = createFailedOutcome(options({ isLocal: true }), 0, new RecoveryError('node b: refused'));
    expect(defect).toBeUndefined();
    expect(record).toMatchObject({ isLocal: true, startedAt: '1970-01-01T00:00:00.000Z', diskSizesGiB: {} });
    expect(judge({ record, remaining: [] }).last).toBe('FAILED: level 0 (set): drill: node b: refused');
  });
});

describe('resources that cannot be removed', () => {
  test('are listed with their cost, and the drill that passed does not end with 0', async () => {
    zones.before = (request) => {
      if (/^delete(Disk|Instance) .*-d$/.test(request)) throw new RecoveryError('still in use');
    };
    const { engine } = zones;
    const { createDisk } = engine;
    engine.createDisk = (zone, body) => createDisk(zone, { ...body, sizeGb: '50', type: `zones/${zone}/diskTypes/pd-ssd` });
    const outcome = await runDrill(options({ compute: engine }));
    expect(outcome.remaining).toEqual([
      {
        description: expect.stringMatching(/^VM recovery-\w{8}-staging-cassandra-europe-west1-d \(n2-standard-2\) in europe-west1-d$/),
        monthlyCost: expect.any(Number),
      },
      {
        description: expect.stringMatching(/^disk recovery-\w{8}-staging-cassandra-d \(50 GiB of pd-ssd\) in europe-west1-d$/),
        monthlyCost: 8.5,
      },
    ]);
    const { result, last, isClean: clean } = judge(outcome);
    expect([result, clean]).toEqual(['PASSED', false]);
    expect(last).toMatch(/; not removed: 2, \$\d+\.\d\d a month$/);
  });

  test('of a zone that cannot be listed are named, and their cost is unknown', async () => {
    let isDone = false;
    zones.report = (content) => {
      isDone = true;
      return content;
    };
    zones.before = (request) => {
      if (isDone && request.startsWith('disks europe-west1-d')) throw new RecoveryError('unavailable');
    };
    const outcome = await runDrill(options());
    expect(outcome.remaining).toEqual([
      { description: 'possibly VMs and disks with the label cassandra-recovery in europe-west1-d, which cannot be listed: unavailable' },
    ]);
    expect(judge(outcome).last).toMatch(/; not removed: 1, cost unknown$/);
  });
});

describe('summary and badge', () => {
  const prove = async () => {
    const { record, remaining } = await runDrill(options());
    return { proof: createProof(record), remaining };
  };

  test('of a drill that passed', async () => {
    const drill = await prove();
    const text = formatDrillSummary(drill);
    expect(text).toMatch(/^## ✅ Backup drill of staging-cassandra: PASSED\n\nset 20261129-041500, 3 h old\n/);
    expect(text).toMatch(/\| 6 application \| passed \| `3 passed` \|\n/);
    expect(createDrillBadge(drill.proof)).toEqual({
      ...{ schemaVersion: 1, label: 'backup drill', color: 'brightgreen' },
      message: `passed ${drill.proof.record.endedAt.slice(0, 10)}`,
    });
  });

  test('of a drill that failed, with the reasons', async () => {
    change('b', 'rows', { outcome: 'failed', detail: '``` <b>' });
    change('c', 'rows', { outcome: 'failed' });
    const { proof } = await prove();
    const text = formatDrillSummary({ proof, remaining: [{ description: 'disk x', monthlyCost: 1 }] });
    expect(text).toContain('## ❌ Backup drill');
    expect(text).toContain('````text\nFAILED: level 4 (rows): rows of b: ``` <b>; not removed: 1, $1.00 a month\n````\n');
    expect(text).toContain('disk x, $1.00 a month');
    expect(createDrillBadge(proof)).toMatchObject({ color: 'red', message: expect.stringMatching(/^failed \d{4}-/) });
  });
});
