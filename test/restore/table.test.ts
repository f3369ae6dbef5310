import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { staging } from '../../environments';
import { SNAPSHOT_SET_LABEL } from '../../lib/cassandra-contract/labels';
import { listLeftovers, restoreLeftover } from '../../lib/operations';
import { ComputeEngine } from '../../lib/recovery';
import { CommandLine, type CommandOutcome } from '../cassandra-vms/command-line';
import { POD_ADDRESS, type RealRing } from '../cassandra-vms/real-ring';
import type { Written } from '../cassandra-vms/rolling';
import { progress, step } from '../cassandra-vms/steps';
import { wholeLife } from '../cassandra-vms/whole-life';

const ROWS = 300;
const BILLS = 40;

/** Id of the set of snapshots. */
const SET = 'of-last-night';

/** Rows of a table, sorted. */
async function read(ring: RealRing, table: string, consistency = 'ALL'): Promise<string[]> {
  return (await ring.cql('c', [`SELECT id, at, value FROM ${table}`], consistency)).map((row) => row.join('|')).sort();
}

function restoresTables(ring: () => RealRing): void {
  let writing: Promise<string>;
  let stopFile: string;
  let rows: string[];
  let line: CommandLine | undefined;
  afterAll(() => line?.stop());
  const leftovers = async () => (await listLeftovers(ring().shell, ring().described())).leftovers;
  const restore = (leftover: string, more: object = {}) =>
    restoreLeftover({ shell: ring().shell, ring: ring().described(), leftover, onProgress: progress(), ...more });

  step(
    'a ring with a table, and an app that writes to another one',
    ring,
    async () => {
      await ring().ready(undefined, 420);
      await ring().allUp();
      line = await CommandLine.start(ring());
      const replication = `{'class': 'NetworkTopologyStrategy', '${staging.region}': 3}`;
      await ring().cql('b', [
        `CREATE KEYSPACE proof WITH replication = ${replication}`,
        'CREATE TABLE proof.load (id int PRIMARY KEY, value text)',
        'CREATE TYPE proof.place (street text, number int)',
        "CREATE TABLE proof.orders (id int, at int, value text, \"To\" frozen<place>, former int, PRIMARY KEY (id, at)) WITH CLUSTERING ORDER BY (at DESC) AND comment = 'it''s; done'",
        'ALTER TABLE proof.orders DROP former',
        'CREATE INDEX by_value ON proof.orders (value)',
        'CREATE TABLE proof.bills (id int PRIMARY KEY, value text)',
        "CREATE INDEX by_bill ON proof.bills (value) USING 'sai'",
      ]);
      const insert = (id: number) => `INSERT INTO proof.orders (id, at, value) VALUES (${id % 50}, ${id}, 'order ${id}')`;
      const ids = Array.from({ length: ROWS }, (_, id) => id);
      await ring().cql('b', ids.slice(0, ROWS / 2).map(insert));
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush proof')));
      await ring().cql('b', [...ids.slice(ROWS / 2).map(insert), 'DELETE FROM proof.orders WHERE id = 7']);
      await ring().cql(
        'b',
        ids.slice(0, BILLS).map((id) => `INSERT INTO proof.bills (id, value) VALUES (${id}, 'bill ${id}')`),
      );
      rows = await read(ring(), 'proof.orders');
      expect(rows).toHaveLength(ROWS - ROWS / 50);
      stopFile = join(ring().directory, 'stop-writing');
      writing = ring().client(POD_ADDRESS, 'writer.js', [stopFile, ...ring().nodeNames.map((node) => ring().address(node))]);
      writing.catch(() => {});
    },
    480,
  );

  describe('of a set of snapshots, by the command', () => {
    const compute = () => new ComputeEngine({ project: staging.projectId, environment: ring().sandbox.environment });
    const restoreSet = async (options: string, onProgress?: Parameters<CommandLine['run']>[1]): Promise<CommandOutcome> => {
      const outcome = await line!.run(['cassandra', 'restore', 'staging', '--set', SET, ...options.split(' ')], onProgress);
      process.stderr.write(outcome.stderr.replace(/^/gm, '  ') + outcome.stdout);
      for (const { zone } of Object.values(staging.cassandraNodes)) {
        expect(await compute().disks(zone, 'labels.cassandra-recovery:*')).toEqual([]);
        expect(await compute().instances(zone, 'labels.cassandra-recovery:*')).toEqual([]);
      }
      for (const node of ring().nodeNames) {
        const { stdout } = await ring().run(
          node,
          'ls -A /dev/disk/by-id /run/cassandra-restore /var/lib/cassandra/restore-staging 2>/dev/null; findmnt; ls /run/gke-platform-lock 2>/dev/null || true',
        );
        expect(stdout).not.toMatch(/recovery|cassandra-restore\/|gke-platform-lock/);
      }
      return outcome;
    };

    step('the set is taken', ring, async () => {
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush && sync')));
      for (const node of ring().nodeNames) {
        const disk = { zone: staging.cassandraNodes[node]!.zone, name: `staging-cassandra-${node}-data` };
        await compute().createSnapshot(disk, { name: `${SET}-${node}`, labels: { [SNAPSHOT_SET_LABEL]: SET } });
      }
      await ring().cql('b', ['DELETE FROM proof.orders WHERE id = 8', 'DELETE FROM proof.orders WHERE id = 9']);
    });

    step('a dry run and refusals create nothing', ring, async () => {
      expect(await restoreSet('--table proof.orders --dry-run')).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('Not checked without clones: that the set has proof.orders'),
      });
      expect(await restoreSet('--table proof.orders')).toMatchObject({ status: 2, stderr: expect.stringContaining('pass --yes') });
    });

    step(
      'an interruption removes the clones',
      ring,
      async () => {
        const interrupt: Parameters<CommandLine['run']>[1] = (text, child) => {
          if (text.includes('creating recovery VM')) child.kill('SIGINT');
        };
        const { status, stderr } = await restoreSet('--table proof.orders --yes', interrupt);
        expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('the verification was interrupted') });
      },
      300,
    );

    step(
      'a table comes back under another name',
      ring,
      async () => {
        const before = await read(ring(), 'proof.orders');
        const { status, stdout } = await restoreSet('--table proof.orders --as proof.orders_of_the_set --yes');
        expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('b, c, d; exactly the rows of the set\n') });
        expect(await read(ring(), 'proof.orders_of_the_set')).toEqual(rows);
        // The table itself stays as it is.
        expect(await read(ring(), 'proof.orders')).toEqual(before);
        expect(before).toHaveLength(rows.length - 12);
      },
      900,
    );

    step(
      'all tables of a keyspace: one that was dropped comes back with its index, and one whose rows stay deleted is a failure',
      ring,
      async () => {
        await ring().cql('b', ['DROP TABLE proof.bills']);
        const { status, stdout, stderr } = await restoreSet('--keyspace proof --yes');
        expect({ status, stdout, stderr }).toEqual({
          status: 1,
          stdout: expect.stringMatching(
            /^proof.bills: 40 rows at consistency ALL, 0 before; imported on b, c, d; exactly the rows of the set$/m,
          ),
          stderr: expect.stringMatching(
            /^proof.orders has 282 rows, and the set has 294: rows that were deleted since the set stay deleted/m,
          ),
        });
        for (const node of ring().nodeNames) {
          expect(await ring().cql(node, ["SELECT id FROM proof.bills WHERE value = 'bill 30'"], 'ONE')).toEqual([['30']]);
        }
      },
      900,
    );

    step(
      'deleted rows come back under the same name once the table is truncated',
      ring,
      async () => {
        await ring().cql('b', ['TRUNCATE proof.orders']);
        const { status, stdout } = await restoreSet('--table proof.orders --yes');
        expect({ status, stdout }).toEqual({
          status: 0,
          stdout: expect.stringMatching(/^proof.orders: 294 rows at consistency ALL, 0 before; .*; exactly the rows of the set$/m),
        });
        expect(await read(ring(), 'proof.orders')).toEqual(rows);
      },
      900,
    );

    step(
      'a table that the set does not have is refused, and one that has its rows is no success',
      ring,
      async () => {
        const unknown = await restoreSet('--table proof.ordrs --yes');
        expect(unknown).toMatchObject({
          status: 2,
          stderr: expect.stringMatching(/has no table proof.ordrs; known: proof.bills, proof.load, proof.orders$/m),
        });
        expect(await restoreSet('--table proof.orders --yes')).toMatchObject({
          status: 1,
          stderr: expect.stringMatching(/^no row was restored: set of-last-night has no row that proof.orders lacks$/m),
        });
      },
      900,
    );
  });

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

    const words = ['cassandra', 'restore', 'staging', '--leftover', found!.name];
    const { status, stdout } = await line!.run([...words, '--dry-run']);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^d: import of \d+ SSTables \(\d+ bytes\) into proof.orders$/m),
    });
    expect(await read(ring(), 'proof.orders')).toEqual(['1|1|since then']);
    expect(await line!.run(words)).toMatchObject({
      status: 0,
      stdout: `proof.orders: ${rows.length} rows at consistency ALL, 1 before; imported on b, c, d; counted only\n`,
    });
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
    // Each node has built its index.
    for (const node of ring().nodeNames) {
      expect(await ring().cql(node, ["SELECT id FROM proof.orders WHERE value = 'order 30'"], 'ONE')).toEqual([['30']]);
    }
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
    expect(result.problem).toMatch(/^the import failed on c: .*proof.orders_yesterday was created and may be incomplete/s);
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
