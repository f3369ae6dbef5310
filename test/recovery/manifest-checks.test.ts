import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '../../lib/recovery/verification';
import { runRecoveryProgram } from './run-recovery-program';

const HOST = '6f4c2a9e-0000-4000-8000-000000000001';
const ID = '9a8b7c6d000011f08000aabbccddeeff';
const TAKEN = Date.parse('2026-11-29T04:15:20Z') / 1000;

const MANIFEST = {
  ...{ formatVersion: 1, cluster: 'parking', datacenter: 'europe-west1', rack: 'europe-west1-b', node: 'b' },
  ...{ hostId: HOST, tokens: ['-4', '9'], cassandraVersion: '5.0.8', takenAt: '2026-11-29T04:15:20Z', schemaDigest: 'abc' },
  sstables: ['nb-1-big', 'nb-2-big'].map((name) => ({ table: 'shop.orders', id: ID, name, bytes: 4, digest: '77' })),
  commitLogs: [{ name: 'CommitLog-7-1.log' }, { name: 'CommitLog-7-2.log' }],
  rows: [
    { keyspace: 'shop', table: 'orders', parts: 1, rows: 2, hash: 'aa' },
    { keyspace: 'shop', table: 'busy', parts: 1, rows: 5, hash: 'bb' },
    { keyspace: 'shop', table: 'large', parts: 64, rows: 3, hash: 'cc' },
  ],
  ...{ newestWrite: 1, canary: { id: 'canary-b', at: TAKEN * 1000 - 5000 } },
};

const TASK = {
  cluster: 'parking',
  datacenter: 'europe-west1',
  cassandraVersion: '5.0.8',
  numTokens: 2,
  steps: ['identity', 'files', 'boot', 'rows'],
};

const OTHER = '6f4c2a9e-0000-4000-8000-000000000002';

/** Rows of the table of canaries. */
const canaries = (own = 'canary-b', at = '2026-11-29T04:15:15.000+00:00', other = '2026-11-29T04:15:16.500+00:00') => [
  [HOST, own, at],
  [OTHER, 'canary-c', other],
];

/** Replication of a keyspace, as the CQL client reads it. */
function replicate(strategy: string, key: string, copies: number): string {
  return `{class: org.apache.cassandra.locator.${strategy}, ${key}: ${copies}}`;
}

/** Runs the checks of the real program against a disk in a folder, with a connection that answers from a table of rows. */
const DRIVER = `
import json, sys
import recovery
task, tables = json.loads(sys.argv[1]), json.loads(sys.argv[2])
node = recovery.Node(task, {'name': 'b', 'rack': 'europe-west1-b', 'takenAt': task['takenAt']})
node.joined = {'host_id': task['hostId']}

class Connection:
    def rows(self, statement, level):
        if 'gke_platform.canary' in statement:
            return task['canaries']
        if 'local_write_latency' in statement:
            return [['shop', name, str(table['writes'])] for name, table in tables.items() if "'%s'" % name in statement]
        if 'system.peers_v2' in statement:
            return [[datacenter] for datacenter in task['peers']]
        if 'system_schema.keyspaces' in statement:
            return list(task['keyspaces'].items())
        return [['shop', name] for name in tables] if 'system_schema.tables' in statement else []

def read_table(connection, keyspace, table, level, parts=1):
    found = tables[table]
    return (3, found['hash']) if parts > 1 else (found['rows'], found['hash'])

recovery.read_table = read_table
recovery.digest_schema = lambda connection: task['schemaDigest']
node.connection = Connection()
node.check(1, 'manifest', node.read_manifest())
if node.manifest:
    node.compare_files()
    node.compare_identity(task['hostId'], '{9, -4}')
    node.rows()
`;

describe('the checks against a manifest', () => {
  let root: string;
  let data: string;
  let manifest: Record<string, unknown>;
  let task: Record<string, unknown>;
  let tables: Record<string, { rows: number; hash: string; writes: number }>;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'manifest-'));
    data = join(root, 'var/lib/cassandra');
    for (const folder of [`data/shop/orders-${ID}`, 'commitlog']) mkdirSync(join(data, folder), { recursive: true });
    for (const { name } of MANIFEST.sstables) {
      writeFileSync(join(data, `data/shop/orders-${ID}/${name}-Data.db`), 'rows');
      writeFileSync(join(data, `data/shop/orders-${ID}/${name}-Digest.crc32`), '77\n');
    }
    for (const { name } of MANIFEST.commitLogs) writeFileSync(join(data, 'commitlog', name), '');
    manifest = structuredClone(MANIFEST);
    task = { ...TASK, hostId: HOST, takenAt: TAKEN - 20, schemaDigest: 'abc', canaries: canaries() };
    task.peers = ['europe-west1', 'europe-west1'];
    task.keyspaces = { shop: replicate('NetworkTopologyStrategy', 'europe-west1', 3) };
    tables = {
      orders: { rows: 2, hash: 'aa', writes: 0 },
      busy: { rows: 7, hash: 'other', writes: 2 },
      large: { rows: 900, hash: 'cc', writes: 0 },
      new: { rows: 1, hash: 'dd', writes: 1 },
    };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Messages of the program, in their order. */
  function listMessages(): {
    readonly check?: Check;
    readonly manifest?: unknown;
    readonly keyspace?: string;
    readonly replicas?: number;
  }[] {
    writeFileSync(join(data, 'snapshot-manifest.json'), JSON.stringify(manifest));
    const output = runRecoveryProgram(root, DRIVER, [JSON.stringify(task), JSON.stringify(tables)], data);
    return output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
  function run(): Check[] {
    return listMessages()
      .map(({ check }) => check)
      .filter(
        (check): check is Check =>
          check !== undefined && (check.level === 5 || check.code.startsWith('manifest') || check.outcome === 'failed'),
      );
  }
  const failures = (): string[] =>
    run()
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ code, table, detail }) => [code, table, detail].filter((part) => part !== undefined).join(' '));

  test('pass for the disk of the manifest, and say how much was compared', () => {
    expect(run().map(({ level, code, outcome, detail }) => [level, code, outcome, detail])).toEqual([
      [1, 'manifest', 'passed', undefined],
      [2, 'manifest-sstables', 'passed', '2 SSTables'],
      [2, 'manifest-commit-logs', 'passed', '2 segments'],
      [4, 'manifest-schema', 'passed', undefined],
      [5, 'canary', 'passed', 'of 2026-11-29T04:15:15.000+00:00'],
      [4, 'manifest-rows', 'passed', '2 of 4 tables have the rows of the manifest; not empty, and written after their reading: shop.busy'],
    ]);
  });

  test('the manifest that was used is reported with its digest', () => {
    const [first] = listMessages();
    const sha256 = createHash('sha256')
      .update(readFileSync(join(data, 'snapshot-manifest.json')))
      .digest('hex');
    expect(first).toEqual({ manifest: { node: 'b', takenAt: MANIFEST.takenAt, sha256 } });
    manifest.node = 'c';
    expect(listMessages().filter((message) => message.manifest !== undefined)).toEqual([]);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['another node', () => (manifest.node = 'c'), /^manifest node must be b, got c$/],
    ['another cluster', () => (manifest.cluster = 'other'), /^manifest cluster must be parking, got other$/],
    ['another host id', () => (manifest.hostId = 'x'), /^manifest hostId must be 6f4c2a9e-\S+, got x$/],
    ['another day', () => (task.takenAt = TAKEN + 86_400), /^manifest it is of 2026-11-29T04:15:20Z, and the snapshot of 2026-11-30T/],
    ['the time before its snapshot', () => (task.takenAt = TAKEN + 90), /^manifest it is of /],
    ['an unknown format', () => (manifest.formatVersion = 2), /^manifest its formatVersion must be 1, got 2$/],
    ['no list of SSTables', () => (manifest.sstables = 3), /^manifest sstables must be a list$/],
    ['no time', () => delete manifest.takenAt, /^manifest it cannot be read: KeyError/],
    ['other tokens', () => (manifest.tokens = ['9']), /^manifest its tokens is not that of the disk$/],
    ['another schema', () => (task.schemaDigest = 'x'), /^manifest-schema the schema is not that of the manifest$/],
  ])('fail for the manifest of %s', (_, change, message) => {
    change();
    expect(failures()).toEqual([expect.stringMatching(message)]);
  });

  const sstable = (name: string): string => join(data, `data/shop/orders-${ID}/${name}`);

  test.each<[string, () => void, string]>([
    [
      'a removed SSTable',
      () => void ['Data.db', 'Digest.crc32'].map((part) => rmSync(sstable(`nb-2-big-${part}`))),
      'manifest-sstables shop.orders nb-2-big of 4 bytes is in the manifest, and not on the disk',
    ],
    ['a removed table', () => rmSync(sstable('..'), { recursive: true }), 'manifest-sstables shop.orders nb-1-big of 4 bytes is in'],
    [
      'a new SSTable',
      () => writeFileSync(sstable('nb-3-big-Data.db'), ''),
      'manifest-sstables shop.orders nb-3-big is on the disk, and not in',
    ],
    [
      'a truncated SSTable',
      () => writeFileSync(sstable('nb-2-big-Data.db'), 'r'),
      'nb-2-big has 1 bytes and digest 77, and in the manifest 4',
    ],
    ['another SSTable of the name', () => writeFileSync(sstable('nb-2-big-Digest.crc32'), '78'), 'nb-2-big has 4 bytes and digest 78'],
    ['a removed commit log', () => rmSync(join(data, 'commitlog/CommitLog-7-1.log')), 'the disk has no CommitLog-7-1.log'],
    ['a new commit log', () => writeFileSync(join(data, 'commitlog/CommitLog-7-3.log'), ''), 'not in the manifest: CommitLog-7-3.log'],
  ])('fail for a disk with %s', (_, damage, message) => {
    damage();
    expect(failures()[0]).toContain(message);
  });

  test.each<[string, () => unknown, string]>([
    ['other rows', () => (tables.orders!.hash = 'zz'), 'manifest-rows shop.orders has 2 rows (zz), and in the manifest 2 (aa)'],
    ['other rows in the part that was read', () => (tables.large!.hash = 'zz'), 'manifest-rows shop.large has 3 rows (zz)'],
    ['no rows', () => (tables.orders!.rows = 0), 'manifest-rows shop.orders has no rows, and had 2 or more'],
    ['no rows after later writes', () => (tables.busy!.rows = 0), 'manifest-rows shop.busy has no rows, and had 5 or more'],
    ['no such table', () => delete tables.orders, 'manifest-rows shop.orders is in the manifest, and was not read'],
  ])('fail for a table with %s', (_, change, message) => {
    change();
    expect(failures()).toEqual([expect.stringContaining(message)]);
  });

  test.each<[string, () => unknown, string]>([
    ['without its canary', () => (task.canaries = canaries().slice(1)), 'the canary canary-b is not on the disk'],
    ['with an older canary', () => (task.canaries = canaries('old')), 'must be canary-b, got old of 2026'],
    [
      'that reads from the live ring',
      () => (task.canaries = canaries('canary-b', undefined, '2026-11-29T04:16:21.000+00:00')),
      `the canary of ${OTHER} is of 2026-11-29T04:16:21.000+00:00`,
    ],
    [
      'whose canary is older than its snapshot can be',
      () => {
        manifest.canary = { id: 'canary-b', at: (TAKEN - 600) * 1000 };
        task.canaries = canaries('canary-b', '2026-11-29T04:05:20.000+00:00');
      },
      'it is of 2026-11-29T04:05:20.000+00:00',
    ],
  ])('fail for a clone %s', (_, change, message) => {
    change();
    expect(failures()).toEqual([expect.stringContaining(message)]);
    expect(failures()[0]).toMatch(/^canary /);
  });

  test('a manifest without a canary has no check of it', () => {
    manifest.canary = null;
    expect(run().map(({ code }) => code)).not.toContain('canary');
  });

  test('rows are not checked when the manifest has none, and could have some', () => {
    manifest.rows = [];
    task.hasAllDisks = true;
    expect(run().map(({ code }) => code)).not.toContain('manifest-rows');
  });

  describe('of a ring none of whose keyspaces a manifest can list', () => {
    const rows = (): unknown => run().filter(({ code }) => code === 'manifest-rows');
    const nothing = 'nothing to compare: NetworkTopologyStrategy gives no keyspace a replica on each of';

    beforeEach(() => {
      manifest.rows = [];
      task.peers = Array(5).fill('europe-west1');
      task.hasAllDisks = true;
    });

    test('have nothing to compare, and say so', () => {
      const detail = `${nothing} 6 nodes; the disks are compared with each other`;
      expect(rows()).toEqual([{ level: 4, code: 'manifest-rows', outcome: 'passed', node: 'b', detail }]);
    });

    test('have nothing to compare with SimpleStrategy', () => {
      task.peers = ['europe-west1', 'europe-west1'];
      task.keyspaces = { shop: replicate('SimpleStrategy', 'replication_factor', 3) };
      expect(rows()).toMatchObject([{ outcome: 'passed', detail: expect.stringContaining(`${nothing} 3 nodes;`) }]);
    });

    test('are not run unless all disks are verified', () => {
      task.hasAllDisks = false;
      const detail = `${nothing} 6 nodes; the disks of all zones can be compared with each other`;
      expect(rows()).toEqual([{ level: 4, code: 'manifest-rows', outcome: 'not-run', node: 'b', detail }]);
    });

    test('are not run when a keyspace with a replica on each node has a table', () => {
      task.keyspaces = { shop: replicate('NetworkTopologyStrategy', 'europe-west1', 6) };
      expect(rows()).toEqual([]);
    });

    test('fail when the manifest lists another table', () => {
      manifest.rows = [{ keyspace: 'shop', table: 'lost', parts: 1, rows: 2, hash: 'aa' }];
      expect(rows()).toMatchObject([{ outcome: 'failed', table: 'shop.lost' }]);
    });
  });

  test.each<[string, number, string, string, number, string[]]>([
    ['of the data centre', 3, 'NetworkTopologyStrategy', 'europe-west1', 3, []],
    ['of the data centre, also fewer than nodes', 2, 'NetworkTopologyStrategy', 'europe-west1', 2, []],
    ['of another data centre are none', 0, 'NetworkTopologyStrategy', 'other', 3, ['other']],
    ['of SimpleStrategy on every node', 3, 'SimpleStrategy', 'replication_factor', 3, []],
    ['of SimpleStrategy on some nodes are unknown', 0, 'SimpleStrategy', 'replication_factor', 2, []],
    ['of SimpleStrategy may be in another data centre', 0, 'SimpleStrategy', 'replication_factor', 3, ['other']],
    ['of an unknown strategy are unknown', 0, 'OwnStrategy', 'europe-west1', 3, []],
  ])('replicas %s: %i', (_, replicas, strategy, key, copies, peers) => {
    task.keyspaces = { system_auth: replicate('SimpleStrategy', 'replication_factor', 1), shop: replicate(strategy, key, copies) };
    task.peers = ['europe-west1', 'europe-west1', ...peers];
    expect(listMessages().filter(({ keyspace }) => keyspace !== undefined)).toEqual([{ keyspace: 'shop', replicas }]);
  });

  test('a manifest that is no JSON fails', () => {
    manifest = 'x' as never;
    expect(failures()).toEqual([expect.stringContaining('manifest it cannot be read')]);
    expect(readFileSync(join(data, 'snapshot-manifest.json'), 'utf8')).toBe('"x"');
  });
});
