import { RefusedError } from '../../lib/core/reported-error';
import type { RingNode, ShellAnswer } from '../../lib/operations';
import type { ComputeEngine, Zonal } from '../../lib/recovery/compute-engine';
import { RecoveryError } from '../../lib/recovery/recovery-error';
import { type RestoreTablesOptions, type RestoreTablesQuestion, restoreTables } from '../../lib/recovery/restore-table';
import type { SnapshotSet } from '../../lib/recovery/snapshot-set';
import type { Check, Verification } from '../../lib/recovery/verification';
import { FakeRing } from '../operations/fake-ring';

const TAKEN = Date.parse('2026-11-29T04:15:00Z');
const ID = '9a8b7c6d000011f08000aabbccddeeff';
const SCHEMA =
  'CREATE TABLE IF NOT EXISTS shop.orders (\n    id int,\n    value text\n) WITH ID = 9a8b7c6d-0000-11f0-8000-aabbccddeeff\n    AND gc_grace_seconds = 864000;';
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
  public liveRows = { rows: 100, hash: 'aa' };
  public readonly questions: RestoreTablesQuestion[] = [];
  public answer: () => void = () => {};

  /** Columns of the live table; `undefined` if there is none. */
  public live: string | undefined;
  public rowsBefore = { rows: 0, hash: '00' };
  public indexes: readonly string[] = [];

  /** Polls after which an index is built. */
  public readonly builtAfter = new Map<string, number>();

  /** Disks that are attached already, as `deviceName source`, by VM; labels of these disks. */
  public diskLabels: Readonly<Record<string, string>> = {};
  public failing = '';
  public cloneZone = (node: RingNode): string => node.zone;
  public verification: Verification = {
    set: '20261129-041500',
    checks: [passed],
    tables: ['b', 'c', 'd'].map((node) => ({ node, keyspace: 'shop', table: 'orders', rows: 100, hash: 'aa' })),
    seconds: {},
  };

  public readonly compute = {
    attachDisk: async ({ name }: Zonal, body: Record<string, unknown>) => {
      expect(this.attached.has(name)).toBe(false);
      if (this.failing === `attach ${name}`) throw new RecoveryError('POST attachDisk: quota');
      expect(body.mode).toBe('READ_ONLY');
      this.attached.set(name, `${body.deviceName} ${body.source}`);
    },
    detachDisk: async ({ name }: Zonal, device: string) => {
      expect(this.mounted.has(name)).toBe(false);
      expect(this.attached.get(name)).toContain(device);
      this.attached.delete(name);
    },
    instance: async ({ name }: Zonal) => {
      const [deviceName, source] = this.attached.get(name)?.split(' ') ?? [];
      return { name, disks: deviceName === undefined ? [] : [{ deviceName, source }] };
    },
    disk: async ({ name }: Zonal) => ({ name, labels: this.diskLabels }),
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
      clock: this.clock,
      onProgress: (text) => this.progress.push(text),
      tools: {
        flush: async (_, tables) => {
          this.flushed = tables;
          if (this.failing === 'flush') throw new RecoveryError('the recovery VM of europe-west1-b reported nothing within 30 minutes');
          const clones = this.ring.nodes.map((node) => [node.name, { zone: this.cloneZone(node), name: `clone-${node.name}` }] as const);
          return { verification: this.verification, clones: new Map(clones) };
        },
        confirm: async (question) => {
          this.questions.push(question);
          this.answer();
        },
        readRows: async (tables) =>
          tables.map((name) => {
            if (this.failing === 'the rows') throw new RecoveryError('reading the tables failed on b: Unavailable');
            const isImported = this.ran.some((command) => command === `b: ${name.keyspace} ${name.table}`);
            return { ...name, ...(isImported ? this.liveRows : this.rowsBefore) };
          }),
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
    if (script.includes('for folder in')) this.mounted.delete(node.vm);
    else if (script.includes('umount ')) this.mounted.delete(node.vm);
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
    else if (script.includes('system_schema.indexes')) return good(this.indexes.map((name) => `${name}\n`).join(''));
    else if (script.includes('IndexInfo')) {
      const built = this.indexes.filter((name) => {
        const key = `${node.name} ${name}`;
        const left = this.builtAfter.get(key) ?? 0;
        this.builtAfter.set(key, left - 1);
        return left <= 0;
      });
      return good(built.map((name) => `${name}\n`).join(''));
    } else if (script.includes('nodetool import')) {
      expect(this.mounted.has(node.vm)).toBe(true);
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

const SET_ROWS = { rowsInSet: 100, leastRows: 100, isEqual: true };

test('a table comes back under another name, and its rows are those of the set', async () => {
  const { problem, tables, set } = await world.restore({ as: AS });
  expect({ problem, set: set.id }).toEqual({ problem: undefined, set: '20261129-041500' });
  expect(tables).toEqual([{ target: AS, imported: ['b', 'c', 'd'], rowsBefore: 0, rowsAfter: 100, problem: undefined, ...SET_ROWS }]);
  expect(world.flushed).toEqual(['shop.orders']);
  expect(world.ran).toEqual([
    `b: cassandra-cql --consistency QUORUM 'CREATE TABLE IF NOT EXISTS "shop"."orders_before" `,
    ...['b', 'c', 'd'].map((node) => `${node}: shop orders_before`),
    ...['b', 'c', 'd'].map((node) => `${node}: nodetool repair --full -pr shop orders_before`),
  ]);
  expectClean();
});

test('the question has what is created and what gets rows, before anything is changed', async () => {
  world.answer = () => expect(world.ran).toEqual([]);
  await world.restore({ as: AS });
  world.ran.length = 0;
  liveColumns('id int,\\nvalue text');
  world.rowsBefore = { rows: 60, hash: '60' };
  await world.restore();
  const source = { keyspace: 'shop', table: 'orders' };
  expect(world.questions.map(({ tables }) => tables)).toEqual([
    [{ source, target: AS, rowsInSet: 100, rowsBefore: undefined, gcGraceSeconds: 864000 }],
    [{ source, target: source, rowsInSet: 100, rowsBefore: 60, gcGraceSeconds: 864000 }],
  ]);
});

test('rows are added to a table that exists, and newer rows are no problem', async () => {
  liveColumns('id int,\\nvalue text');
  world.rowsBefore = { rows: 60, hash: '60' };
  liveRows(130, 'cc');
  const { problem, tables } = await world.restore();
  expect({ problem, tables }).toMatchObject({ problem: undefined, tables: [{ rowsBefore: 60, rowsAfter: 130, isEqual: false }] });
  expect(world.ran.join()).not.toContain('CREATE');
  expectClean();
});

describe('disks with different rows', () => {
  beforeEach(() => {
    const [first] = world.verification.tables;
    change({
      tables: [
        { ...first!, rows: 99, hash: 'cc' },
        { ...first!, node: 'c' },
      ],
    });
  });

  test('leave the number of rows in the set unknown', async () => {
    liveRows(101, 'bb');
    expect(await world.restore()).toMatchObject({ problem: undefined, tables: [{ rowsInSet: undefined, leastRows: 100, isEqual: false }] });
  });

  test('are a lower bound: fewer rows than on the largest disk are no success', async () => {
    liveColumns('id int,\\nvalue text');
    world.rowsBefore = { rows: 60, hash: '60' };
    liveRows(99, 'bb');
    expect((await world.restore()).problem).toMatch(
      /^shop.orders has 99 rows, and a disk of the set has 100: rows that were deleted since/,
    );
  });
});

test('disks with shares of the rows are compared by the sum of their hashes', async () => {
  const [first] = world.verification.tables;
  change({
    tables: [
      { ...first!, rows: 60, hash: '0a' },
      { ...first!, node: 'c', rows: 40, hash: 'a0' },
    ],
  });
  expect(await world.restore()).toMatchObject({ problem: undefined, tables: [{ rowsInSet: undefined, isEqual: true }] });
});

test('a set without manifests is used, and the question and the result have what was not checked', async () => {
  const unchecked: Check[] = [{ level: 2, code: 'manifest-sstables', outcome: 'not-run', node: 'c' }];
  change({ checks: [passed, ...unchecked] });
  expect(await world.restore({ as: AS })).toMatchObject({ problem: undefined, unchecked });
  expect(world.questions).toMatchObject([{ unchecked }]);
});

describe('a keyspace', () => {
  beforeEach(() => {
    const names = ['orders', 'bills', 'empty'];
    world.folders = names.map((name) => `shop/${name}-${ID}/snapshots/recovery\t1\t1`);
    const [first] = world.verification.tables;
    change({ tables: names.map((table) => ({ ...first!, table, ...(table === 'empty' && { rows: 0, hash: '00' }) })) });
  });

  test('comes back with all tables, without those that are empty in the set', async () => {
    const { problem, tables } = await world.restore({ table: undefined });
    expect({ problem, flushed: world.flushed }).toEqual({ problem: undefined, flushed: ['shop'] });
    expect(tables.map(({ target }) => target.table)).toEqual(['bills', 'orders']);
    expect(world.progress).toContain('shop.empty is empty in the set');
    expectClean();
  });

  test('whose tables all have the rows of the set is no success, and is not changed', async () => {
    liveColumns('id int,\\nvalue text');
    world.rowsBefore = { rows: 100, hash: 'aa' };
    const { problem } = await world.restore({ table: undefined });
    expect(problem).toBe('no row was restored: set 20261129-041500 has no row that shop lacks');
    expect([world.ran, world.questions]).toEqual([[], []]);
    expectClean();
  });

  test('whose rows are all newer or deleted is no success', async () => {
    liveColumns('id int,\\nvalue text');
    world.rowsBefore = { rows: 110, hash: '11' };
    liveRows(110, '11');
    const { problem } = await world.restore({ table: undefined });
    expect(problem).toBe('no row was restored: shop.bills has 110 rows at consistency ALL, and had 110 before');
  });

  test('is planned completely before the first table is changed', async () => {
    fail('cat /run/cassandra-restore/r1/data/shop/orders-');
    expect((await world.restore({ table: undefined })).problem).toMatch(/^reading schema.cql failed on b/);
    expect([world.ran, world.questions]).toEqual([[], []]);
  });

  test('goes on after a table with deleted rows, and names it', async () => {
    liveRows(99, 'bb');
    const { problem, tables } = await world.restore({ table: undefined });
    expect(tables).toHaveLength(2);
    expect(problem).toMatch(
      /^shop.bills has 99 rows, and the set has 100: rows that were deleted since the set stay deleted; .*; shop.orders has 99/,
    );
  });

  test('ends at a table that cannot be imported', async () => {
    fail('c: set -euo pipefail\numask');
    const { problem, tables } = await world.restore({ table: undefined });
    expect(tables.map(({ target, rowsAfter }) => [target.table, rowsAfter])).toEqual([['bills', undefined]]);
    expect(problem).toMatch(/^the import failed on c: it failed\. shop.bills was created and may be incomplete/);
    expectClean();
  });
});

test('a dry run creates nothing', async () => {
  expect(await world.restore({ dryRun: true, as: AS })).toMatchObject({ tables: [], problem: undefined });
  expect(world.progress).toEqual([
    'set 20261129-041500 (2026-11-29T04:15:00.000Z): night-b, night-c, night-d',
    '1. verify the set on clones of its disks, levels 0 to 4; the ring is not touched',
    '2. flush shop.orders on the clones, and attach them read-only to staging-cassandra-b, staging-cassandra-c, staging-cassandra-d',
    '3. ask for confirmation: which tables are created, and which get rows beside their present ones',
    '4. import the rows of shop.orders on one node at a time, as the new table shop.orders_before',
    '5. repair the tables, wait for their indexes, and read their rows back at consistency ALL',
    '6. remove the clones',
    'Not checked without clones: that the set has shop.orders, and its rows.',
  ]);
  expect([world.flushed, world.ran, world.removed]).toEqual([[], [], 0]);
});

const others = (table: string) => () => change({ tables: world.verification.tables.map((rows) => ({ ...rows, table })) });
const interruption = new RefusedError('not confirmed');

test.each<[string, () => void, RegExp, 1 | 2]>([
  [
    'a check failed',
    () => change({ checks: [passed, { ...passed, outcome: 'failed', node: 'c', detail: 'exit 3' }] }),
    /^set 20261129-041500 is damaged: level 3 \(boot\): boot of c: exit 3/,
    1,
  ],
  [
    'a check of the table failed',
    () => change({ checks: [passed, { ...passed, outcome: 'failed', table: 'shop.orders' }] }),
    /is damaged/,
    1,
  ],
  ['a check was not run', () => change({ checks: [{ ...passed, outcome: 'not-run' }] }), /is damaged/, 1],
  ['nothing was verified', () => change({ checks: [] }), /^set 20261129-041500 was not verified/, 1],
  ['the recovery VM fails', () => fail('flush'), /reported nothing within 30 minutes/, 1],
  ['a clone cannot be attached', () => fail('attach staging-cassandra-c'), /quota/, 1],
  ['a clone cannot be mounted', () => fail('d: set -euo pipefail\nfor'), /^the mount of the clone failed on d: it failed/, 1],
  [
    'a clone is in another zone',
    () => zone(),
    /^clone clone-b is in zone elsewhere, and cannot be attached to staging-cassandra-b in europe-west1-b/,
    1,
  ],
  ['a clone cannot be listed', () => fail("-path '*/snapshots/recovery'"), /^listing the clone failed on b/, 1],
  ['the definition cannot be read', () => fail('b: cat '), /^reading schema.cql failed on b/, 1],
  ['the set has no such table', others('bills'), /^set 20261129-041500 has no table shop.orders; known: shop.bills$/, 2],
  ['the clones have no files of it', () => folders([]), /^the clones have no files of shop.orders/, 1],
  [
    'the table has no rows in the set',
    () => change({ tables: world.verification.tables.map((each) => ({ ...each, rows: 0 })) }),
    /^no row was/,
    1,
  ],
  ['the table has no files in the set', () => folders([`shop/orders-${ID}/snapshots/recovery\t0\t0`]), /nothing to restore/, 2],
  [
    'a clone has the table twice',
    () => folders([ID, ID.replace('9', '8')].map((id) => `shop/orders-${id}/snapshots/recovery\t1\t1`)),
    /twice/,
    1,
  ],
  ['the clones read no rows of it', () => change({ tables: [] }), /^shop.orders was not read on the clones/, 1],
  ['the live table differs', () => liveColumns('id int,\\nvalue blob'), /has other columns than the backup/, 2],
  ['the live table cannot be read', () => unreadable(), /^reading the tables failed on b/, 1],
  ['the question is answered otherwise', () => answer(interruption), /^not confirmed/, 2],
])('nothing is imported and all is removed when %s', async (_, prepare, problem, exitCode) => {
  prepare();
  const result = await world.restore();
  expect(result.problem).toMatch(problem);
  expect(result.error?.exitCode ?? 1).toBe(exitCode);
  expect([result.tables, world.ran]).toEqual([[], []]);
  expectClean();
});

test('a defect removes all, too', async () => {
  answer(new TypeError('undefined'));
  await expect(world.restore()).rejects.toThrow(TypeError);
  expectClean();
});

test.each<[string, () => void, RegExp]>([
  ['the rows differ', () => liveRows(100, 'bb'), /^shop.orders_before must have 100 rows \(aa\), got 100 rows \(bb\)/],
  ['rows are missing', () => liveRows(99, 'aa'), /^shop.orders_before must have 100 rows/],
  ['no row arrived', () => liveRows(0, '00'), /^shop.orders_before must have 100 rows \(aa\), got 0 rows/],
  [
    'the table cannot be created',
    () => fail('CREATE TABLE'),
    /^a CQL statement failed on b: it failed\. shop.orders_before was created and may be/,
  ],
  [
    'a node fails',
    () => fail('c: set -euo pipefail\numask'),
    /^the import failed on c: it failed\. shop.orders_before was created and may be incomplete/,
  ],
  ['a repair fails', () => fail('d: nodetool repair'), /^the repair failed on d: it failed\. shop.orders_before was created/],
  ['the indexes cannot be read', () => fail('system_schema.indexes'), /^a CQL statement failed on b/],
  ['the rows cannot be read back', () => fail('the rows'), /^reading the tables failed on b: Unavailable\. shop.orders_before was created/],
])('no success when %s, and all is removed', async (_, prepare, problem) => {
  prepare();
  expect((await world.restore({ as: AS })).problem).toMatch(problem);
  expectClean();
});

test('deleted rows that stay deleted are no success', async () => {
  liveColumns('id int,\\nvalue text');
  world.rowsBefore = { rows: 60, hash: '60' };
  liveRows(80, 'bb');
  expect((await world.restore()).problem).toBe(
    'shop.orders has 80 rows, and the set has 100: rows that were deleted since the set stay deleted; pass --as to restore to a new table',
  );
});

test('a failed check of another table is no obstacle', async () => {
  change({ checks: [passed, { ...passed, outcome: 'failed', table: 'shop.others' }] });
  expect((await world.restore({ as: AS })).problem).toBeUndefined();
});

describe('indexes', () => {
  beforeEach(() => {
    world.indexes = ['by_value', 'by_place'];
  });

  test('are waited for on every node', async () => {
    world.builtAfter.set('c by_value', 3).set('d by_place', 2);
    expect((await world.restore({ as: AS })).problem).toBeUndefined();
    expect(world.progress.filter((line) => line.startsWith('waiting'))).toEqual([
      'waiting: c has not built by_value of shop.orders_before',
      'waiting: d has not built by_place of shop.orders_before',
    ]);
  });

  test('that are never built are no success', async () => {
    world.builtAfter.set('c by_value', Number.POSITIVE_INFINITY);
    expect((await world.restore({ as: AS })).problem).toMatch(
      /^c has not built by_value of shop.orders_before; run 'nodetool rebuild_index shop orders_before by_value' there\. /,
    );
    expectClean();
  });

  test('are not waited for after an interruption', async () => {
    const controller = new AbortController();
    world.builtAfter.set('c by_value', Number.POSITIVE_INFINITY);
    const onProgress = (text: string): void => (text.startsWith('waiting') ? controller.abort() : undefined);
    expect((await world.restore({ as: AS, signal: controller.signal, onProgress })).problem).toMatch(
      /^interrupted: c has not built by_value/,
    );
    expectClean();
  });
});

test('a clone that cannot be unmounted stays attached, and is named', async () => {
  fail('c: if mountpoint');
  world.remaining = ['disk clone-c'];
  const { remaining } = await world.restore({ as: AS });
  expect(remaining).toEqual(['disk recovery-c of staging-cassandra-c (the unmount of the clone failed on c: it failed)', 'disk clone-c']);
  expect([...world.attached.keys()]).toEqual(['staging-cassandra-c']);
  expect(world.progress).toContain('not removed: disk clone-c');
});

describe('a disk that is attached as a clone already', () => {
  beforeEach(() => {
    world.attached.set('staging-cassandra-c', 'recovery-c projects/p/zones/z/disks/recovery-of-a-killed-run');
    world.mounted.add('staging-cassandra-c');
  });

  test('is detached if a killed run left it', async () => {
    world.diskLabels = { 'cassandra-recovery': 'another-run' };
    expect((await world.restore({ as: AS })).problem).toBeUndefined();
    expectClean();
  });

  test('is left alone if it is no clone', async () => {
    const { problem } = await world.restore({ as: AS });
    expect(problem).toMatch(/^disk recovery-of-a-killed-run is attached to staging-cassandra-c as recovery-c, and has no label/);
    expect([...world.attached.keys()]).toEqual(['staging-cassandra-c']);
    expect(world.removed).toBe(1);
  });
});

describe('an interruption', () => {
  const interruptAt = async (beginning: string) => {
    const controller = new AbortController();
    const onProgress = (text: string): void => (text.startsWith(beginning) ? controller.abort() : undefined);
    return world.restore({ as: AS, signal: controller.signal, onProgress });
  };
  afterEach(() => expectClean());

  test.each(['verifying', 'b: the clone', 'd: import of'])('at %j imports nothing', async (beginning) => {
    expect(await interruptAt(beginning)).toMatchObject({ problem: 'interrupted', tables: [] });
    expect(world.ran).toEqual([]);
  });

  test.each([
    ['b: imported', /^interrupted\. shop.orders_before was created and may be incomplete/],
    ['b: repaired', /^interrupted before the repair of all nodes\. /],
  ])('at %j names what remains', async (beginning, problem) => {
    const { problem: found, tables } = await interruptAt(beginning);
    expect(found).toMatch(problem);
    expect(tables).toMatchObject([{ rowsAfter: undefined }]);
  });
});

test.each<[string, Partial<RestoreTablesOptions>, string]>([
  ["'--as' without '--table'", { table: undefined, as: AS }, "'--as' must be used with '--table'"],
  ['an unknown set', { id: 'x' }, "unknown set 'x'; known: 20261129-041500"],
])('%s is refused before anything is created', async (_, options, message) => {
  await expect(world.restore(options)).rejects.toMatchObject({ exitCode: 2, message });
  expect([world.flushed, world.removed]).toEqual([[], 0]);
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
function unreadable(): void {
  liveColumns('id int,\\nvalue text');
  fail('the rows');
}
function answer(error: Error): void {
  world.answer = () => {
    throw error;
  };
}
