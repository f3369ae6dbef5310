import { RefusedError } from '../../lib/core/reported-error';
import type { ArchivedObject } from '../../lib/recovery/commit-log-chain';
import { describeEnds, planPointInTime } from '../../lib/recovery/point-in-time';
import { replaySet } from '../../lib/recovery/verify-set';
import type { RecoveryTask } from '../../lib/recovery/vm/recovery-script';
import { createSet, FakeZones, RING } from './fake-zones';

const ARCHIVED = { ...RING, archive: 'parking-archive' };
const SET = createSet();
const AT = SET.lastTakenAt + 3_600_000 + 123;

/** Segment of a node that was closed after the set. */
function segment(minutes: number): ArchivedObject {
  return {
    name: 'commitlog/CommitLog-7-1764482400000.log',
    size: 2 ** 25,
    metadata: { closed: String(SET.lastTakenAt + minutes * 60_000) },
  };
}

/** Start of Cassandra before the set, with which the archive begins. */
const START: ArchivedObject = { name: 'starts/0-none', size: 0, metadata: {} };

function storage(minutes: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const list = async (bucket: string, prefix: string) => {
    asked.push(`${bucket} ${prefix}`);
    const node = prefix.split('/')[1]!;
    return minutes[node] === undefined ? [] : [START, segment(minutes[node])];
  };
  return { asked, list };
}

test('takes all nodes to the point in time, with the segments of their disks', async () => {
  const bucket = storage({ b: 61, c: 62, d: 63 });
  const plan = await planPointInTime({ storage: bucket, ring: ARCHIVED, set: SET, at: AT });
  expect(plan).toMatchObject({ asked: AT, reached: AT, ends: [], count: 3, bytes: 3 * 2 ** 25 });
  const { diskNumber } = SET.snapshots.get('b')!;
  expect(bucket.asked[0]).toBe(`parking-archive staging-cassandra/b/${diskNumber}/`);
  expect(plan.replay.get('b')).toEqual({
    bucket: 'parking-archive',
    prefix: `staging-cassandra/b/${diskNumber}/`,
    until: new Date(AT)
      .toISOString()
      .replace('T', ' ')
      .replace('Z', '000')
      .replace(/^(\d+)-(\d+)-/, '$1:$2:'),
    segments: [[7, 1764482400000, 1]],
  });
});

test('takes all nodes to the earliest time until which an archive is complete, and names it', async () => {
  const plan = await planPointInTime({ storage: storage({ b: 61, c: 30, d: 63 }), ring: ARCHIVED, set: SET, at: AT });
  const reached = SET.lastTakenAt + 30 * 60_000 - 15_000;
  expect(plan).toMatchObject({ asked: AT, reached, ends: [{ node: 'c', until: reached, end: { code: 'archive-ends' } }] });
  expect(describeEnds(plan.ends)[0]).toContain('the archive ends with commit log 1764482400000');
  expect(new Set([...plan.replay.values()].map(({ until }) => until)).size).toBe(1);
});

test('refuses when the archive of a node does not go beyond the set', async () => {
  const planned = planPointInTime({ storage: storage({ b: 61, c: 61 }), ring: ARCHIVED, set: SET, at: AT });
  await expect(planned).rejects.toThrow(RefusedError);
  await expect(planned).rejects.toThrow(`Restore the set itself with '--set ${SET.id}'`);
});

test('refuses an archive that begins after the set, whose first writes are missing', async () => {
  const planned = planPointInTime({ storage: { list: async () => [segment(61)] }, ring: ARCHIVED, set: SET, at: AT });
  await expect(planned).rejects.toThrow('the archive begins after the set with commit log 1764482400000: writes before it may be missing');
});

test('refuses a ring without an archive', async () => {
  await expect(planPointInTime({ storage: storage({}), ring: RING, set: SET, at: AT })).rejects.toThrow(
    'has no archive of its commit logs',
  );
});

test('recovery VMs get the segments, and read storage only', async () => {
  const zones = new FakeZones();
  const tasks: RecoveryTask[] = [];
  zones.report = (report, task) => {
    tasks.push(task);
    return report;
  };
  const scopes: unknown[] = [];
  const { engine } = zones;
  const create = engine.createInstance;
  engine.createInstance = (zone, body) => {
    scopes.push((body.serviceAccounts as readonly { scopes: unknown }[])[0]!.scopes);
    return create(zone, body);
  };
  const { replay } = await planPointInTime({ storage: storage({ b: 61, c: 62, d: 63 }), ring: ARCHIVED, set: SET, at: AT });
  const { verification } = await replaySet({ compute: engine, ring: ARCHIVED, set: SET, run: 'run', onProgress: () => {}, replay });
  expect(scopes[0]).toEqual(['https://www.googleapis.com/auth/devstorage.read_only']);
  expect(tasks[0]!.steps.at(-1)).toBe('replay');
  expect(tasks.flatMap(({ nodes }) => nodes).find(({ name }) => name === 'b')!.replay).toEqual(replay.get('b'));
  expect(verification.checks).toContainEqual(expect.objectContaining({ code: 'archive-replay', outcome: 'passed' }));
});
