import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { staging } from '../../environments';
import { SNAPSHOT_SET_LABEL } from '../../lib/cassandra-contract/labels';
import { type Check, ComputeEngine, isRestorable, isVerified, listSnapshotSets, type Verification, verifySet } from '../../lib/recovery';
import type { RealRing } from '../cassandra-vms/real-ring';
import { editImage } from '../cassandra-vms/snapshot-image';
import { progress, step } from '../cassandra-vms/steps';
import { wholeLife } from '../cassandra-vms/whole-life';
import { createProofKeyspace } from './proof-keyspace';

const ROWS = 500;

/** Rows and hash of a table with the ids from 0 in an int column, as `ROW_READER` computes them. */
function expectedRows(rows: number): { rows: number; hash: string } {
  let total = 0n;
  for (let id = 0; id < rows; id++) {
    const row = Buffer.alloc(8);
    row.writeInt32BE(4);
    row.writeInt32BE(id, 4);
    total += BigInt(`0x${createHash('sha256').update(row).digest('hex')}`);
  }
  return { rows, hash: (total % 2n ** 256n).toString(16).padStart(64, '0') };
}

const inserts = (table: string, rows: number, from = 0): string[] =>
  Array.from({ length: rows }, (_, index) => `INSERT INTO proof.${table} (id) VALUES (${from + index})`);

function takesSets(ring: () => RealRing): void {
  let runs = 0;
  const compute = () => new ComputeEngine({ project: staging.projectId, environment: ring().sandbox.environment });

  /** Takes snapshots of all data disks at once. @returns id of the set */
  const take = async (query: string): Promise<string> => {
    const run = `set-${++runs}`;
    await Promise.all(
      ring().nodeNames.map((node) => {
        const disk = { zone: staging.cassandraNodes[node]!.zone, name: `staging-cassandra-${node}-data` };
        return compute().createSnapshot(disk, { name: `${run}-${node}`, labels: { [SNAPSHOT_SET_LABEL]: run } }, query);
      }),
    );
    return run;
  };

  /** Verifies a set, and deletes its snapshots. @param damages shell commands in the file system of a snapshot, by node */
  const verify = async (run: string, damages: Readonly<Record<string, string>> = {}): Promise<Verification> => {
    for (const [node, script] of Object.entries(damages)) {
      const { id } = (await compute().snapshot(`${run}-${node}`))!;
      editImage(ring().directory, join(ring().directory, 'vms/snapshots', `${id}.img`), script);
    }
    const sets = await listSnapshotSets({ compute: compute(), ring: ring().described(), now: Date.now() + 1000 });
    const set = sets.find(({ id }) => id === run)!;
    const result = await verifySet({ compute: compute(), ring: ring().described(), set, run, onProgress: progress() });
    for (const node of ring().nodeNames) await compute().deleteSnapshot(`${run}-${node}`);
    return result;
  };
  const name = ({ level, code, node, table }: Check): string => [level, code, node, table].filter((part) => part !== undefined).join(' ');
  const withOutcome = ({ checks }: Verification, outcome: Check['outcome']): string[] =>
    checks.filter((check) => check.outcome === outcome).map(name);
  const rowsOf = ({ tables }: Verification, wanted: string) =>
    tables.filter(({ table }) => table === wanted).map(({ rows, hash }) => ({ rows, hash }));

  step(
    'a ring with a table for each set',
    ring,
    async () => {
      await createProofKeyspace(ring(), [
        ...['orders', 'early', 'late', 'load'].map((table) => `CREATE TABLE proof.${table} (id int PRIMARY KEY)`),
        'CREATE TABLE proof.expiring (id int PRIMARY KEY, value int)',
      ]);
      await ring().cql('b', [...inserts('orders', ROWS), 'INSERT INTO proof.expiring (id, value) VALUES (1, 1) USING TTL 86400'], 'ALL');
    },
    480,
  );

  step(
    'under write load, a set of guest flushes has every write that was acknowledged before',
    ring,
    async () => {
      await withLoad(ring(), async () => {
        await ring().cql('c', inserts('early', ROWS), 'QUORUM');
        const run = await take('?guestFlush=true');
        const result = await verify(run);
        process.stderr.write(
          `${JSON.stringify(
            result.checks.filter(({ code }) => code.startsWith('manifest')),
            undefined,
            1,
          )}\n`,
        );
        expect(withOutcome(result, 'failed')).toEqual([]);
        expect(withOutcome(result, 'not-run')).toEqual([]);
        expect(isVerified(result)).toBe(true);
        const complete = rowsOf(result, 'early').filter(({ hash }) => hash === expectedRows(ROWS).hash);
        expect(complete.length).toBeGreaterThanOrEqual(2);
      });
      for (const node of ring().nodeNames) await ring().run(node, 'test ! -e /var/lib/cassandra/snapshot-manifest.json');
    },
    500,
  );

  step(
    'simultaneous snapshots without a guest flush lose acknowledged writes on two disks',
    ring,
    async () => {
      // The commit log may have been written just before.
      for (let attempt = 0; attempt < 3; attempt++) {
        await ring().cql('c', ['TRUNCATE proof.late']);
        await ring().cql('c', inserts('late', ROWS), 'QUORUM');
        const result = await verify(await take(''));
        expect(withOutcome(result, 'not-run').filter((check) => check.includes(' manifest '))).toEqual(
          ring().nodeNames.map((node) => `1 manifest ${node}`),
        );
        const complete = rowsOf(result, 'late').filter(({ hash }) => hash === expectedRows(ROWS).hash);
        if (complete.length < 2) return;
      }
      throw new Error('no set lost a write');
    },
    700,
  );

  step(
    'a removed SSTable, a removed commit log and the manifest of another node are found',
    ring,
    async () => {
      const result = await verify(await take('?guestFlush=true'), {
        b: 'rm $(ls data/proof/orders-*/*-TOC.txt | head -1 | sed "s/TOC.txt//")*',
        c: 'test $(ls commitlog/*.log | wc -l) -gt 1; rm "$(ls commitlog/*.log | head -1)"',
        d: 'sed -i \'s/"node":"d"/"node":"c"/\' snapshot-manifest.json',
      });
      expect(withOutcome(result, 'failed')).toEqual(
        // The replay of the commit log restores the rows of a removed SSTable: it no longer knows that they were flushed.
        expect.arrayContaining(['2 manifest-sstables b proof.orders', '2 manifest-commit-logs c', '1 manifest d']),
      );
      expect(isRestorable(result)).toBe(false);
    },
    400,
  );

  step(
    'the watchdog thaws a disk that no script thaws, and the script after the snapshot fails',
    ring,
    async () => {
      await ring().run('d', '/etc/google/snapshots/pre.sh data');
      await ring().run('d', 'test -e /var/lib/cassandra/snapshot-manifest.json');
      // Waits while the disk is frozen.
      await ring().run('d', 'touch /var/lib/cassandra/thawed && rm /var/lib/cassandra/thawed');
      await ring().run('d', 'until ! systemctl is-active --quiet cassandra-thaw.service; do sleep 1; done');
      const { status, stderr } = await ring().vm('d').exec('/etc/google/snapshots/post.sh data');
      expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('was not frozen any more') });
      await ring().run('d', 'test ! -e /var/lib/cassandra/snapshot-manifest.json');
      await ring().allUp();
    },
    200,
  );
}

/** Writes to `proof.load` on node b at QUORUM meanwhile. A write that times out during a freeze is not acknowledged, and the client starts again. */
async function withLoad(ring: RealRing, work: () => Promise<void>): Promise<void> {
  const loop = `: >/run/load
    i=0
    statements() {
      while [ -e /run/load ]; do
        echo "INSERT INTO proof.load (id) VALUES ($((i++)))"
        sleep 0.05
      done
    }
    while [ -e /run/load ]; do cassandra-cql --consistency QUORUM < <(statements) || true; done`;
  const load = ring.vm('b').exec(['bash', '-c', loop], { timeoutSeconds: 1200 });
  try {
    await work();
  } finally {
    await ring.run('b', 'rm -f /run/load');
    await load;
  }
}

wholeLife('sets', {}, takesSets);
