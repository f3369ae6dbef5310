import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { staging } from '../../environments';
import { listLeftovers, restoreLeftover } from '../../lib/operations';
import { restoreTables, type SnapshotSet, type Zonal } from '../../lib/recovery';
import { LabClones } from './lab-clones';
import { POD_ADDRESS, type RealRing } from './real-ring';
import type { Written } from './rolling';
import { progress, step } from './steps';
import { wholeLife } from './whole-life';

const ROWS = 300;

/** Rows of a table, sorted. */
async function read(ring: RealRing, table: string, consistency = 'ALL'): Promise<string[]> {
  return (await ring.cql('c', [`SELECT id, at, value FROM ${table}`], consistency)).map((row) => row.join('|')).sort();
}

function restoresTables(ring: () => RealRing): void {
  let writing: Promise<string>;
  let stopFile: string;
  let rows: string[];
  const leftovers = async () => (await listLeftovers(ring().shell, ring().described())).leftovers;
  const restore = (leftover: string, more: object = {}) =>
    restoreLeftover({ shell: ring().shell, ring: ring().described(), leftover, onProgress: progress(), ...more });

  step(
    'a ring with a table, and an app that writes to another one',
    ring,
    async () => {
      await ring().ready(undefined, 420);
      await ring().allUp();
      const replication = `{'class': 'NetworkTopologyStrategy', '${staging.region}': 3}`;
      await ring().cql('b', [
        `CREATE KEYSPACE proof WITH replication = ${replication}`,
        'CREATE TABLE proof.load (id int PRIMARY KEY, value text)',
        'CREATE TYPE proof.place (street text, number int)',
        "CREATE TABLE proof.orders (id int, at int, value text, \"To\" frozen<place>, former int, PRIMARY KEY (id, at)) WITH CLUSTERING ORDER BY (at DESC) AND comment = 'it''s; done'",
        'ALTER TABLE proof.orders DROP former',
        'CREATE INDEX by_value ON proof.orders (value)',
      ]);
      const insert = (id: number) => `INSERT INTO proof.orders (id, at, value) VALUES (${id % 50}, ${id}, 'order ${id}')`;
      const ids = Array.from({ length: ROWS }, (_, id) => id);
      await ring().cql('b', ids.slice(0, ROWS / 2).map(insert));
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush proof')));
      await ring().cql('b', [...ids.slice(ROWS / 2).map(insert), 'DELETE FROM proof.orders WHERE id = 7']);
      rows = await read(ring(), 'proof.orders');
      expect(rows).toHaveLength(ROWS - ROWS / 50);
      stopFile = join(ring().directory, 'stop-writing');
      writing = ring().client(POD_ADDRESS, 'writer.js', [stopFile, ...ring().nodeNames.map((node) => ring().address(node))]);
      writing.catch(() => {});
    },
    480,
  );

  step(
    'a table of a snapshot set comes back under another name',
    ring,
    async () => {
      // As a recovery VM leaves the clones; its own test covers how.
      const lab = new LabClones(ring());
      const described = ring().described();
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool snapshot -t recovery -kt proof.orders')));
      const clones = new Map<string, Zonal>();
      for (const node of ring().nodeNames) clones.set(node, await lab.clone(node));
      for (const node of ring().nodeNames) await ring().run(node, 'nodetool clearsnapshot -t recovery proof');
      await ring().cql('b', ['DELETE FROM proof.orders WHERE id = 8', 'DELETE FROM proof.orders WHERE id = 9']);
      const before = await read(ring(), 'proof.orders');

      const hash = (all: readonly string[]): string => createHash('sha256').update(all.join()).digest('hex');
      const tables = ring().nodeNames.map((node) => ({ node, keyspace: 'proof', table: 'orders', rows: rows.length, hash: hash(rows) }));
      const checks = [{ level: 4, code: 'rows', outcome: 'passed' }] as const;
      const times = { takenAt: Date.now(), lastTakenAt: Date.now() };
      const set: SnapshotSet = { id: '20261129-041500', snapshots: new Map(), ...times, origin: 'job', problems: [] };
      const as = { keyspace: 'proof', table: 'orders_of_the_set' };
      const result = await restoreTables({
        ...{ compute: lab.compute, shell: ring().shell, ring: described, sets: [set], run: 'test', keyspace: 'proof', table: 'orders', as },
        onProgress: progress(),
        tools: {
          flush: async () => ({ verification: { set: set.id, checks, tables, seconds: {} }, clones }),
          readRows: async ([name]) => {
            const found = await read(ring(), `${name!.keyspace}.${name!.table}`);
            return [{ ...name!, rows: found.length, hash: hash(found) }];
          },
          remove: () => lab.remove(),
        },
      });
      expect(result).toMatchObject({ problem: undefined, remaining: [], tables: [{ target: as, rowsBefore: 0, rowsAfter: rows.length }] });
      expect(await read(ring(), 'proof.orders_of_the_set')).toEqual(rows);
      // The table itself stays as it is.
      expect(await read(ring(), 'proof.orders')).toEqual(before);
      rows = before;
      for (const node of ring().nodeNames) {
        const { stdout } = await ring().run(node, 'ls /dev/disk/by-id /run/cassandra-restore /var/lib/cassandra/restore-staging; findmnt');
        expect(stdout).not.toContain('recovery');
      }
    },
    400,
  );

  step('a truncated table comes back', ring, async () => {
    await ring().cql('b', ['TRUNCATE proof.orders', "INSERT INTO proof.orders (id, at, value) VALUES (1, 1, 'since then')"]);
    const [found] = await leftovers();
    expect(found).toMatchObject({ kind: 'truncated', keyspace: 'proof', table: 'orders' });
    expect([...found!.copies.keys()].sort()).toEqual(ring().nodeNames);
    for (const { hasSchema, takenAt, expiresAt } of found!.copies.values()) {
      expect(hasSchema).toBe(true);
      // Cassandra takes the two times one after the other.
      expect(Math.abs(expiresAt! - takenAt - 7 * 86_400_000)).toBeLessThan(60_000);
    }

    expect(await restore(found!.name, { dryRun: true })).toMatchObject({ imported: [], rowsBefore: 1, rowsAfter: undefined });
    expect(await read(ring(), 'proof.orders')).toEqual(['1|1|since then']);
    const result = await restore(found!.name);
    expect(result).toMatchObject({ imported: ['b', 'c', 'd'], rowsBefore: 1, rowsAfter: rows.length, problem: undefined });
    // A row that was written since the TRUNCATE is newer.
    expect(await read(ring(), 'proof.orders')).toEqual(rows.map((row) => (row === '1|1|order 1' ? '1|1|since then' : row)));
    expect(await restore(found!.name)).toMatchObject({ problem: expect.stringContaining('no row was restored') });
  });

  step('a dropped table comes back with its definition', ring, async () => {
    const before = await read(ring(), 'proof.orders');
    const [[described] = []] = (await ring().cql('b', ['DESCRIBE TABLE proof.orders'])).map((row) => row.slice(3));
    await ring().cql('b', ['DROP TABLE proof.orders']);
    const dropped = (await leftovers()).find(({ kind }) => kind === 'dropped')!;
    const result = await restore(dropped.name);
    expect(result).toMatchObject({ imported: ['b', 'c', 'd'], rowsBefore: 0, rowsAfter: before.length, problem: undefined });
    expect(await read(ring(), 'proof.orders')).toEqual(before);
    expect((await ring().cql('b', ['DESCRIBE TABLE proof.orders']))[0]![3]).toBe(described);
    // Cassandra builds the index of imported rows in the background.
    const indexed = () => ring().cql('b', ["SELECT id FROM proof.orders WHERE value = 'order 30'"]);
    const end = Date.now() + 90_000;
    while ((await indexed()).length === 0 && Date.now() < end) await new Promise((done) => setTimeout(done, 1_000));
    expect(await indexed()).toEqual([['30']]);
  });

  step('the same under another name, whatever the table is now', ring, async () => {
    const dropped = (await leftovers()).find(({ kind }) => kind === 'dropped')!;
    await ring().cql('b', ['ALTER TABLE proof.orders ADD extra int']);
    await expect(restore(dropped.name)).rejects.toThrow(
      /proof.orders has other columns than the backup: only in the live table: extra int/,
    );
    const before = await read(ring(), 'proof.orders');
    const as = { keyspace: 'proof', table: 'orders_yesterday' };
    expect(await restore(dropped.name, { as })).toMatchObject({ target: as, rowsAfter: before.length, problem: undefined });
    expect(await read(ring(), 'proof.orders_yesterday')).toEqual(before);
    expect(await read(ring(), 'proof.orders')).toEqual(before);
    await expect(restore(dropped.name, { as })).rejects.toThrow("'--as' must name a new table, got proof.orders_yesterday, which exists");
  });

  step('a damaged snapshot is not imported, and the node is named', ring, async () => {
    await ring().cql('b', ['DROP TABLE proof.orders_yesterday']);
    const dropped = (await leftovers()).find(({ table }) => table === 'orders_yesterday')!;
    const { tag } = dropped.copies.get('c')!;
    const flip = `f=$(ls /var/lib/cassandra/data/proof/orders_yesterday-*/snapshots/${tag}/*-Data.db | head -1); printf 'XXXX' | dd of=$f bs=1 seek=40 conv=notrunc status=none`;
    await ring().run('c', flip);
    const result = await restore(dropped.name);
    expect(result.imported).toEqual(['b']);
    expect(result.problem).toMatch(/^the import failed on c: .*proof.orders_yesterday was created and is incomplete/s);
    for (const node of ring().nodeNames) expect((await ring().run(node, 'ls -A /var/lib/cassandra/restore-staging')).stdout).toBe('');
  });

  step('no write of the app failed', ring, async () => {
    writeFileSync(stopFile, '');
    const { written, failed, found }: Written = JSON.parse(await writing);
    process.stderr.write(`${written} writes, ${failed.length} failed\n`);
    expect(failed).toEqual([]);
    expect(found).toBe(written);
  });
}

wholeLife('tables', { cassandraSettings: { hints_flush_period: '1s' } }, restoresTables);
