import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRing, type NodeShell, UnreachableError } from '../../lib/operations';
import { readNewestWrite } from '../../lib/recovery/newest-write';
import { stackWithRing } from '../operations/rings';

jest.setTimeout(60_000);

const RING = findRing(stackWithRing());
let folder: string;
let flushed: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'newest write '));
  flushed = path.join(folder, 'flushed');
  program('nodetool', `echo "$*" >>"${flushed}"`);
  program(
    'sstablemetadata',
    `[ $# -le 100 ] && echo $# >>"${folder}/read"; for file in "$@"; do echo "SSTable: \${file%-Data.db}"; echo "Minimum timestamp: 9"; echo "Maximum timestamp: 11/30/2026 10:26:25 ($(cat "$file"))"; done`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, script: string): void {
  writeFileSync(path.join(folder, name), `#!/bin/bash\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

function sstable(node: string, table: string, name: string, newest: string, age: number): void {
  const file = path.join(folder, node, 'data', table, `${name}-Data.db`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, newest);
  utimesSync(file, 2_000_000_000 - age, 2_000_000_000 - age);
}

/** Nodes whose data directories are folders here; others are unreachable. */
const shell = (...reachable: string[]): NodeShell => ({
  formatCommand: () => '',
  run: async ({ name }, script) => {
    if (!reachable.includes(name)) throw new UnreachableError('it is down');
    mkdirSync(path.join(folder, name, 'data', 'system'), { recursive: true });
    const run = spawnSync('bash', ['-c', script.replaceAll('/var/lib/cassandra', `"${path.join(folder, name)}"`)], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    });
    return { status: run.status!, stdout: run.stdout, stderr: run.stderr };
  },
});

test('the newest write of all tables and nodes is read, after a flush', async () => {
  sstable('b', 'shop/orders-1', 'nb-1-big', '1764100000000000', 9);
  sstable('b', 'shop/orders-1', 'nb-2-big', '1764100001000000', 1);
  sstable('b', 'shop/customers 2', 'nb-1-big', '1764100009000000', 5);
  sstable('b', 'system_auth/roles-1', 'nb-1-big', '1999999999000000', 0);
  sstable('c', 'other/things-1', 'nb-1-big', '1764100003000000', 0);
  expect(await readNewestWrite(shell('b', 'c', 'd'), RING)).toEqual({ time: 1764100009000, unread: [] });
  expect(spawnSync('sort', [flushed], { encoding: 'utf8' }).stdout).toBe('flush -- other\nflush -- shop\n');
});

test('a compaction of older rows that ended after the last flush does not hide the newest write', async () => {
  sstable('b', 'shop/orders-1', 'nb-8-big', '1764100009000000', 60);
  sstable('b', 'shop/orders-1', 'nb-9-big', '1764000000000000', 1);
  expect((await readNewestWrite(shell('b'), RING)).time).toBe(1764100009000);
});

test('many SSTables are read in hundreds, without those of snapshots', async () => {
  for (let n = 1; n <= 203; n++) sstable('b', 'shop/orders-1', `nb-${n}-big`, `${1764100000000000 + n * 1000}`, n);
  sstable('b', 'shop/orders-1/snapshots/before', 'nb-1-big', '1999999999000000', 0);
  expect((await readNewestWrite(shell('b'), RING)).time).toBe(1764100000203);
  expect(readFileSync(path.join(folder, 'read'), 'utf8')).toBe('100\n100\n3\n');
});

test('SSTables that cannot be read are no older write', async () => {
  sstable('c', 'other/things-1', 'nb-1-big', '1764100003000000', 0);
  sstable('c', 'other/things-1', 'nb-2-big', 'none', 0);
  expect(await readNewestWrite(shell('c'), RING)).toEqual({ time: undefined, unread: ['b', 'c', 'd'] });
});

test('nodes that are unreachable are named', async () => {
  sstable('c', 'other/things-1', 'nb-1-big', '1764100003000000', 0);
  expect(await readNewestWrite(shell('c'), RING)).toEqual({ time: 1764100003000, unread: ['b', 'd'] });
});

test('it is unknown without a table, and where no node answers', async () => {
  expect(await readNewestWrite(shell('b', 'c', 'd'), RING)).toEqual({ time: undefined, unread: [] });
  expect(await readNewestWrite(shell(), RING)).toEqual({ time: undefined, unread: ['b', 'c', 'd'] });
});

test('it is unknown when the tables cannot be flushed', async () => {
  sstable('c', 'other/things-1', 'nb-1-big', '1764100003000000', 0);
  program('nodetool', 'exit 1');
  expect(await readNewestWrite(shell('c'), RING)).toEqual({ time: undefined, unread: ['b', 'c', 'd'] });
});
