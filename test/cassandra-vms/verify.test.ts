import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { staging } from '../../environments';
import { SNAPSHOT_SET_LABEL } from '../../lib/cassandra-contract/labels';
import { type Check, ComputeEngine, isRestorable, listSnapshotSets, readLiveRows, type SnapshotSet, verifySet } from '../../lib/recovery';
import type { RealRing } from './real-ring';
import { editImage } from './snapshot-image';
import { progress, step } from './steps';
import { wholeLife } from './whole-life';

const TABLES = [
  { keyspace: 'proof', table: 'deleted' },
  { keyspace: 'proof', table: 'log' },
  { keyspace: 'proof', table: 'orders' },
];

/** Changes the image of a snapshot: by shell commands in its file system, or as a file. */
type Damage = string | ((image: string) => void);

function verifiesSets(ring: () => RealRing): void {
  let runs = 0;
  const compute = () => new ComputeEngine({ project: staging.projectId, environment: ring().sandbox.environment });

  /** Takes a set of snapshots with guest flushes, damages it, and verifies it. */
  const verify = async (damages: Readonly<Record<string, Damage>> = {}, disks: Readonly<Record<string, string>> = {}) => {
    const run = `test-${++runs}`;
    for (const node of ring().nodeNames) {
      const { zone } = staging.cassandraNodes[node]!;
      const disk = `staging-cassandra-${node}-data`;
      const body = { name: `${run}-${node}`, labels: { [SNAPSHOT_SET_LABEL]: run } };
      const { id } = await compute().createSnapshot({ zone, name: disk }, body, '?guestFlush=true');
      const damage = damages[node];
      const image = join(ring().directory, 'vms/snapshots', `${id}.img`);
      if (typeof damage === 'string') editImage(ring().directory, image, damage);
      else damage?.(image);
    }
    const sets = await listSnapshotSets({ compute: compute(), ring: ring().described(), now: Date.now() + 1000 });
    const found = sets.find(({ id }) => id === run)!;
    const snapshots = new Map([...found.snapshots].map(([node, own]) => [node, found.snapshots.get(disks[node] ?? node) ?? own]));
    const set: SnapshotSet = { ...found, snapshots };
    const result = await verifySet({ compute: compute(), ring: ring().described(), set, run, onProgress: progress() });
    for (const node of ring().nodeNames) await compute().deleteSnapshot(`${run}-${node}`);
    for (const { zone } of Object.values(staging.cassandraNodes)) {
      expect(await compute().disks(zone, 'labels.cassandra-recovery:*')).toEqual([]);
      expect(await compute().instances(zone, 'labels.cassandra-recovery:*')).toEqual([]);
    }
    return result;
  };
  const failures = (checks: readonly Check[]) =>
    checks
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ level, code, node, table }) => [level, code, node, table].filter((part) => part !== undefined).join(' '));

  step(
    'a ring with flushed and unflushed rows',
    ring,
    async () => {
      await ring().ready(undefined, 420);
      await ring().allUp();
      const replication = `{'class': 'NetworkTopologyStrategy', '${staging.region}': 3}`;
      await ring().cql('b', [
        `CREATE KEYSPACE proof WITH replication = ${replication}`,
        'CREATE TABLE proof.orders (id int, at int, value text, "To" text, tags map<text, int>, PRIMARY KEY (id, at))',
        'CREATE TABLE proof.deleted (id int PRIMARY KEY)',
        'CREATE TABLE proof.log (id int PRIMARY KEY, value text)',
      ]);
      const ids = Array.from({ length: 400 }, (_, id) => id);
      const insert = (id: number) =>
        `INSERT INTO proof.orders (id, at, value, tags) VALUES (${id % 40}, ${id}, 'order ${id}', {'a': ${id}})`;
      const log = (id: number) => `INSERT INTO proof.log (id, value) VALUES (${id}, 'x')`;
      await ring().cql(
        'b',
        [...ids.slice(0, 200).map(insert), 'INSERT INTO proof.deleted (id) VALUES (1)', 'DELETE FROM proof.deleted WHERE id = 1'],
        'ALL',
      );
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush proof')));
      await ring().cql('b', [...ids.slice(200).map(insert), ...ids.slice(0, 50).map(log)], 'ALL');
    },
    480,
  );

  step(
    'a good set is verified, with the rows of the live ring',
    ring,
    async () => {
      const result = await verify();
      expect(result.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      expect(isRestorable(result)).toBe(true);
      const live = await readLiveRows(ring().shell, ring().described(), TABLES);
      expect(live.map(({ table, rows }) => [table, rows])).toEqual([
        ['deleted', 0],
        ['log', 50],
        ['orders', 400],
      ]);
      for (const node of ring().nodeNames) {
        expect(result.tables.filter((each) => each.node === node)).toEqual(live.map((rows) => ({ node, ...rows })));
      }
      expect(result.seconds).toMatchObject({ boot: expect.any(Number), clone: expect.any(Number), rows: expect.any(Number) });
    },
    400,
  );

  step(
    'a flipped byte, a removed commit log and a blank disk are found, each on its node',
    ring,
    async () => {
      const { checks } = await verify({
        b: 'f=$(ls data/proof/orders-*/*-Data.db | head -1); printf X | dd of=$f bs=1 seek=40 conv=notrunc status=none',
        c: 'rm commitlog/*',
        d: blank,
      });
      expect(failures(checks)).toEqual(
        expect.arrayContaining([
          '2 sstable-digest b proof.orders',
          '4 rows b proof.orders',
          '2 commit-log-files c',
          '3 commit-log-replay c',
          '1 file-system d',
        ]),
      );
      expect(checks).toContainEqual({ level: 4, code: 'rows', outcome: 'not-run', node: 'd' });
      expect(checks).toContainEqual({ level: 4, code: 'disks-agree', outcome: 'not-run' });
    },
    400,
  );

  step(
    'the disk of another node, a truncated commit log and an emptied table are found',
    ring,
    async () => {
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush')));
      const { checks } = await verify(
        { c: 'f=$(ls -S commitlog/*.log | head -1); truncate -s 100000 "$f"', d: 'rm -r commitlog/* data/proof/orders-*' },
        { b: 'c' },
      );
      expect(failures(checks)).toEqual(
        expect.arrayContaining(['1 ownership-marker b', '2 commit-log-files c', '2 table-directories d proof.orders']),
      );
    },
    400,
  );
}

function blank(image: string): void {
  const { size } = statSync(image);
  truncateSync(image, 0);
  truncateSync(image, size);
}

wholeLife('verify', { cassandraSettings: { hints_flush_period: '1s' } }, verifiesSets);
