import { RefusedError } from '../../lib/core/reported-error';
import { findRing } from '../../lib/operations';
import type { ComputeResource } from '../../lib/recovery/compute-engine';
import { listCopiedSets, listRestorableSets } from '../../lib/recovery/copied-sets';
import { describeSetProblem, type SnapshotSet, snapshotPath } from '../../lib/recovery/snapshot-set';
import { stackWithRing } from '../operations/rings';

const RING = findRing(stackWithRing());
const NOW = Date.parse('2026-11-30T03:00:00Z');
const SET = '20261129-041500';
const VAULT = 'parking-vault';

/** Copy as the API lists it, of a set that was taken at 04:15, and copied an hour later. */
function copy(node: string, labels: Record<string, string | undefined> = {}, members: object = {}): ComputeResource {
  const all = {
    'cassandra-ring': RING.name,
    'cassandra-node': node,
    'cassandra-snapshot-set': SET,
    'cassandra-snapshot-set-size': '3',
    'cassandra-snapshot-set-state': 'valid',
    'cassandra-copy-of': '77',
    'cassandra-copy-project': 'parking-staging',
    'cassandra-copy-disk': `staging-cassandra-${node}-data`,
    'cassandra-copy-zone': `europe-west1-${node}`,
    'cassandra-copy-time': String(Date.parse('2026-11-29T04:15:00Z') / 1000 + 'bcd'.indexOf(node)),
    ...labels,
  };
  return {
    name: `staging-cassandra-${node}-${SET}`,
    creationTimestamp: '2026-11-29T05:20:00Z',
    sourceDisk: `projects/${VAULT}/zones/europe-west4-b/disks/staging-cassandra-copy-0a1b2c3d`,
    diskSizeGb: '100',
    status: 'READY',
    labels: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, string>,
    ...members,
  };
}

const COPIES = ['b', 'c', 'd'].map((node) => copy(node));
const filters: (string | undefined)[] = [];

function clientOf(snapshots: readonly ComputeResource[]) {
  return {
    project: VAULT,
    compute: {
      snapshots: async (filter?: string) => {
        filters.push(filter);
        return snapshots;
      },
    },
  };
}

function list(snapshots: readonly ComputeResource[], disks?: readonly ComputeResource[]): Promise<SnapshotSet[]> {
  const compute = disks && { disks: async (zone: string) => disks.filter((disk) => disk.zone === zone) };
  return listCopiedSets({ copies: clientOf(snapshots), ring: RING, now: NOW, ...(compute && { compute }) });
}

const problems = async (...parameters: Parameters<typeof list>) =>
  (await list(...parameters)).map((set) => set.problems.map(describeSetProblem).join(', '));

test('a copied set has the nodes, disks and times of the originals, and its own project', async () => {
  const [set, ...others] = await list(COPIES);
  expect(others).toEqual([]);
  expect(set).toMatchObject({
    ...{ id: SET, origin: 'job', problems: [], copy: { project: VAULT, of: 'parking-staging' } },
    ...{ takenAt: Date.parse('2026-11-29T04:15:00Z'), lastTakenAt: Date.parse('2026-11-29T04:15:02Z') },
  });
  const snapshot = set!.snapshots.get('c')!;
  expect(snapshot).toMatchObject({ disk: 'staging-cassandra-c-data', zone: 'europe-west1-c', sizeGiB: 100 });
  expect(snapshot.isFlushed).toBeUndefined();
  expect(snapshotPath(RING, snapshot)).toBe(`projects/parking-vault/global/snapshots/staging-cassandra-c-${SET}`);
  expect(filters.at(-1)).toBe('labels.cassandra-ring=staging-cassandra AND labels.cassandra-copy-of:*');
});

test.each<[string, readonly ComputeResource[], string]>([
  ['incomplete', COPIES.slice(1), 'missing-node (no snapshot of b)'],
  ['not READY', [...COPIES.slice(1), copy('b', {}, { status: 'UPLOADING' })], 'not-ready (b is UPLOADING)'],
  ['unfinished', [...COPIES.slice(1), copy('b', { 'cassandra-snapshot-set-state': 'unfinished' })], 'marked-invalid (unfinished)'],
  ['without a state', [...COPIES.slice(1), copy('b', { 'cassandra-snapshot-set-state': undefined })], 'marked-invalid (unfinished)'],
])('a copied set that is %s is invalid', async (_, snapshots, problem) => {
  expect(await problems(snapshots)).toEqual([problem]);
});

test('sizes are compared with the disks of the ring only when its project is read', async () => {
  const disks = [{ name: 'staging-cassandra-b-data', zone: 'europe-west1-b', sizeGb: '50' }];
  expect(await problems(COPIES)).toEqual(['']);
  expect(await problems(COPIES, disks)).toEqual(['too-small (b has 100 GiB, and its disk 50 GiB)']);
});

test.each(['cassandra-node', 'cassandra-copy-time', 'cassandra-copy-zone', 'cassandra-copy-disk', 'cassandra-snapshot-set'])(
  'fails when a copy has no label %s',
  async (label) => {
    const rest = COPIES.slice(1);
    await expect(list([copy('b', { [label]: undefined }), ...rest])).rejects.toThrow(
      `snapshot staging-cassandra-b-${SET} of project parking-vault is no complete copy: its label '${label}' is ''`,
    );
  },
);

describe('several projects', () => {
  const from = (project: string) => ['b', 'c', 'd'].map((node) => copy(node, { 'cassandra-copy-project': project }));

  test('copies from the project of the ring come before others', async () => {
    expect(await list([...from('old-project'), ...COPIES])).toMatchObject([{ copy: { of: 'parking-staging' }, problems: [] }]);
  });

  test('copies from the one other project are those of a project that was lost', async () => {
    expect(await list(from('old-project'))).toMatchObject([{ copy: { of: 'old-project' }, problems: [] }]);
  });

  test('fails with several others', async () => {
    const listed = list([...from('old-project'), ...from('older-project')]);
    await expect(listed).rejects.toThrow(RefusedError);
    await expect(listed).rejects.toThrow(
      'project parking-vault has copies of staging-cassandra from several projects, and none from parking-staging: old-project, older-project',
    );
  });

  test('copies of another ring are none of this one', async () => {
    expect(await list(['b', 'c', 'd'].map((node) => copy(node, { 'cassandra-ring': 'other' })))).toEqual([]);
  });
});

test('a restore from copies can go back: the sets that restores took before are in the ring’s own project', async () => {
  const own = (id: string) => ({
    name: `${id}-b`,
    ...{ creationTimestamp: '2026-11-29T06:00:00Z', status: 'READY', diskSizeGb: '100' },
    sourceDisk: 'projects/parking-staging/zones/europe-west1-b/disks/staging-cassandra-b-data',
    labels: { 'cassandra-node': 'b', 'cassandra-snapshot-set': id },
  });
  const snapshots = [own('before-20261129-060000'), own('20261129-000000')];
  const compute = { snapshots: async () => snapshots, disks: async () => [] };
  const options = { compute, ring: RING, now: NOW };
  const ids = async (copies?: ReturnType<typeof clientOf>) => (await listRestorableSets({ ...options, copies })).map(({ id }) => id).sort();
  expect(await ids(clientOf(COPIES))).toEqual([SET, 'before-20261129-060000']);
  expect(await ids()).toEqual(['20261129-000000', 'before-20261129-060000']);
});

test('a restore from a project without copies is refused, and names the project', async () => {
  const compute = { snapshots: async () => [], disks: async () => [] };
  const listed = listRestorableSets({ compute, ring: RING, now: NOW, copies: clientOf([]) });
  await expect(listed).rejects.toEqual(new RefusedError('project parking-vault has no copies of the sets of staging-cassandra'));
});
