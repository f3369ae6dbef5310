import { RefusedError } from '../../lib/core/reported-error';
import { RecoveryError } from '../../lib/recovery';
import { describeDisk } from '../../lib/recovery/describe-disk';
import { recoverDisk } from '../../lib/recovery/recover-disk';
import type { RecoveredDisk } from '../../lib/recovery/recovered-disk';
import { isVerified } from '../../lib/recovery/verification';
import { DISK, LAST_DISK, OneDisk, RING } from './one-disk';

const NOW = Date.parse('2026-11-30T03:00:00Z');
const TAKEN = `${LAST_DISK}-recover-20261130030000`;

function optionsFor(cloud: OneDisk, more: object = {}) {
  const said: string[] = [];
  return {
    ...{ compute: cloud.engine, ring: RING, source: { disk: LAST_DISK }, run: 'r1', now: () => NOW, said },
    onProgress: (text: string) => void said.push(text),
    ...more,
  };
}

/** A disk of another installation, of which this one had two thirds of the rows. */
const PARTIAL: RecoveredDisk = {
  ...DISK,
  ...{ cluster: 'K8s', datacenter: 'dc1', rack: 'default', owner: 999, hasMarker: false },
  keyspaces: DISK.keyspaces!.map((each) => (each.name === 'shop' ? { ...each, share: 0.66666 } : each)),
};

test('a snapshot of the disk is taken first; all else is done on a clone, and removed', async () => {
  const cloud = new OneDisk();
  const original = cloud.disks.get(`europe-west1-c/${LAST_DISK}`);
  const result = await recoverDisk(optionsFor(cloud));
  expect(isVerified(result.verification)).toBe(true);
  expect(cloud.calls[0]).toBe(`createSnapshot ${TAKEN}`);
  expect(cloud.snapshots.get(TAKEN)!.labels).toEqual({ 'cassandra-recovered-disk': LAST_DISK });
  expect(cloud.calls.map((call) => call.split(' ')[0])).toEqual([
    ...['createSnapshot', 'createDisk', 'createInstance', 'deleteInstance', 'deleteDisk'],
  ]);
  expect(cloud.leftOver).toEqual([]);
  expect([...cloud.disks.values()]).toEqual([original]);
  expect(cloud.tasks[0]).toMatchObject({ recover: {}, steps: ['disk-identity', 'disk-files', 'disk-boot', 'disk-rows'] });
  expect(cloud.tasks[0]!.nodes.map(({ name }) => name)).toEqual(['c']);
});

test('the report of a complete disk', async () => {
  expect(describeDisk(await recoverDisk(optionsFor(new OneDisk())))).toEqual([
    `Disk ${LAST_DISK}, by snapshot ${TAKEN}, which stays. The original was not changed.`,
    "Cluster 'staging-cassandra', data center 'europe-west1', rack 'europe-west1-c', host id abc, 16 tokens, Cassandra 5.0.8.",
    'Files of user id 105, an ownership marker.',
    'It knows 1 other nodes: 10.10.8.11 (europe-west1, europe-west1-b).',
    'Complete: the disk is a replica of every row of every keyspace.',
    'shop: NetworkTopologyStrategy europe-west1: 3, 100% on this disk',
    '  orders: 100 rows (aaaaaaaaaaaa), 2.0 KiB in SSTables',
    'Answers at QUORUM: 100 rows in 1 tables were read, by one node without the others.',
  ]);
});

test('a disk with a part of the rows is said to be that', async () => {
  const cloud = new OneDisk();
  cloud.disk = PARTIAL;
  const lines = describeDisk(await recoverDisk(optionsFor(cloud)));
  expect(lines).toContain('NOT COMPLETE: the disk has only a part of the rows: shop 66.6%. The others were on other disks.');
  expect(lines).toContain('Files of user id 999, no ownership marker (not a disk of this library).');
});

test('a snapshot is not taken twice', async () => {
  const cloud = new OneDisk();
  const sourceDisk = `projects/p/zones/europe-west1-c/disks/${LAST_DISK}`;
  cloud.snapshots.set('last', { name: 'last', status: 'READY', diskSizeGb: '50', sourceDisk });
  cloud.disks.clear();
  const { snapshot, verification } = await recoverDisk(optionsFor(cloud, { source: { snapshot: 'last' } }));
  expect({ snapshot, verified: isVerified(verification) }).toEqual({ snapshot: 'last', verified: true });
  expect(cloud.calls.filter((call) => call.startsWith('createSnapshot'))).toEqual([]);
});

test.each([
  [
    { disk: 'lost' },
    'there is no disk lost in europe-west1-b, europe-west1-c, europe-west1-d of project parking-staging; for a disk in another zone, pass --zone',
  ],
  [{ disk: LAST_DISK, zone: 'europe-west1-b' }, `there is no disk ${LAST_DISK} in europe-west1-b of project parking-staging`],
  [{ snapshot: 'lost' }, 'there is no snapshot lost in project parking-staging'],
  [{ snapshot: 'unready' }, 'snapshot unready must be READY, got CREATING'],
])('refuses %j before any change', async (source, message) => {
  const cloud = new OneDisk();
  cloud.snapshots.set('unready', { name: 'unready', status: 'CREATING' });
  await expect(recoverDisk(optionsFor(cloud, { source }))).rejects.toEqual(new RefusedError(message));
  expect(cloud.calls).toEqual([]);
});

test('a disk of the same name in two zones has to be chosen', async () => {
  const cloud = new OneDisk();
  cloud.disks.set(`europe-west1-b/${LAST_DISK}`, { name: LAST_DISK });
  await expect(recoverDisk(optionsFor(cloud))).rejects.toThrow(
    `disk ${LAST_DISK} exists in europe-west1-b and in europe-west1-c: pass --zone`,
  );
  const { source } = await recoverDisk(optionsFor(cloud, { source: { disk: LAST_DISK, zone: 'europe-west1-c' } }));
  expect(source.disk.zone).toBe('europe-west1-c');
});

test('a database without rows is not verified', async () => {
  const cloud = new OneDisk();
  cloud.rows = 0;
  const result = await recoverDisk(optionsFor(cloud));
  expect(isVerified(result.verification)).toBe(false);
  expect(describeDisk(result).slice(-2)).toEqual([
    'FAILED: level 4 (rows): rows-present: no table of a user has a row on the disk',
    'NOT VERIFIED: 1 checks did not pass. 0 rows in 1 tables were read.',
  ]);
});

test('a disk that does not boot is reported with its identity, and what was not run', async () => {
  const cloud = new OneDisk();
  const { peers: _, keyspaces: __, ...identity } = DISK;
  cloud.disk = identity;
  cloud.report = (report) => ({
    ...report,
    checks: [{ level: 3, code: 'boot', outcome: 'failed', node: 'c', detail: 'Cassandra ended with 3' }],
    tables: [],
  });
  const result = await recoverDisk(optionsFor(cloud));
  expect(isVerified(result.verification)).toBe(false);
  const lines = describeDisk(result);
  expect(lines).toContain('SHARE OF THE DATA UNKNOWN: Cassandra did not boot from the disk.');
  expect(lines).toContain('FAILED: level 3 (boot): boot of c: Cassandra ended with 3');
  expect(lines).toContain('NOT RUN: level 4 (rows): rows of c: was not run');
  expect(lines).toContain('NOT RUN: level 4 (rows): rows-present: was not run');
});

test('a report with an unknown form of the disk is no report', async () => {
  const cloud = new OneDisk();
  cloud.disk = { ...DISK, tokens: 16 } as unknown as RecoveredDisk;
  const { verification, disk } = await recoverDisk(optionsFor(cloud));
  expect(disk).toBeUndefined();
  expect(verification.checks[0]).toMatchObject({
    code: 'recovery-vm',
    outcome: 'failed',
    detail: expect.stringContaining("its report is invalid: 'disk.tokens' must be a list, got 16"),
  });
});

test.each(['createSnapshot', 'createDisk', 'createInstance'])('a failure of %s leaves no VM and no clone', async (request) => {
  const cloud = new OneDisk();
  cloud.before = (call) => {
    if (call.startsWith(request)) throw new RecoveryError('quota exceeded');
  };
  const outcome = await recoverDisk(optionsFor(cloud)).then(
    ({ verification }) => verification.checks[0]!.detail,
    (error: Error) => error.message,
  );
  expect(outcome).toMatch(/quota exceeded$/);
  expect(cloud.leftOver).toEqual([]);
  expect(cloud.disks.size).toBe(1);
});

test.each(['snapshot', 'clone', 'recovery VM', 'boot of c'])('an interruption at the %s leaves no VM and no clone', async (step) => {
  const cloud = new OneDisk();
  cloud.hasReport = false;
  const controller = new AbortController();
  const onProgress = (text: string) => {
    if (text.includes(step)) controller.abort();
  };
  await expect(recoverDisk(optionsFor(cloud, { signal: controller.signal, onProgress }))).rejects.toThrow('interrupted');
  expect(cloud.leftOver).toEqual([]);
});

test('a clone that cannot be removed is named', async () => {
  const cloud = new OneDisk();
  cloud.before = (call) => {
    if (call.startsWith('deleteDisk')) throw new RecoveryError('still in use');
  };
  const options = optionsFor(cloud);
  await recoverDisk(options);
  expect(options.said.at(-1)).toMatch(/^not removed: disk recovery-\w{8}-staging-cassandra-c in europe-west1-c \(still in use\)$/);
});
