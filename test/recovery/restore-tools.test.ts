import type { DiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { findRing, type NodeShell, UnreachableError } from '../../lib/operations';
import type { ComputeResource } from '../../lib/recovery/compute-engine';
import { createRestoreTools, type RestoreToolsOptions } from '../../lib/recovery/restore-tools';
import { stackWithRing } from '../operations/rings';

const RING = findRing(stackWithRing());
const DISK = 'staging-cassandra-b-data';
const SET = 'before-20261130-031500';

const unused = (): never => {
  throw new Error('not called here');
};

function tools(changes: Partial<RestoreToolsOptions>) {
  return createRestoreTools({
    ...{ ring: RING, reason: 'restore of set any', synthesize: unused, verify: unused, stop: unused, start: unused },
    ...{ confirm: unused, listSets: unused, readRows: unused, shell: { run: unused, formatCommand: unused } },
    compute: { disk: unused, createSnapshot: unused, instance: unused },
    secrets: { latestVersionCreatedAt: unused },
    disksFile: { read: unused, write: unused },
    ...changes,
  });
}

const disk: ComputeResource = { name: DISK, labels: { 'cassandra-cluster': 'staging', other: 'label' } };

test('a snapshot of a present disk is labelled with its set', async () => {
  const taken: unknown[] = [];
  const compute: RestoreToolsOptions['compute'] = {
    disk: async () => disk,
    instance: unused,
    createSnapshot: async (of, body) => {
      taken.push([of, body]);
      return { ...body, status: 'READY' };
    },
  };
  expect(await tools({ compute }).takeSnapshot('b', DISK, SET)).toBe('staging-cassandra-b-data-20261130031500');
  const labels = { 'cassandra-cluster': 'staging', 'cassandra-node': 'b', 'cassandra-snapshot-set': SET };
  expect(taken).toEqual([
    [
      { zone: 'europe-west1-b', name: DISK },
      { name: 'staging-cassandra-b-data-20261130031500', labels },
    ],
  ]);
});

test('a snapshot that is not READY is an error', async () => {
  const compute: RestoreToolsOptions['compute'] = {
    disk: async () => disk,
    createSnapshot: async (_, body) => ({ ...body, status: 'FAILED' }),
    instance: unused,
  };
  await expect(tools({ compute }).takeSnapshot('b', DISK, SET)).rejects.toThrow('must be READY, got FAILED');
});

test('the disks of a node are read in its zone', async () => {
  const compute: RestoreToolsOptions['compute'] = {
    disk: async ({ zone, name }) => (zone === 'europe-west1-c' && name === 'staging-cassandra-c-data-2' ? disk : undefined),
    createSnapshot: unused,
    instance: unused,
  };
  expect(await tools({ compute }).hasDisk('c', 'staging-cassandra-c-data-2')).toBe(true);
  expect(await tools({ compute }).hasDisk('b', 'staging-cassandra-c-data-2')).toBe(false);
});

test.each([
  ['https://www.googleapis.com/compute/v1/projects/p/global/snapshots/night-c', 'projects/p/global/snapshots/night-c'],
  [undefined, undefined],
])('the source of a disk is read: %s', async (sourceSnapshot, source) => {
  const compute = { createSnapshot: unused, instance: unused, disk: async () => ({ ...disk, sourceSnapshot }) };
  expect(await tools({ compute }).diskSource('b', DISK)).toBe(source);
});

test('the attached disks of a VM are read', async () => {
  const source = 'https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-c/disks/';
  const instance: RestoreToolsOptions['compute']['instance'] = async ({ zone, name }) =>
    zone === 'europe-west1-c'
      ? { name, disks: [{ source: `${source}boot` }, { source: `${source}data-2` }, { type: 'SCRATCH' }] }
      : undefined;
  const { attachedDisks } = tools({ compute: { disk: unused, createSnapshot: unused, instance } });
  expect(await attachedDisks('c')).toEqual(['boot', 'data-2']);
  expect(await attachedDisks('b')).toEqual([]);
});

test('the stack is synthesized with the new disks file', () => {
  const order: string[] = [];
  let written: DiskGenerations = {};
  tools({
    disksFile: {
      read: unused,
      write: (generations) => {
        order.push('write');
        written = generations;
      },
    },
    synthesize: () => {
      order.push('synthesize');
      return { ring: RING, stack: { folder: '', synthesized: {}, environment: {} } };
    },
  }).writeGenerations({ b: { generation: 2, from: 'any', kept: [] } });
  expect(order).toEqual(['write', 'synthesize']);
  expect(written.b!.generation).toBe(2);
});

test.each([
  ['success', { status: 0, stdout: '', stderr: '' }, undefined],
  [
    'failure',
    { status: 2, stdout: 'starting\n', stderr: 'error: no space left\n' },
    "'nodetool repair --full -pr' on b ended with 2: error: no space left",
  ],
  ['silence', { status: 1, stdout: '', stderr: '' }, "'nodetool repair --full -pr' on b ended with 1: no output"],
])('a repair reports %s', async (_, answer, problem) => {
  const shell: NodeShell = { formatCommand: unused, run: async () => answer };
  expect(await tools({ shell }).repair('b')).toBe(problem);
});

test('a repair on a VM that does not answer is a problem', async () => {
  const shell: NodeShell = { formatCommand: unused, run: () => Promise.reject(new UnreachableError('timeout')) };
  expect(await tools({ shell }).repair('b')).toBe("it is unknown whether 'nodetool repair --full -pr' ran on b: timeout");
});
