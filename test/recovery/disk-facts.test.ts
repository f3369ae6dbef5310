import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DISK_FACTS } from '../../lib/recovery/vm/disk-program';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'disk-facts-'));
  writeFileSync(path.join(folder, 'disk_facts.py'), DISK_FACTS);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Result of a function of the program. */
function call(name: string, ...words: readonly unknown[]): unknown {
  const program = `import json, sys
import disk_facts
print(json.dumps(getattr(disk_facts, sys.argv[1])(*json.loads(sys.argv[2]))))`;
  const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  return JSON.parse(
    execFileSync('python3', ['-c', program, name, JSON.stringify(words)], { cwd: folder, env: environment, encoding: 'utf8' }),
  );
}

/** SSTable as sstabledump -t prints it. */
const dump = (...cells: readonly object[]) => [
  { partition: { key: ['local'] }, rows: [{ type: 'row', liveness_info: { tstamp: '100' }, cells }] },
];

test('the newest value of each cell counts, in whatever SSTable', () => {
  const old = dump(
    { name: 'rack', value: 'one', tstamp: '10' },
    { name: 'cluster_name', value: 'shop', tstamp: '10' },
    { name: 'gone', value: 'x' },
  );
  const recent = dump(
    { name: 'rack', value: 'two', tstamp: '20' },
    { name: 'gone', deletion_info: { local_delete_time: '1' }, tstamp: '101' },
  );
  for (const dumps of [
    [old, recent],
    [recent, old],
  ])
    expect(call('merge_cells', dumps)).toEqual({ rack: 'two', cluster_name: 'shop' });
});

test('tokens from before the set was written again do not count', () => {
  const old = dump({ name: 'tokens', path: ['-1'], value: '' }, { name: 'tokens', path: ['-2'], value: '' });
  const recent = dump(
    { name: 'tokens', deletion_info: { marked_deleted: '199', local_delete_time: '1' } },
    { name: 'tokens', path: ['3'], value: '', tstamp: '200' },
    { name: 'tokens', path: ['4'], deletion_info: { local_delete_time: '1' }, tstamp: '201' },
  );
  expect(call('merge_cells', [old, recent])).toEqual({ tokens: ['3'] });
  expect(call('merge_cells', [old])).toEqual({ tokens: ['-1', '-2'] });
});

test('replicas in the data centre of the disk', () => {
  const topology = { class: 'org.apache.cassandra.locator.NetworkTopologyStrategy', dc1: '3' };
  expect(call('count_copies', topology, 'dc1')).toEqual([3, true]);
  expect(call('count_copies', topology, 'dc2')).toEqual([0, true]);
  expect(call('count_copies', { class: 'SimpleStrategy', replication_factor: '2' }, 'dc1')).toEqual([2, false]);
  expect(call('count_copies', { class: 'com.example.OwnStrategy' }, 'dc1')).toEqual([0, false]);
});

const QUARTER = 2 ** 62;
const node = (rack: string, ...tokens: readonly number[]) => [rack, tokens];

test.each([
  ['a ring of one node has all rows', { own: node('a', 5) }, 1, true, 1],
  ['one node of each rack has all rows', { own: node('a', 0), b: node('b', QUARTER), c: node('c', -QUARTER) }, 3, true, 1],
  ['three nodes in one rack with three replicas have all rows', { own: node('a', 0), b: node('a', 1), c: node('a', 2) }, 3, true, 1],
  ['more replicas than nodes', { own: node('a', 0), b: node('b', QUARTER) }, 3, true, 1],
  [
    'two nodes in the rack share its copy',
    { own: node('a', 0), a2: node('a', -2 * QUARTER), b: node('b', QUARTER), b2: node('b', -QUARTER) },
    2,
    true,
    0.5,
  ],
  [
    'two replicas of four nodes without racks',
    { own: node('a', 0), b: node('a', QUARTER), c: node('a', -2 * QUARTER), d: node('a', -QUARTER) },
    2,
    false,
    0.5,
  ],
  ['a keyspace of another data centre', { own: node('a', 0), b: node('b', QUARTER) }, 0, true, 0],
])('%s', (_, nodes, copies, byRack, share) => {
  expect(call('owned_share', 'own', nodes, copies, byRack)).toBe(share);
});
