import { findRing } from '../../lib/operations';
import type { ComputeResource } from '../../lib/recovery/compute-engine';
import { RecoveryError } from '../../lib/recovery/recovery-error';
import { describeSetProblem, type SnapshotSet } from '../../lib/recovery/snapshot-set';
import { listSnapshotSets } from '../../lib/recovery/snapshot-sets';
import { stackWithRing } from '../operations/rings';

const RING = findRing(stackWithRing());
const NOW = Date.parse('2026-11-30T03:00:00Z');

interface Taken {
  readonly node?: string;
  readonly disk?: string;
  readonly zone?: string;
  readonly project?: string;
  readonly [member: string]: unknown;
}

/** Snapshot as the API returns it, of a schedule unless told otherwise. */
function snapshot(time: string, { node = 'b', ...other }: Taken = {}): ComputeResource {
  const { disk = `staging-cassandra-${node}-data`, zone = `europe-west1-${node}`, project = 'parking-staging', ...members } = other;
  return {
    name: `${disk}-${time.replace(/\D/g, '')}`,
    creationTimestamp: time,
    sourceDisk: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/disks/${disk}`,
    sourceDiskId: '1',
    diskSizeGb: '100',
    status: 'READY',
    autoCreated: true,
    labels: { 'cassandra-cluster': 'parking' },
    ...members,
  };
}

function list(snapshots: readonly ComputeResource[], disks: readonly ComputeResource[] = [], ring = RING): Promise<SnapshotSet[]> {
  const compute = {
    snapshots: () => Promise.resolve(snapshots),
    disks: (zone: string) => Promise.resolve(disks.filter((disk) => disk.zone === zone)),
  };
  return listSnapshotSets({ compute, ring, now: NOW });
}

/** One line for each set: id, origin, snapshots and problems. */
async function summarize(...parameters: Parameters<typeof list>): Promise<string[]> {
  const sets = await list(...parameters);
  return sets.map(({ id, origin, snapshots, problems }) => {
    const taken = [...snapshots.values()].map(({ node, takenAt }) => `${node} ${new Date(takenAt).toISOString().slice(11, 19)}`);
    return [id, origin, taken.join(' '), ...problems.map(describeSetProblem)].join(', ');
  });
}

const at = (day: number, ...times: readonly string[]): ComputeResource[] =>
  times.map((text) => {
    const [node, time] = text.split(' ');
    return snapshot(`2026-11-${day}T${time}Z`, { node });
  });

test('a daily run is one set, and the newest run is first', async () => {
  const snapshots = [...at(28, 'd 04:59:59', 'b 04:00:00', 'c 04:30:00'), ...at(29, 'c 04:02:00', 'b 04:01:00', 'd 04:03:00')];
  expect(await summarize(snapshots)).toEqual([
    '20261129-040100, schedule, b 04:01:00 c 04:02:00 d 04:03:00',
    '20261128-040000, schedule, b 04:00:00 c 04:30:00 d 04:59:59',
  ]);
});

test('a set has the first and last time, and the state of each snapshot', async () => {
  const [set] = await list([
    ...at(29, 'c 04:30:00', 'd 04:20:00'),
    snapshot('2026-11-28T20:10:00.000-08:00', { node: 'b', guestFlush: true, sourceDiskId: '77' }),
  ]);
  expect(set).toMatchObject({ takenAt: Date.parse('2026-11-29T04:10:00Z'), lastTakenAt: Date.parse('2026-11-29T04:30:00Z'), problems: [] });
  expect(set!.snapshots.get('b')).toMatchObject({
    ...{ node: 'b', zone: 'europe-west1-b', disk: 'staging-cassandra-b-data', diskNumber: '77', status: 'READY', sizeGiB: 100 },
    isFlushed: true,
  });
  expect(set!.snapshots.get('c')).not.toHaveProperty('isFlushed', expect.anything());
});

test.each<[string, readonly string[], readonly string[]]>([
  [
    'a run that begins just before its hour ends',
    ['b 04:59:58', 'c 05:00:03', 'd 05:00:04'],
    ['20261129-045958, schedule, b 04:59:58 c 05:00:03 d 05:00:04'],
  ],
  ['a run over midnight', ['b 23:59:58', 'c 23:59:59', 'd 23:59:59'], ['20261129-235958, schedule, b 23:59:58 c 23:59:59 d 23:59:59']],
  [
    'snapshots one hour apart',
    ['b 04:00:00', 'c 04:30:00', 'd 05:00:00'],
    [
      '20261129-050000, schedule, d 05:00:00, missing-node (no snapshot of b), missing-node (no snapshot of c)',
      '20261129-040000, schedule, b 04:00:00 c 04:30:00, missing-node (no snapshot of d)',
    ],
  ],
  [
    'an hourly schedule whose runs follow closely',
    ['b 04:50:00', 'c 04:55:00', 'd 04:58:00', 'd 05:01:00', 'c 05:02:00', 'b 05:40:00'],
    ['20261129-050100, schedule, b 05:40:00 c 05:02:00 d 05:01:00', '20261129-045000, schedule, b 04:50:00 c 04:55:00 d 04:58:00'],
  ],
  [
    'an hourly schedule that missed a node: the next run is whole',
    ['b 04:05:00', 'c 04:55:00', 'd 05:01:00', 'b 05:02:00', 'c 05:03:00'],
    [
      '20261129-050100, schedule, b 05:02:00 c 05:03:00 d 05:01:00',
      '20261129-040500, schedule, b 04:05:00 c 04:55:00, missing-node (no snapshot of d)',
    ],
  ],
  [
    'an hourly schedule with a late snapshot',
    ['b 04:59:58', 'd 04:59:59', 'c 05:00:03', 'b 05:30:00', 'c 05:31:00', 'd 05:32:00'],
    ['20261129-053000, schedule, b 05:30:00 c 05:31:00 d 05:32:00', '20261129-045958, schedule, b 04:59:58 c 05:00:03 d 04:59:59'],
  ],
  [
    'a run that has begun',
    ['b 04:05:00', 'c 04:05:00', 'd 04:58:00', 'b 05:02:00'],
    [
      '20261129-050200, schedule, b 05:02:00, missing-node (no snapshot of c), missing-node (no snapshot of d)',
      '20261129-040500, schedule, b 04:05:00 c 04:05:00 d 04:58:00',
    ],
  ],
])('%s', async (_, times, expected) => {
  expect(await summarize(at(29, ...times))).toEqual(expected);
  expect(await summarize(at(29, ...times).reverse())).toEqual(expected);
});

test.each(['CREATING', 'UPLOADING', 'FAILED', 'DELETING'])('a set with a snapshot that is %s has a problem', async (status) => {
  expect(await summarize([...at(29, 'b 04:00:00', 'c 04:00:00'), snapshot('2026-11-29T04:01:00Z', { node: 'd', status })])).toEqual([
    `20261129-040000, schedule, b 04:00:00 c 04:00:00 d 04:01:00, not-ready (d is ${status})`,
  ]);
});

test('retention half way through leaves the oldest set incomplete', async () => {
  expect(await summarize([...at(15, 'd 04:50:00'), ...at(29, 'b 04:00:00', 'c 04:00:00', 'd 04:00:00')])).toEqual([
    '20261129-040000, schedule, b 04:00:00 c 04:00:00 d 04:00:00',
    '20261115-045000, schedule, d 04:50:00, missing-node (no snapshot of b), missing-node (no snapshot of c)',
  ]);
});

test('a set from before a node was added lacks its rows', async () => {
  const ring = findRing(stackWithRing({ nodes: 'bcde' }));
  expect(await summarize(at(29, 'b 04:00:00', 'c 04:00:00', 'd 04:00:00'), [], ring)).toEqual([
    '20261129-040000, schedule, b 04:00:00 c 04:00:00 d 04:00:00, missing-node (no snapshot of e)',
  ]);
});

test('a set from before a node was removed has rows that the other nodes need not have', async () => {
  expect(await summarize(at(29, 'b 04:00:00', 'c 04:00:00', 'd 04:00:00', 'e 04:00:00'))).toEqual([
    '20261129-040000, schedule, b 04:00:00 c 04:00:00 d 04:00:00 e 04:00:00, ' +
      'unknown-node (e is no longer a node of the ring, and its rows would be lost)',
  ]);
});

test.each<[string, Taken]>([
  ['another ring', { disk: 'production-cassandra-b-data' }],
  ['another ring whose name begins with that of this ring', { disk: 'staging-cassandra-eu-b-data' }],
  ['another ring with such a name and labels', { disk: 'staging-cassandra-eu-b-data', labels: { 'cassandra-node': 'b' } }],
  ['a disk of the same name in another zone', { zone: 'europe-west1-c' }],
  ['a disk of the same name in another project', { project: 'parking-production' }],
  ['the boot disk', { disk: 'staging-cassandra-b' }],
  ['a disk that looks like a later generation', { disk: 'staging-cassandra-b-data-1' }],
  ['a disk with a suffix', { disk: 'staging-cassandra-b-data-old' }],
  ['a disk with a label of another node', { labels: { 'cassandra-node': 'c' } }],
  ['no disk', { sourceDisk: undefined }],
  ['a regional disk', { sourceDisk: 'projects/parking-staging/regions/europe-west1/disks/staging-cassandra-b-data' }],
])('a snapshot of %s is not of the ring', async (_, taken) => {
  expect(await summarize([snapshot('2026-11-29T04:00:00Z', taken)])).toEqual([]);
});

test('the source disk may be named by the number of the project, and have unknown labels', async () => {
  const labels = { team: 'blue', 'goog-terraform-provisioned': 'true', 'cassandra-node': 'b' };
  expect(await list([snapshot('2026-11-29T04:00:00Z', { project: '123456', labels })])).toHaveLength(1);
});

describe('several disks of a node', () => {
  const night = at(29, 'c 04:00:00', 'd 04:00:00');

  test('the newest generation is of the set, also when a former one is still on the schedule', async () => {
    const former = snapshot('2026-11-29T04:30:00Z', { sourceDiskId: '1' });
    const present = snapshot('2026-11-29T04:10:00Z', { disk: 'staging-cassandra-b-data-10', sourceDiskId: '2' });
    const earlier = snapshot('2026-11-29T04:20:00Z', { disk: 'staging-cassandra-b-data-9', sourceDiskId: '3' });
    expect(await summarize([...night, former, present, earlier])).toEqual(['20261129-040000, schedule, b 04:10:00 c 04:00:00 d 04:00:00']);
  });

  test('a snapshot of a former generation is no replacement for one that failed', async () => {
    const former = snapshot('2026-11-29T04:30:00Z');
    const failed = snapshot('2026-11-29T04:10:00Z', { disk: 'staging-cassandra-b-data-2', sourceDiskId: '2', status: 'FAILED' });
    expect(await summarize([...night, former, failed])).toEqual([
      '20261129-040000, schedule, b 04:10:00 c 04:00:00 d 04:00:00, not-ready (b is FAILED)',
    ]);
  });

  test('of two disks with one name, the later one is of the set', async () => {
    const lost = snapshot('2026-11-29T04:10:00Z', { sourceDiskId: '1' });
    const replaced = snapshot('2026-11-29T04:40:00Z', { sourceDiskId: '2', status: 'CREATING' });
    expect(await summarize([...night, lost, replaced])).toEqual([
      '20261129-040000, schedule, b 04:40:00 c 04:00:00 d 04:00:00, not-ready (b is CREATING)',
    ]);
  });

  test('a snapshot that is larger than the newest disk cannot be restored to it', async () => {
    const disks = [
      { name: 'staging-cassandra-b-data', zone: 'europe-west1-b', sizeGb: '200' },
      { name: 'staging-cassandra-b-data-2', zone: 'europe-west1-b', sizeGb: '50' },
      { name: 'staging-cassandra-c-data', zone: 'europe-west1-c', sizeGb: '100' },
    ];
    expect(await summarize([...night, ...at(29, 'b 04:00:00')], disks)).toEqual([
      '20261129-040000, schedule, b 04:00:00 c 04:00:00 d 04:00:00, too-small (b has 100 GiB, and its disk 50 GiB)',
    ]);
  });
});

describe('sets of a job', () => {
  const job = (id: string, nodes: string, members: Taken = {}): ComputeResource[] =>
    [...nodes].map((node) =>
      snapshot('2026-11-29T04:15:00Z', {
        ...{ node, autoCreated: false, labels: { 'cassandra-snapshot-set': id, ...(members.labels as object) } },
        ...{ name: `${id}-${node}-${members.suffix ?? ''}`, status: members.status ?? 'READY' },
      }),
    );

  test('are found by their label, beside the snapshots of the schedule', async () => {
    const snapshots = [...job('20261129-041500', 'bcd'), ...at(29, 'b 04:15:01', 'c 04:15:00', 'd 04:15:00')];
    expect(await summarize(snapshots)).toEqual([
      '20261129-041500-2, schedule, b 04:15:01 c 04:15:00 d 04:15:00',
      '20261129-041500, label, b 04:15:00 c 04:15:00 d 04:15:00',
    ]);
  });

  test('that are marked cannot be restored, whichever snapshot has the mark', async () => {
    const snapshots = [
      ...job('night', 'b', { labels: { 'cassandra-snapshot-set-state': 'freeze-failed' } }),
      ...job('night', 'cd', { labels: { 'cassandra-snapshot-set-state': 'valid' } }),
    ];
    expect(await summarize(snapshots)).toEqual(['night, job, b 04:15:00 c 04:15:00 d 04:15:00, marked-invalid (freeze-failed)']);
  });

  test('have the snapshot of a second attempt', async () => {
    const snapshots = [...job('night', 'bcd'), ...job('night', 'b', { status: 'FAILED', suffix: 'first' })];
    expect(await summarize(snapshots)).toEqual(['night, label, b 04:15:00 c 04:15:00 d 04:15:00']);
  });
});

describe('labels that say more than the snapshots', () => {
  /** Snapshots with the label of a set, of nodes by time. */
  const labelled = (id: string, times: readonly string[], members: Taken = {}, labels: object = {}): ComputeResource[] =>
    times.map((text) => {
      const [node, time] = text.split(' ');
      const changes = { name: `${id}-${node}`, autoCreated: false, labels: { 'cassandra-snapshot-set': id, ...labels } };
      return snapshot(`2026-11-29T${time}Z`, { node, ...changes, ...members });
    });
  const valid = { 'cassandra-snapshot-set-state': 'valid' };

  test('join no snapshots that are more than an hour apart', async () => {
    expect(await summarize(labelled('mine', ['b 02:00:00', 'c 12:00:00', 'd 22:00:00']))).toEqual([
      'mine, label, b 02:00:00 c 12:00:00 d 22:00:00, skewed (the snapshots are 20 h apart, more than 1 h)',
    ]);
    expect(await summarize(labelled('mine', ['b 02:00:00', 'c 02:30:00', 'd 03:00:00']))).toEqual([
      'mine, label, b 02:00:00 c 02:30:00 d 03:00:00',
    ]);
    expect(await summarize(labelled('night', ['b 02:00:00', 'c 02:00:00', 'd 03:01:00'], {}, valid))).toEqual([
      'night, job, b 02:00:00 c 02:00:00 d 03:01:00, skewed (the snapshots are 1 h 1 min apart, more than 1 h)',
    ]);
  });

  test('join those of replaced disks, whose nodes were stopped', async () => {
    expect(await summarize(labelled('before-x', ['b 02:00:00', 'c 12:00:00', 'd 22:00:00']))).toEqual([
      'before-x, label, b 02:00:00 c 12:00:00 d 22:00:00',
    ]);
  });

  test('make no set valid without a guest flush, where the API returns it', async () => {
    const night = ['b 02:00:00', 'c 02:00:00', 'd 02:00:00'];
    const flushed = labelled('flushed', night, { guestFlush: true }, valid);
    const unflushed = labelled('other', night, {}, valid);
    expect(await summarize([...flushed, ...unflushed.slice(0, 2), { ...unflushed[2]!, guestFlush: true }])).toEqual([
      'flushed, job, b 02:00:00 c 02:00:00 d 02:00:00',
      'other, job, b 02:00:00 c 02:00:00 d 02:00:00, not-flushed (b has no guest flush), not-flushed (c has no guest flush)',
    ]);
    expect(await summarize(unflushed)).toEqual(['other, job, b 02:00:00 c 02:00:00 d 02:00:00']);
    expect(await summarize([...flushed, ...labelled('mine', night)])).toEqual([
      'flushed, job, b 02:00:00 c 02:00:00 d 02:00:00',
      'mine, label, b 02:00:00 c 02:00:00 d 02:00:00',
    ]);
  });
});

test('each snapshot by hand stands alone, beside the run in whose hour it was taken', async () => {
  const byHand = snapshot('2026-11-29T04:00:30Z', { node: 'd', autoCreated: undefined, name: 'before-upgrade' });
  expect(await summarize([...at(29, 'b 04:00:00', 'c 04:01:00'), byHand])).toEqual([
    '20261129-040000, schedule, b 04:00:00 c 04:01:00, missing-node (no snapshot of d)',
    'before-upgrade, manual, d 04:00:30, missing-node (no snapshot of b), missing-node (no snapshot of c)',
  ]);
});

test('the only snapshot of a ring of one node is a set', async () => {
  const ring = findRing(stackWithRing({ nodes: 'b' }));
  const byHand = snapshot('2026-11-29T04:00:30Z', { autoCreated: false, name: 'before-upgrade' });
  expect(await summarize([byHand], [], ring)).toEqual(['before-upgrade, manual, b 04:00:30']);
});

test('a snapshot from the future has no age', async () => {
  const taken = '2026-11-30T03:10:01Z';
  expect(await summarize(['b', 'c', 'd'].map((node) => snapshot(node === 'c' ? taken : '2026-11-30T03:09:00Z', { node })))).toEqual([
    '20261130-030900, schedule, b 03:09:00 c 03:10:01 d 03:09:00, from-the-future (c was taken at 2026-11-30T03:10:01.000Z)',
  ]);
});

test('a snapshot without a time is an error that names it', async () => {
  const listed = list([snapshot('2026-11-29T04:00:00Z', { name: 'odd', creationTimestamp: undefined })]);
  await expect(listed).rejects.toThrow(RecoveryError);
  await expect(listed).rejects.toThrow("snapshot odd of staging-cassandra-b-data has no time: 'creationTimestamp' is undefined");
});

test('a ring without snapshots has no sets', async () => {
  expect(await list([])).toEqual([]);
});
