import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BackupReport } from '../../lib/recovery';
import { apiError, FakeCompute } from '../recovery/fake-compute';
import { stackWithSchedule } from '../recovery/scheduled-stack';

const COMMAND = path.join(__dirname, '../../dist/lib/cli/main.js');
const HOUR_MS = 3_600_000;

let compute: FakeCompute;
let folder: string;
let snapshots: object[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'backups-'));
  useStack(stackWithSchedule());
  compute = await FakeCompute.start();
  snapshots = [...run(2), ...run(26)];
  compute.answer = ({ path: asked }) => ({ body: asked === 'global/snapshots' ? { items: snapshots } : {} });
});
afterEach(async () => {
  await compute.stop();
  rmSync(folder, { recursive: true });
});

function useStack(stack: object): void {
  mkdirSync(path.join(folder, 'cdktf.out/stacks/staging'), { recursive: true });
  const manifest = { stacks: { staging: { synthesizedStackPath: 'stacks/staging/cdk.tf.json' } } };
  writeFileSync(path.join(folder, 'cdktf.out/manifest.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'cdktf.out/stacks/staging/cdk.tf.json'), JSON.stringify(stack));
}

/** Snapshots of one run of the schedule, some hours ago; the nodes are five minutes apart. */
function run(hoursAgo: number, nodes = 'bcd', members: object = {}): object[] {
  return [...nodes].map((node, index) => ({
    name: `snapshot-${node}-${hoursAgo}`,
    sourceDisk: `projects/parking-staging/zones/europe-west1-${node}/disks/staging-cassandra-${node}-data`,
    sourceDiskId: '1',
    creationTimestamp: new Date(Date.now() - hoursAgo * HOUR_MS + index * 300_000).toISOString(),
    status: 'READY',
    diskSizeGb: '100',
    autoCreated: true,
    ...members,
  }));
}

function backups(...options: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [COMMAND, 'cassandra', 'backups', 'staging', '--no-synth', ...options], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...compute.environment },
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (text.stdout += data));
  child.stderr.on('data', (data) => (text.stderr += data));
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, ...text })));
}

async function report(...options: string[]): Promise<BackupReport & { readonly status: number | null }> {
  const { status, stdout } = await backups('--json', ...options);
  return { status, ...(JSON.parse(stdout) as BackupReport) };
}

test('a complete set that is younger than the schedule allows', async () => {
  const { status, stdout } = await backups();
  expect(status).toBe(0);
  expect(stdout).toMatch(/^SET +AGE +SKEW +ORIGIN +FLUSHED +STATE$/m);
  expect(stdout).toMatch(/^\d{8}-\d{6} +2 h +10 min +schedule +unknown +complete$/m);
  expect(stdout).toMatch(/^lost by a restore now: the writes of the last 2 h \(set \d{8}-\d{6}\)$/m);
  expect(stdout).toContain('\nlost at most by schedule: 25 h (each disk every 24 h, begun within an hour)\n');
  expect(stdout).toContain('No row of them was read here; only a drill makes a set verified.\n');
});

test('the report as JSON', async () => {
  const { sets, recoveryPoint, ...all } = await report();
  expect(all).toEqual({
    ...{ status: 0, ring: 'staging-cassandra', project: 'parking-staging', isKept: true },
    promise: { by: 'schedule', everyHours: 24, recoveryPointHours: 25 },
  });
  expect(sets.map(({ origin, state, problems, skewSeconds }) => [origin, state, problems, skewSeconds])).toEqual([
    ['schedule', 'complete', [], 600],
    ['schedule', 'complete', [], 600],
  ]);
  expect(recoveryPoint!.set).toBe(sets[0]!.id);
  expect(sets[0]!.snapshots[1]).toMatchObject({ node: 'c', name: 'snapshot-c-2', zone: 'europe-west1-c', status: 'READY', sizeGiB: 100 });
});

test('the newest set is incomplete, and the one before is too old', async () => {
  snapshots = [...run(2, 'bd'), ...run(26), ...run(3, 'c', { autoCreated: false, name: 'by-hand' })];
  const { status, stdout } = await backups();
  expect(status).toBe(2);
  expect(stdout).toContain('invalid: missing-node (no snapshot of c)\n');
  expect(stdout).toMatch(/^by-hand +c +3 h +READY$/m);
  expect(stdout).toContain('lost by a restore now: the writes of the last 1 d 2 h (');
  expect(stdout).toContain('\nproblem: no set that can be restored is known to be younger than the schedule allows\n');
});

test('the limit is the interval and an hour', async () => {
  snapshots = run(24.9);
  expect(await report()).toMatchObject({ status: 0, isKept: true });
  snapshots = run(25.1);
  expect(await report()).toMatchObject({ status: 2, isKept: false });
  useStack(stackWithSchedule({ hourly_schedule: { hours_in_cycle: 1 } }));
  snapshots = run(2.1);
  expect(await report()).toMatchObject({ status: 2, isKept: false, promise: { by: 'schedule', everyHours: 1, recoveryPointHours: 2 } });
});

describe('copies in another project', () => {
  /** Copies of a set that was taken some hours ago. */
  const copies = (hoursAgo: number, nodes = 'bcd', state = 'valid'): object[] =>
    run(hoursAgo, nodes, { autoCreated: false }).map((each, index) => {
      const node = nodes[index]!;
      const labels = {
        ...{ 'cassandra-ring': 'staging-cassandra', 'cassandra-node': node, 'cassandra-snapshot-set': `set-${hoursAgo}` },
        ...{ 'cassandra-snapshot-set-state': state, 'cassandra-copy-of': '7', 'cassandra-copy-project': 'parking-staging' },
        ...{ 'cassandra-copy-disk': `staging-cassandra-${node}-data`, 'cassandra-copy-zone': `europe-west1-${node}` },
        'cassandra-copy-time': String(Math.floor(Date.now() / 1000) - hoursAgo * 3600),
      };
      return { ...each, creationTimestamp: new Date().toISOString(), sourceDisk: 'projects/parking-vault/zones/z/disks/x', labels };
    });

  test('are listed with the times of the originals; nothing else is read, and nothing is promised', async () => {
    snapshots = [...copies(50), ...copies(26, 'bcd', 'not-copied')];
    const { status, stdout } = await backups('--copies', 'parking-vault');
    expect(status).toBe(0);
    expect(stdout).toContain('copies of the sets of staging-cassandra in project parking-vault, from project parking-staging\n');
    expect(stdout).toMatch(/^set-26 .*invalid: marked-invalid \(not-copied\)$/m);
    expect(stdout).toMatch(/^set-50 +2 d 2 h +0 s +job +unknown +complete$/m);
    expect(stdout).toContain('lost by a restore now: the writes of the last 2 d 2 h (set set-50)\n');
    expect(stdout).toContain('lost at most by schedule: unknown here: the schedule of the copies is in the stack of parking-vault\n');
    expect(stdout).toContain('not checked: that the disks of the ring are as large as the snapshots\n');
    expect([...new Set(compute.requests.map(({ project }) => project))]).toEqual(['parking-vault']);
  });

  test('of which none can be restored exit with 2, also as JSON', async () => {
    snapshots = copies(26, 'bc');
    expect(await report('--copies', 'parking-vault')).toMatchObject({
      ...{ status: 2, isKept: false, copies: { project: 'parking-vault', of: 'parking-staging' } },
      sets: [{ problems: [{ code: 'missing-node', node: 'd' }] }],
    });
    const { stdout } = await backups('--copies', 'parking-vault');
    expect(stdout).toContain('\nproblem: no copy can be restored\n');
  });

  test.each([
    ['backups', 'Vault', "option '--copies <project>' argument 'Vault' is invalid. must be a project id, such as parking-vault."],
    ['backups', '', 'must be a project id'],
  ])('of a wrong name are refused: %s --copies %p', async (_, name, message) => {
    const { status, stderr } = await backups('--copies', name);
    expect(status).not.toBe(0);
    expect(stderr).toContain(message);
    expect(compute.requests).toEqual([]);
  });
});

test('no snapshots', async () => {
  snapshots = [];
  const { status, stdout } = await backups();
  expect([status, stdout]).toEqual([2, expect.stringContaining('lost by a restore now: everything (no set can be restored)\n')]);
});

test('a disk without a schedule in the stack leaves the promise unknown', async () => {
  useStack(stackWithSchedule(undefined, 'd'));
  const { status, stdout } = await backups();
  expect([status, stdout]).toEqual([
    2,
    expect.stringContaining('by schedule: unknown: a data disk has no snapshot schedule in the stack\n'),
  ]);
});

describe('proofs of drills', () => {
  const startedAt = new Date(Date.now() - HOUR_MS).toISOString();
  const zones = ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'];
  const prove = (set: string, outcome: 'passed' | 'failed', ring = 'staging-cassandra'): string => {
    const record = {
      ...{ formatVersion: 1, project: 'parking-staging', ring, configurationHash: 'ab', assertions: [] },
      ...{ startedAt, endedAt: startedAt, zones, rpoSeconds: 1, rtoSeconds: 1, diskSizesGiB: {} },
      verification: { set, checks: [{ level: 4, code: 'rows', outcome }], tables: [], seconds: {} },
    };
    const file = path.join(folder, `${outcome}-${ring}.json`);
    writeFileSync(file, JSON.stringify({ record, result: outcome === 'passed' ? 'UNVERIFIED' : 'FAILED' }));
    return file;
  };

  test('of a set are shown with it, and one that failed makes it invalid', async () => {
    const { sets } = await report();
    const [newest, older] = sets;
    const { stdout } = await backups('--drill-proof', prove(newest!.id, 'passed'));
    expect(stdout).toMatch(/schedule +unknown +verified: drill UNVERIFIED \d{4}-\d\d-\d\d \(not signed\)\n/);
    const failed = await report('--drill-proof', prove(newest!.id, 'failed'));
    expect(failed).toMatchObject({ status: 2, recoveryPoint: { set: older!.id } });
    const other = await report('--drill-proof', prove(newest!.id, 'failed', 'other'));
    expect(other.sets.map(({ state }) => state)).toEqual(['complete', 'complete']);
  });

  test('need the signature of a key that is given', async () => {
    const [newest] = (await report()).sets;
    const { publicKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const key = path.join(folder, 'drill.pub.pem');
    writeFileSync(key, publicKey);
    const { stdout } = await backups('--drill-proof', prove(newest!.id, 'passed'), '--drill-key', key);
    expect(stdout).toMatch(/schedule +unknown +complete: drill UNVERIFIED \d{4}-\d\d-\d\d \(it vouches for nothing, not signed\)\n/);
    expect(await backups('--drill-key', path.join(folder, 'none.pem'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("none.pem'"),
    });
  });

  test('that are none are an error', async () => {
    const file = path.join(folder, 'odd.json');
    writeFileSync(file, '{}');
    expect(await backups('--drill-proof', file)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("'record' must be an object"),
    });
  });
});

test('an answer of the API that is an error', async () => {
  compute.answer = () => apiError(404, "The resource 'projects/parking-staging' was not found");
  const { status, stdout, stderr } = await backups();
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain("The resource 'projects/parking-staging' was not found");
});
