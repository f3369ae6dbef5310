import type { RingNode, ShellAnswer } from '../../lib/operations';
import type { ComputeEngine, Zonal } from '../../lib/recovery/compute-engine';
import { RecoveryError } from '../../lib/recovery/recovery-error';
import { type RestoreTablesOptions, restoreTables } from '../../lib/recovery/restore-table';
import type { SnapshotSet } from '../../lib/recovery/snapshot-set';
import type { Check, Verification } from '../../lib/recovery/verification';
import { FakeRing } from '../operations/fake-ring';

const TAKEN = Date.parse('2026-11-29T04:15:00Z');
const ID = '9a8b7c6d000011f08000aabbccddeeff';
const SCHEMA =
  'CREATE TABLE IF NOT EXISTS shop.orders (\n    id int,\n    value text\n) WITH ID = 9a8b7c6d-0000-11f0-8000-aabbccddeeff\n    AND x = 1;';
const passed: Check = { level: 3, code: 'boot', outcome: 'passed' };

/** Ring with its VMs: what is attached, mounted, imported, and left. */
class World extends FakeRing {
  public readonly attached = new Map<string, string>();
  public readonly mounted = new Set<string>();
  public readonly progress: string[] = [];
  public flushed: readonly string[] = [];
  public removed = 0;
  public remaining: readonly string[] = [];
  public folders: readonly string[] = [`shop/orders-${ID}/snapshots/recovery\t2\t4096`];
  public importedRows = 100;
  public liveRows = { rows: 100, hash: 'aa' };
  public live: string | undefined;
  public failing = '';
  public cloneZone = (node: RingNode): string => node.zone;
  public verification: Verification = {
    set: '20261129-041500',
    checks: [passed],
    tables: ['b', 'c', 'd'].map((node) => ({ node, keyspace: 'shop', table: 'orders', rows: 100, hash: 'aa' })),
    seconds: {},
  };
  private rows = 0;

  public readonly compute = {
    attachDisk: async ({ name }: Zonal, body: Record<string, unknown>) => {
      if (this.failing === `attach ${name}`) throw new RecoveryError('POST attachDisk: quota');
      expect(body.mode).toBe('READ_ONLY');
      this.attached.set(name, `${body.deviceName} ${body.source}`);
    },
    detachDisk: async ({ name }: Zonal, device: string) => {
      expect(this.mounted.has(name)).toBe(false);
      expect(this.attached.get(name)).toContain(device);
      this.attached.delete(name);
    },
    instance: async ({ name }: Zonal) => ({
      name,
      disks: this.attached.has(name) ? [{ deviceName: this.attached.get(name)!.split(' ')[0] }] : [],
    }),
  } as unknown as ComputeEngine;

  public get set(): SnapshotSet {
    const snapshots = this.ring.nodes.map(
      ({ name, vm, zone }) =>
        [
          name,
          {
            ...{ name: `night-${name}`, node: name, zone, disk: `${vm}-data`, diskNumber: '1', takenAt: TAKEN, status: 'READY' },
            ...{ sizeGiB: 10, isFlushed: false, labels: {} },
          },
        ] as const,
    );
    const times = { takenAt: TAKEN, lastTakenAt: TAKEN };
    return { id: '20261129-041500', snapshots: new Map(snapshots), ...times, origin: 'schedule', problems: [] };
  }

  public restore(options: Partial<RestoreTablesOptions> = {}) {
    return restoreTables({
      ...{ compute: this.compute, shell: this, ring: this.ring, sets: [this.set], run: 'r1', keyspace: 'shop', table: 'orders' },
      onProgress: (text) => this.progress.push(text),
      tools: {
        flush: async (_, tables) => {
          this.flushed = tables;
          if (this.failing === 'flush') throw new RecoveryError('the recovery VM of europe-west1-b reported nothing within 30 minutes');
          const clones = this.ring.nodes.map((node) => [node.name, { zone: this.cloneZone(node), name: `clone-${node.name}` }] as const);
          return { verification: this.verification, clones: new Map(clones) };
        },
        readRows: async (tables) => tables.map((name) => ({ ...name, ...this.liveRows })),
        remove: async () => {
          this.removed++;
          return this.remaining;
        },
      },
      ...options,
    });
  }

  public override async run(node: RingNode, script: string): Promise<ShellAnswer> {
    const good = (stdout: string): ShellAnswer => ({ status: 0, stdout, stderr: '' });
    if (script.includes('==begin')) return super.run(node, script);
    if (this.failing && `${node.name}: ${script}`.includes(this.failing)) return { status: 1, stdout: '', stderr: 'it failed\n' };
    if (script.includes('umount ')) this.mounted.delete(node.vm);
    else if (script.includes('mount -o ')) {
      expect(this.attached.has(node.vm)).toBe(true);
      this.mounted.add(node.vm);
    } else if (script.includes("-path '*/snapshots/recovery'")) return good(this.folders.map((line) => `${line}\n`).join(''));
    else if (script.startsWith('cat ')) return good(SCHEMA.replace('shop.orders', /data\/(\w+)\/(\w+)-/.exec(script)!.slice(1).join('.')));
    else if (script.includes('system_schema.keyspaces')) return good('true\n');
    else if (script.includes('system_schema.tables')) return good(this.live === undefined ? '' : 'some-id\n');
    else if (script.includes('system_schema.views')) return good('');
    else if (script.includes('system_schema.columns')) return good('id\tpartition_key\t0\n');
    else if (script.includes('DESCRIBE')) return good(`shop\ttable\torders\tCREATE TABLE shop.orders (\\n${this.live}\\n) WITH x = 1;\n`);
    else if (script.includes('count(*)')) return good(`${this.rows}\n${'0\n'.repeat(63)}`);
    else if (script.includes('nodetool import')) {
      expect(this.mounted.has(node.vm)).toBe(true);
      this.rows = this.importedRows;
      this.ran.push(`${node.name}: ${/nodetool import \S+ (\S+ \S+)/.exec(script)![1]}`);
    } else this.ran.push(`${node.name}: ${script.split('(')[0]}`);
    return good('');
  }
}

const AS = { keyspace: 'shop', table: 'orders_before' };
let world: World;
beforeEach(() => {
  world = new World();
});

/** Nothing is attached, mounted or created any more. */
function expectClean(): void {
  expect({ attached: [...world.attached], mounted: [...world.mounted], removed: world.removed }).toEqual({
    attached: [],
    mounted: [],
    removed: 1,
  });
}

test('a table comes back under another name, and its rows are those of the set', async () => {
  const { problem, tables, set } = await world.restore({ as: AS });
  expect({ problem, set: set.id }).toEqual({ problem: undefined, set: '20261129-041500' });
  expect(tables).toEqual([{ target: AS, imported: ['b', 'c', 'd'], rowsBefore: 0, rowsAfter: 100, problem: undefined }]);
  expect(world.flushed).toEqual(['shop.orders']);
  expect(world.ran).toEqual([
    `b: cassandra-cql --consistency QUORUM 'CREATE TABLE IF NOT EXISTS "shop"."orders_before" `,
    ...['b', 'c', 'd'].map((node) => `${node}: shop orders_before`),
    ...['b', 'c', 'd'].map((node) => `${node}: nodetool repair --full -pr shop orders_before`),
  ]);
  expectClean();
});

test('all tables of a keyspace, without those that are empty in the set', async () => {
  world.folders = [
    `shop/empty-${ID}/snapshots/recovery\t0\t0`,
    ...['orders', 'bills'].map((name) => `shop/${name}-${ID}/snapshots/recovery\t1\t1`),
  ];
  change({ tables: ['orders', 'bills'].map((table) => ({ ...world.verification.tables[0]!, table })) });
  const { problem, tables } = await world.restore({ table: undefined });
  expect({ problem, flushed: world.flushed }).toEqual({ problem: undefined, flushed: ['shop'] });
  expect(tables.map(({ target }) => target.table)).toEqual(['bills', 'orders']);
  expectClean();
});

test('a dry run creates nothing', async () => {
  expect(await world.restore({ dryRun: true })).toMatchObject({ tables: [], problem: undefined });
  expect(world.progress).toEqual(['set 20261129-041500: clones of night-b, night-c, night-d for shop.orders']);
  expect([world.flushed, world.ran, world.removed]).toEqual([[], [], 0]);
});

test.each<[string, () => void, RegExp]>([
  [
    'a check failed',
    () => change({ checks: [passed, { ...passed, outcome: 'failed', node: 'c', detail: 'exit 3' }] }),
    /^set 20261129-041500 is damaged: level 3 \(boot\): boot of c: exit 3/,
  ],
  ['a check of the table failed', () => change({ checks: [passed, { ...passed, outcome: 'failed', table: 'shop.orders' }] }), /is damaged/],
  ['a check was not run', () => change({ checks: [{ ...passed, outcome: 'not-run' }] }), /is damaged/],
  ['nothing was verified', () => change({ checks: [] }), /^set 20261129-041500 was not verified/],
  ['the recovery VM fails', () => fail('flush'), /reported nothing within 30 minutes/],
  ['a clone cannot be attached', () => fail('attach staging-cassandra-c'), /quota/],
  ['a clone cannot be mounted', () => fail('d: set -euo pipefail\nfor'), /^the mount of the clone failed on d: it failed/],
  [
    'a clone is in another zone',
    () => zone(),
    /^clone clone-b is in zone elsewhere, and cannot be attached to staging-cassandra-b in europe-west1-b/,
  ],
  ['the set has no such table', () => folders([]), /^the set has no table shop.orders/],
  ['the table is empty in the set', () => folders([`shop/orders-${ID}/snapshots/recovery\t0\t0`]), /nothing to restore/],
  [
    'a clone has the table twice',
    () => folders([ID, ID.replace('9', '8')].map((id) => `shop/orders-${id}/snapshots/recovery\t1\t1`)),
    /twice/,
  ],
  ['the clones read no rows of it', () => change({ tables: [] }), /^shop.orders was not read on the clones/],
  ['the live table differs', () => liveColumns('id int,\\nvalue blob'), /has other columns than the backup/],
])('nothing is imported and all is removed when %s', async (_, prepare, problem) => {
  prepare();
  const result = await world.restore();
  expect(result.problem).toMatch(problem);
  expect([result.tables, world.ran]).toEqual([[], []]);
  expectClean();
});

test.each<[string, () => void, RegExp]>([
  ['the rows differ', () => liveRows(100, 'bb'), /^shop.orders_before must have 100 rows \(aa\), got 100 rows \(bb\)/],
  ['rows are missing', () => liveRows(99, 'aa'), /^shop.orders_before must have 100 rows/],
  ['no row arrived', () => importsNothing(), /^no row was restored/],
  [
    'a node fails',
    () => fail('c: set -euo pipefail\numask'),
    /^the import failed on c: it failed\. shop.orders_before was created and is incomplete/,
  ],
])('no success when %s, and all is removed', async (_, prepare, problem) => {
  prepare();
  expect((await world.restore({ as: AS })).problem).toMatch(problem);
  expectClean();
});

test('a failed check of another table is no obstacle', async () => {
  change({ checks: [passed, { ...passed, outcome: 'failed', table: 'shop.others' }] });
  expect((await world.restore({ as: AS })).problem).toBeUndefined();
});

test('a clone that cannot be unmounted stays attached, and is named', async () => {
  fail('c: if mountpoint');
  world.remaining = ['disk clone-c'];
  const { remaining } = await world.restore({ as: AS });
  expect(remaining).toEqual(['disk recovery-c of staging-cassandra-c (the unmount of the clone failed on c: it failed)', 'disk clone-c']);
  expect([...world.attached.keys()]).toEqual(['staging-cassandra-c']);
});

test('an interruption removes all', async () => {
  const interruption = new AbortController();
  interruption.abort();
  expect(await world.restore({ signal: interruption.signal })).toMatchObject({ problem: 'interrupted', tables: [] });
  expectClean();
});

test("'--as' without '--table' is refused", async () => {
  await expect(world.restore({ table: undefined, as: AS })).rejects.toThrow("'--as' must be used with '--table'");
});

function change(verification: Partial<Verification>): void {
  world.verification = { ...world.verification, ...verification };
}
function fail(what: string): void {
  world.failing = what;
}
function zone(): void {
  world.cloneZone = () => 'elsewhere';
}
function folders(lines: readonly string[]): void {
  world.folders = lines;
}
function liveColumns(columns: string): void {
  world.live = columns;
}
function liveRows(rows: number, hash: string): void {
  world.liveRows = { rows, hash };
}
function importsNothing(): void {
  world.importedRows = 0;
}
