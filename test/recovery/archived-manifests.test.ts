import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { manifestName } from '../../lib/cassandra-contract/commit-log-archive';
import { CloudStorage, describeUnchecked, RecoveryError, STORAGE_ENDPOINT_VARIABLE } from '../../lib/recovery';
import { checkArchivedManifests } from '../../lib/recovery/archived-manifests';
import { type Check, isRestorable, isVerified, listUnchecked, MANIFEST_ARCHIVED } from '../../lib/recovery/verification';
import { replaySet, verifySet } from '../../lib/recovery/verify-set';
import type { RecoveryTask } from '../../lib/recovery/vm/recovery-script';
import { ARCHIVE_DAMAGES, createAllManifests, createArchive, type NodeManifests } from '../restore/archive-damages';
import { createSet, FakeZones, RING } from './fake-zones';

const NOW = Date.parse('2026-11-30T04:15:00Z');
const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
const ARCHIVED = { ...RING, archive: 'parking-archive', archiveRetentionDays: 8 };
const OWN = createSet();
const SET = {
  ...OWN,
  snapshots: new Map([...OWN.snapshots].map(([node, snapshot]) => [node, { ...snapshot, takenAt: NOW - HOUR_MS }])),
};

let nodes: Map<string, NodeManifests>;

beforeEach(() => {
  nodes = createAllManifests(SET);
});

const reports = () => [{ manifests: [...nodes.values()].flatMap(({ onDisk }) => onDisk ?? []) }];
const check = (changes: Partial<Parameters<typeof checkArchivedManifests>[0]> = {}): Promise<Check[]> =>
  checkArchivedManifests({
    ...{ storage: createArchive(RING.name, nodes), ring: ARCHIVED, set: SET, reports: reports(), now: NOW },
    ...changes,
  });
const ofNode = async (node: string, ...changes: Parameters<typeof check>): Promise<Check | undefined> =>
  (await check(...changes)).find((each) => each.node === node);
const clearArchive = (node: string, except: (name: string) => boolean = () => false): void => {
  const { archived } = nodes.get(node)!;
  for (const name of [...archived.keys()]) if (!except(name)) archived.delete(name);
};
/** The archive has manifests of the day before, and of an hour later. */
const leaveOthers = (node: string): void => {
  clearArchive(node, isOlder);
  nodes.get(node)!.archived.set(manifestName('2026-11-30T04:15:00Z', 'a'.repeat(64)), '{}');
};
const MISSING = 'it is not in bucket parking-archive, which has later ones: it is forged, or its disk was lost before the upload';
const isOlder = (name: string): boolean => name.startsWith('2026-11-29T');

test('manifests that are in the archive pass', async () => {
  const [level, code] = MANIFEST_ARCHIVED;
  expect(await check()).toEqual(
    ['b', 'c', 'd'].map((node) => ({ level, code, node, outcome: 'passed', detail: 'of 2026-11-30T03:15:00Z' })),
  );
});

test('a ring without an archive has no such check', async () => {
  expect(await check({ ring: RING })).toEqual([]);
});

test.each(ARCHIVE_DAMAGES)('$name: $expected', async ({ change, expected }) => {
  change(nodes.get('c')!);
  const checks = await check();
  expect(checks.map(({ node, outcome }) => [node, outcome])).toEqual([
    ['b', 'passed'],
    ['c', expected],
    ['d', 'passed'],
  ]);
  expect(isVerified({ set: 's', checks, tables: [], seconds: {} })).toBe(false);
  expect(isRestorable({ checks })).toBe(expected === 'not-run');
});

test('a manifest that is missing fails, when there are those of an earlier and a later snapshot', async () => {
  leaveOthers('c');
  expect(await ofNode('c')).toMatchObject({
    outcome: 'failed',
    detail: MISSING,
  });
});

test('the newest manifest may not be uploaded yet', async () => {
  clearArchive('c', isOlder);
  expect(await ofNode('c')).toMatchObject({
    outcome: 'not-run',
    detail: 'bucket parking-archive does not have it, and none of this time or later: the node may not have uploaded it yet',
  });
});

test('a manifest of before the first one in the archive may never have been uploaded', async () => {
  clearArchive('c');
  expect(await ofNode('c')).toMatchObject({
    outcome: 'not-run',
    detail: 'bucket parking-archive does not have it, and none of an earlier snapshot of the node',
  });
});

test.each([
  [7.9, 'failed', MISSING],
  [8, 'not-run', 'bucket parking-archive does not have it, and keeps objects for 8 days'],
] as const)('a manifest that is missing after %s days: %s', async (days, outcome, detail) => {
  leaveOthers('c');
  expect(await ofNode('c', { now: NOW - HOUR_MS + days * DAY_MS })).toMatchObject({ outcome, detail });
});

test('a manifest older than the retention that is still there is compared', async () => {
  const now = NOW + 9 * DAY_MS;
  expect(await ofNode('c', { now })).toMatchObject({ outcome: 'passed' });
  ARCHIVE_DAMAGES[1]!.change(nodes.get('c')!);
  expect(await ofNode('c', { now })).toMatchObject({
    outcome: 'failed',
    detail: 'the archive has another manifest of 2026-11-30T03:15:00Z',
  });
});

test('nothing is known of a missing manifest without the retention of the bucket', async () => {
  const { archiveRetentionDays: _, ...ring } = ARCHIVED;
  clearArchive('c', isOlder);
  expect(await ofNode('c', { ring })).toMatchObject({
    outcome: 'not-run',
    detail: 'bucket parking-archive does not have it, and the retention of the bucket is unknown',
  });
});

test('nothing is known without access to the archive', async () => {
  const { storage: _, ...rest } = { storage: undefined, ring: ARCHIVED, set: SET, reports: reports(), now: NOW };
  expect((await checkArchivedManifests(rest)).map(({ outcome, detail }) => [outcome, detail])).toEqual(
    Array(3).fill(['not-run', 'bucket parking-archive was not read']),
  );
});

test('a defect of the program is no unknown archive', async () => {
  const list = async () => {
    throw new TypeError('a fault of the program');
  };
  await expect(check({ storage: { ...createArchive(RING.name, nodes), list } })).rejects.toThrow('a fault of the program');
});

test('question and result of a restore name the manifests that were not compared, with the reason', async () => {
  nodes.get('b')!.isUnreadable = true;
  nodes.get('c')!.onDisk = undefined;
  nodes.get('d')!.onDisk = undefined;
  const checks: Check[] = [...(await check()), { level: 5, code: 'canary', outcome: 'not-run', node: 'c' }];
  expect(describeUnchecked(listUnchecked({ checks }))).toEqual([
    'Not checked, because the snapshots have no manifest or canary: canary of c. SSTables or commit logs may be missing unnoticed.',
    'Not compared with the archive: the manifests of b (staging-cassandra/b/manifests/ cannot be read); c, d (no manifest was read on the disk). Disks that were changed on purpose may be unnoticed.',
  ]);
});

describe('the verification of a set', () => {
  let zones: FakeZones;

  beforeEach(() => {
    zones = new FakeZones();
    zones.report = (report, task: RecoveryTask) => ({
      ...report,
      manifests: task.nodes.flatMap(({ name }) => nodes.get(name)!.onDisk ?? []),
    });
  });

  const options = () => ({
    ...{ compute: zones.engine, ring: ARCHIVED, set: SET, run: 'run', onProgress: () => {} },
    storage: createArchive(RING.name, nodes),
  });

  test('compares the manifests that the recovery VMs report with the archive', async () => {
    expect(isVerified(await verifySet(options()))).toBe(true);
    ARCHIVE_DAMAGES[0]!.change(nodes.get('d')!);
    const { checks } = await verifySet(options());
    expect(checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([
      expect.objectContaining({ level: 1, code: 'manifest-archived', outcome: 'failed', node: 'd' }),
    ]);
  });

  test('compares them before commit logs are replayed', async () => {
    const { verification } = await replaySet({ ...options(), replay: new Map() });
    expect(verification.checks.filter(({ code }) => code === 'manifest-archived')).toHaveLength(3);
  });

  test('of a zone whose VM did not report is not compared', async () => {
    zones.before = (request) => {
      if (/^createInstance .*-c$/.test(request)) throw new RecoveryError('quota exceeded');
    };
    const { checks } = await verifySet(options());
    expect(checks).toContainEqual(
      expect.objectContaining({ code: 'manifest-archived', outcome: 'not-run', node: 'c', detail: 'no manifest was read on the disk' }),
    );
  });
});

describe('the reader of the archive', () => {
  let server: Server;
  let answer: { status: number; body: Buffer | string };
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => new Promise((done) => server.close(done)));

  const storage = () => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/storage/v1/`;
    const environment = { [STORAGE_ENDPOINT_VARIABLE]: endpoint, GOOGLE_OAUTH_ACCESS_TOKEN: 'token' };
    return new CloudStorage({ project: 'parking-staging', environment, retryDelayMs: 1 });
  };

  test('reads the bytes of an object, whatever its type', async () => {
    answer = { status: 200, body: Buffer.from([0x7b, 0xff, 0x00, 0x7d]) };
    expect([...(await storage().read('archive', 'ring/b/manifests/2026-11-29T04:15:20Z-a.json'))]).toEqual([0x7b, 0xff, 0x00, 0x7d]);
    expect(asked).toEqual(['/storage/v1/b/archive/o/ring%2Fb%2Fmanifests%2F2026-11-29T04%3A15%3A20Z-a.json?alt=media']);
  });

  test('names the missing permission', async () => {
    answer = { status: 403, body: JSON.stringify({ error: { message: 'denied', errors: [{ reason: 'forbidden' }] } }) };
    await expect(storage().read('archive', 'x')).rejects.toThrow('denied; the account needs storage.objects.get for bucket archive');
    await expect(storage().list('archive', 'x')).rejects.toThrow('denied; the account needs storage.objects.list for bucket archive');
  });
});
