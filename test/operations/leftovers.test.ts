import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  findLeftover,
  listLeftovers,
  type NodeShell,
  type RestoreLeftoverOptions,
  type RingNode,
  restoreLeftover,
  type ShellAnswer,
} from '../../lib/operations';
import { FakeRing } from './fake-ring';

const ID = '9a8b7c6d000011f08000aabbccddeeff';
const OTHER_ID = '00000000000011f08000aabbccddeeff';
const AT = 1_764_482_400_000;

/** Runs the scripts in a real bash, with a folder in place of the data disk and the configuration. */
class FolderShell implements NodeShell {
  public readonly folder = mkdtempSync(path.join(tmpdir(), 'leftovers '));

  public async run({ name }: RingNode, script: string): Promise<ShellAnswer> {
    const own = script
      .replaceAll('/var/lib/cassandra', path.join(this.folder, name))
      .replaceAll('/etc/cassandra', path.join(this.folder, name));
    const { status, stdout, stderr } = spawnSync('bash', ['-s'], { input: own, encoding: 'utf8' });
    return { status: status!, stdout, stderr };
  }

  public formatCommand(): string {
    return '';
  }

  public node(name: string, yaml = 'cluster_name: staging\n'): void {
    mkdirSync(path.join(this.folder, name, 'data/shop'), { recursive: true });
    writeFileSync(path.join(this.folder, name, 'cassandra.yaml'), yaml);
  }

  public snapshot(node: string, tag: string, files: Readonly<Record<string, string>>, table = `orders-${ID}`): void {
    const folder = path.join(this.folder, node, 'data/shop', table, 'snapshots', tag);
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  }
}

describe('list', () => {
  const { ring } = new FakeRing();
  let shell: FolderShell;
  const list = () => listLeftovers(shell, ring);
  const files = { 'oa-1-big-Data.db': 'rows', 'oa-2-big-Data.db': 'more', 'oa-1-big-TOC.txt': 'x' };

  beforeEach(() => {
    shell = new FolderShell();
    for (const name of ['b', 'c', 'd']) shell.node(name);
  });
  afterEach(() => rmSync(shell.folder, { recursive: true }));

  test('a drop is one leftover, whatever the times of the nodes', async () => {
    const manifest = JSON.stringify({ files: [], created_at: '2025-11-30T06:00:00Z', expires_at: '2025-12-07T06:00:00.000Z' });
    shell.snapshot('b', `dropped-${AT + 90_000}-orders`, { ...files, 'schema.cql': 'CREATE', 'manifest.json': manifest });
    shell.snapshot('c', `dropped-${AT}-orders`, files);
    const { leftovers, unread, withoutAutoSnapshot } = await list();
    expect({ unread: [...unread], withoutAutoSnapshot }).toEqual({ unread: [], withoutAutoSnapshot: [] });
    expect(leftovers).toHaveLength(1);
    const [{ copies, ...leftover }] = leftovers as [(typeof leftovers)[0]];
    const name = `dropped-${AT}-orders`;
    expect(leftover).toEqual({ name, kind: 'dropped', keyspace: 'shop', table: 'orders', tableId: ID, takenAt: AT });
    expect([...copies.values()]).toEqual([
      { node: 'c', tag: name, takenAt: AT, bytes: 9, sstables: 2, hasSchema: false, expiresAt: undefined },
      {
        ...{ node: 'b', tag: `dropped-${AT + 90_000}-orders`, takenAt: AT + 90_000, bytes: 15 + manifest.length },
        ...{ sstables: 2, hasSchema: true, expiresAt: Date.parse('2025-12-07T06:00:00Z') },
      },
    ]);
    for (const { tag } of copies.values()) expect(findLeftover({ leftovers, unread, withoutAutoSnapshot }, tag)).toBe(leftovers[0]);
  });

  test('truncates of one table are distinguished, newest first, also by their nodes', async () => {
    for (const [node, at] of [
      ['b', 0],
      ['c', 5],
      ['d', 7],
      ['b', 1000],
      ['c', 998],
      ['d', 200_000],
    ] as const)
      shell.snapshot(node, `truncated-${AT + at}-orders`, files);
    const { leftovers } = await list();
    expect(leftovers.map(({ takenAt, copies }) => [takenAt - AT, [...copies.keys()].sort().join('')])).toEqual([
      [200_000, 'd'],
      [998, 'bc'],
      [0, 'bcd'],
    ]);
  });

  test('other snapshots and other folders are no leftovers', async () => {
    shell.snapshot('b', 'before-upgrade', files);
    shell.snapshot('b', 'dropped-soon', files);
    shell.snapshot('b', `dropped-${AT}-orders`, files, 'lost+found');
    expect((await list()).leftovers).toEqual([]);
  });

  test('a name that several tables have, or none, is refused', async () => {
    shell.snapshot('b', `dropped-${AT}-orders`, files);
    shell.snapshot('b', `dropped-${AT}-orders`, files, `orders-${OTHER_ID}`);
    const found = await list();
    expect(() => findLeftover(found, `dropped-${AT}-orders`)).toThrow(/which several tables have: shop.orders, shop.orders/);
    expect(() => findLeftover(found, 'dropped-1-orders')).toThrow(`got 'dropped-1-orders'; known: dropped-${AT}-orders`);
  });

  test('nodes that cannot be read, or take no such snapshots, are named', async () => {
    rmSync(path.join(shell.folder, 'c', 'data'), { recursive: true });
    shell.node('d', 'cluster_name: staging\nauto_snapshot: false\n');
    const { unread, withoutAutoSnapshot } = await list();
    expect([...unread.keys()]).toEqual(['c']);
    expect(unread.get('c')).toContain('No such file or directory');
    expect(withoutAutoSnapshot).toEqual(['d']);
  });
});

/** Ring with a table of which every node has a snapshot. */
class RingWithLeftover extends FakeRing {
  public copies = new Map(['b', 'c', 'd'].map((node) => [node, `shop\torders\t${ID}\tdropped-${AT}-orders\t100\t2\tTrue\t`]));
  public schema =
    'CREATE TABLE IF NOT EXISTS shop.orders (\n    id int,\n    value text\n) WITH ID = 9a8b7c6d-0000-11f0-8000-aabbccddeeff\n    AND x = 1;';

  /** Tables of the live ring with their columns. */
  public readonly tables = new Map<string, string>();
  public keyspaces = ['shop'];
  public views = '';
  public rows = 0;
  public importedRows = 50;

  /** Answers instead of those of a command, by its beginning. */
  public readonly fails = new Map<string, string>();

  public override async run(node: RingNode, script: string): Promise<ShellAnswer> {
    const good = (stdout: string): ShellAnswer => ({ status: 0, stdout, stderr: '' });
    if (script.includes('==begin') || this.of(node.name).unreachable) return super.run(node, script);
    for (const [command, stderr] of this.fails) if (`${node.name}: ${script}`.includes(command)) return { status: 1, stdout: '', stderr };
    if (script.startsWith('python3'))
      return good(
        `${[this.copies.get(node.name)]
          .filter(Boolean)
          .map((line) => `${line}\n`)
          .join('')}auto_snapshot\ton\n`,
      );
    if (script.startsWith('cat ')) return good(this.schema);
    if (script.includes('system_schema.keyspaces'))
      return good(this.keyspaces.some((name) => script.includes(`'\\''${name}'\\''`)) ? 'true\n' : '');
    if (script.includes('system_schema.tables')) return good(this.exists(script) ? 'some-id\n' : '');
    if (script.includes('system_schema.views')) return good(this.views);
    if (script.includes('system_schema.columns')) return good('id\tpartition_key\t0\nvalue\tregular\t-1\n');
    if (script.includes('system_schema.indexes')) return good('');
    if (script.includes('DESCRIBE'))
      return good(`shop\ttable\torders\tCREATE TABLE shop.orders (\\n${[...this.tables.values()][0]}\\n) WITH x = 1;\n`);
    if (script.includes('count(*)')) return good(`${this.rows}\n${'0\n'.repeat(63)}`);
    if (script.includes('CREATE TABLE')) this.tables.set('new', '');
    if (script.includes('nodetool import')) {
      if (this.rows < this.importedRows) this.rows = this.importedRows;
      this.ran.push(`${node.name}: import`);
      return good('');
    }
    this.ran.push(`${node.name}: ${script}`);
    return good('');
  }

  private exists(script: string): boolean {
    return [...this.tables.keys()].some((name) => script.includes(`table_name = '\\''${name}'\\''`));
  }
}

describe('restore', () => {
  let fake: RingWithLeftover;
  let said: string[];
  const name = `dropped-${AT}-orders`;
  const restore = (options: Partial<RestoreLeftoverOptions> = {}) =>
    restoreLeftover({ shell: fake, ring: fake.ring, leftover: name, onProgress: (text) => said.push(text), ...options });

  beforeEach(() => {
    fake = new RingWithLeftover();
    said = [];
  });

  test('creates the table, imports on every node, repairs on every node and counts', async () => {
    const target = expect.objectContaining({ keyspace: 'shop', table: 'orders' });
    expect(await restore()).toEqual({ target, imported: ['b', 'c', 'd'], rowsBefore: 0, rowsAfter: 50, problem: undefined });
    expect(fake.ran[0]).toMatch(/^b: cassandra-cql --consistency QUORUM 'CREATE TABLE IF NOT EXISTS "shop"\."orders" \(/);
    const repair = 'nodetool repair --full -pr shop orders';
    expect(fake.ran.slice(1)).toEqual(['b: import', 'c: import', 'd: import', `b: ${repair}`, `c: ${repair}`, `d: ${repair}`]);
  });

  test('a dry run reports what it would do and changes nothing', async () => {
    expect(await restore({ dryRun: true })).toMatchObject({ imported: [], problem: undefined });
    expect(fake.ran).toEqual([]);
    expect(said).toEqual([
      expect.stringMatching(/^CREATE TABLE/),
      'permissions of roles on shop.orders are not in the backup: grant them again',
      ...['b', 'c', 'd'].map((node) => `${node}: import of 2 SSTables (100 bytes) into shop.orders`),
    ]);
  });

  test('no row, no success', async () => {
    fake.importedRows = 0;
    expect(await restore()).toMatchObject({ problem: 'no row was restored: shop.orders has 0 rows at consistency ALL, and had 0 before' });
  });

  test('no further row in a table that exists, no success', async () => {
    fake.tables.set('orders', 'id int,\\nvalue text');
    fake.rows = 60;
    expect(await restore()).toMatchObject({
      problem: 'no row was restored: shop.orders has 60 rows at consistency ALL, and had 60 before',
    });
    expect(fake.ran.some((command) => command.includes('CREATE'))).toBe(false);
  });

  test('a node without a snapshot is named, and gets its rows by repair', async () => {
    fake.copies.delete('c');
    expect(await restore()).toMatchObject({ imported: ['b', 'd'], rowsAfter: 50, problem: undefined });
    expect(said).toContain('c has no files of the backup: its rows come from the other nodes');
    expect(fake.ran).toContain('c: nodetool repair --full -pr shop orders');
  });

  test('stops at a node that fails, and reports what the others have', async () => {
    fake.tables.set('orders', 'id int,\\nvalue text');
    fake.fails.set('c: set -euo pipefail', 'Some directories failed to import, check server logs for details:\n/some/folder\n');
    const { imported, rowsAfter, problem } = await restore();
    expect({ imported, rowsAfter }).toEqual({ imported: ['b'], rowsAfter: undefined });
    expect(problem).toBe(
      'the import failed on c: Some directories failed to import, check server logs for details:; /some/folder. b has the rows; the same command imports them again, which changes nothing there',
    );
    expect(fake.ran).toEqual(['b: import']);
  });

  test('a failed repair is a failure', async () => {
    fake.fails.set('d: nodetool repair', 'Repair job has failed');
    expect(await restore()).toMatchObject({
      imported: ['b', 'c', 'd'],
      rowsAfter: undefined,
      problem: expect.stringMatching(/^the repair failed on d/),
    });
  });

  test('an interruption stops between two nodes', async () => {
    const interruption = new AbortController();
    const result = await restore({
      signal: interruption.signal,
      onProgress: (text) => text === 'b: imported 2 SSTables' && interruption.abort(),
    });
    expect(result).toMatchObject({
      imported: ['b'],
      problem: expect.stringMatching(/^interrupted\. shop.orders was created and may be incomplete/),
    });
  });

  describe('is refused, and nothing is changed, when', () => {
    afterEach(() => expect(fake.ran).toEqual([]));
    const refused = (message: string | RegExp, options = {}) =>
      expect(restore(options)).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });

    test('a node is unreachable', async () => {
      fake.of('c').unreachable = 'no answer within 60 s';
      await refused('the snapshots of c cannot be listed: no answer within 60 s');
    });

    test('a node is down', async () => {
      fake.of('c').unit = 'inactive';
      await refused(/^the ring is unhealthy: /);
    });

    test('the keyspace is gone', async () => {
      fake.keyspaces = [];
      await refused(/^keyspace shop does not exist: create it with its former replication/);
    });

    test('the definition is missing', async () => {
      for (const [node, line] of fake.copies) fake.copies.set(node, line.replace('True', 'False'));
      await refused(/^shop.orders does not exist, and dropped-\d+-orders has no schema.cql: create/);
    });

    test('the table has other columns', async () => {
      fake.tables.set('orders', 'id int,\\nvalue blob');
      await refused(/other columns than the backup: only in the backup: value text; only in the live table: value blob\. Pass --as/);
    });

    test('the table has materialized views', async () => {
      fake.tables.set('orders', 'id int,\\nvalue text');
      fake.views = 'by_value\torders\nanother\tother\n';
      await refused(/^shop.orders has materialized views, which an import does not fill: by_value; pass --as/);
    });

    test('the new table exists', async () => {
      fake.tables.set('orders', 'id int,\\nvalue text');
      await refused("'--as' must name a new table, got shop.orders, which exists", { as: { keyspace: 'shop', table: 'orders' } });
    });

    test('the snapshots hold no data', async () => {
      for (const [node, line] of fake.copies) fake.copies.set(node, line.replace('\t2\t', '\t0\t'));
      await refused(/holds no data files: the table was empty, there is nothing to restore/);
    });

    test('it is a table of Cassandra', async () => {
      await refused('tables of Cassandra itself are not restored, got keyspace system_auth', {
        as: { keyspace: 'system_auth', table: 'roles' },
      });
    });

    test('the name is unknown', async () => {
      await refused(/^'--leftover' must name a snapshot of a dropped or truncated table, got 'dropped-1-x'; known: dropped-/, {
        leftover: 'dropped-1-x',
      });
    });
  });
});
