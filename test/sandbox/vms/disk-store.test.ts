import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskStore } from '../../../lib/sandbox/vms/disk-store';
import { testWith } from './installed';

const GIB = 2 ** 30;
const testWithCopies = process.platform === 'linux' ? testWith('cp') : test.skip;

let folder: string;
let store: DiskStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disks-'));
  store = new DiskStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(id: string, text: string): void {
  const file = openSync(store.image(id), 'r+');
  writeSync(file, text);
  closeSync(file);
}

function begin(id: string): string {
  const buffer = Buffer.alloc(4);
  const file = openSync(store.image(id), 'r');
  readSync(file, buffer);
  closeSync(file);
  return buffer.toString();
}

test('a blank disk is a sparse file of its size', async () => {
  await store.ensure({ id: '1', name: 'data', sizeGiB: 1 });
  const { size, blocks } = statSync(store.image('1'));
  expect(size).toBe(GIB);
  expect(blocks * 512).toBeLessThan(1_000_000);
});

test('the content of a disk persists; a disk grows with the one in the cloud, and never shrinks', async () => {
  await store.ensure({ id: '1', name: 'data', sizeGiB: 1 });
  write('1', 'mine');
  await store.ensure({ id: '1', name: 'data', sizeGiB: 2 });
  expect(statSync(store.image('1')).size).toBe(2 * GIB);
  await store.ensure({ id: '1', name: 'data', sizeGiB: 1 });
  expect(statSync(store.image('1')).size).toBe(2 * GIB);
  expect(begin('1')).toBe('mine');
});

testWithCopies('a disk made from a snapshot holds what the other held then', async () => {
  await store.ensure({ id: '1', name: 'data', sizeGiB: 1 });
  write('1', 'then');
  await store.takeSnapshot('1', 's');
  write('1', 'now!');
  await store.ensure({ id: '2', name: 'restored', sizeGiB: 2, snapshotId: 's' });
  expect(begin('2')).toBe('then');
  expect(begin('1')).toBe('now!');
  expect(statSync(store.image('2')).size).toBe(2 * GIB);
});

test('fails when the snapshot is empty', async () => {
  await expect(store.ensure({ id: '2', name: 'restored', sizeGiB: 1, snapshotId: 'gone' })).rejects.toThrow(
    'the snapshot was taken while no VM ran, and is empty',
  );
});

testWithCopies('disks and snapshots that the cloud does not have any more are removed', async () => {
  for (const id of ['1', '2']) await store.ensure({ id, name: id, sizeGiB: 1 });
  for (const id of ['s', 't']) await store.takeSnapshot('1', id);
  store.keepOnly(new Set(['2']), new Set(['t']));
  expect([store.image('1'), store.image('2')].map((path) => existsSync(path))).toEqual([false, true]);
  expect(['s', 't'].map((id) => store.hasSnapshot(id))).toEqual([false, true]);
});

testWithCopies('snapshots that were taken at the same time hold the same, and outlive each other', async () => {
  await store.ensure({ id: '1', name: 'data', sizeGiB: 1 });
  write('1', 'then');
  await store.takeSnapshot('1', 's');
  store.repeatSnapshot('s', 't');
  store.removeSnapshot('s');
  await store.ensure({ id: '2', name: 'restored', sizeGiB: 1, snapshotId: 't' });
  expect(begin('2')).toBe('then');
});
