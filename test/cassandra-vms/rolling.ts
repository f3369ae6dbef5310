import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renewSuperuser, resetSuperuser, rollingRestart } from '../../lib/operations';
import { POD_ADDRESS, type RealRing } from './real-ring';
import { progress, step } from './steps';

/** Final output of the writer. */
export interface Written {
  readonly written: number;
  readonly failed: readonly string[];
  readonly slowestMs: number;
  readonly found: number;
}

export function changesUnderLoad(ring: () => RealRing): void {
  let writing: Promise<string>;
  let stopFile: string;

  step('snapshots of truncated and dropped tables expire', ring, async () => {
    const [table, drop, truncate] = ['proof.scratch (id int PRIMARY KEY)', 'DROP TABLE proof.scratch', 'TRUNCATE proof.scratch'];
    const insert = 'INSERT INTO proof.scratch (id) VALUES (1)';
    await ring().cql('b', [`CREATE TABLE ${table}`, insert, truncate, insert, drop]);
    const { stdout } = await ring().run('b', 'nodetool listsnapshots');
    const ends = [...stdout.matchAll(/^(truncated|dropped)-\S+ +proof +scratch .* (\S+Z) +(\S+Z)\s/gm)];
    expect(ends.map(([, kind]) => kind).sort()).toEqual(['dropped', 'truncated']);
    for (const [, , made, end] of ends) expect(Date.parse(end!) - Date.parse(made!)).toBe(7 * 86_400_000);
  });

  step('the superuser gets a new password, and the old one is rejected', ring, async () => {
    const before = ring().sandbox.secrets.read('staging-cassandra-superuser')!;
    const { shell, secretStore: store } = ring();
    expect(await renewSuperuser({ shell, ring: ring().described(), store, onProgress: progress() })).toBe(2);
    for (const node of ring().nodeNames) {
      const login = (password: string) => ring().client(POD_ADDRESS, 'login.js', [ring().address(node), 'operator'], password);
      expect(await login('operator')).toBe('in');
      expect(await login(before)).toMatch(/Provided username operator and\/or password are incorrect/);
    }
  });

  step(
    'a lost password of the superuser is reset, and logins are required again afterwards',
    ring,
    async () => {
      await ring().cql('b', ["ALTER ROLE operator WITH PASSWORD = 'nobody knows it'"]);
      const { shell, secretStore: store } = ring();
      expect(await resetSuperuser({ shell, ring: ring().described(), store, onProgress: progress() })).toBe(2);
      await ring().allUp();
      for (const node of ring().nodeNames) {
        const login = (user: string, password: string) => ring().client(POD_ADDRESS, 'login.js', [ring().address(node), user], password);
        expect(await login('operator', 'operator')).toBe('in');
        expect(await login('operator', 'nobody knows it')).toMatch(/incorrect/);
        expect(await login('cassandra', 'cassandra')).toMatch(/not permitted to log in|incorrect/);
      }
    },
    // Two restarts of Cassandra.
    480,
  );

  step('an app writes continuously at QUORUM', ring, async () => {
    stopFile = join(ring().directory, 'stop-writing');
    writing = ring().client(POD_ADDRESS, 'writer.js', [stopFile, ...ring().nodeNames.map((node) => ring().address(node))]);
    writing.catch(() => {});
    while ((await countLoad(ring())) === 0) await new Promise((done) => setTimeout(done, 200));
  });

  step('a changed setting updates each VM in place, and restarts nothing', ring, async () => {
    const before = await Promise.all(ring().nodeNames.map((node) => readStartTime(ring(), node)));
    ring().change({ cassandraSettings: { ...ring().values.cassandraSettings, concurrent_reads: 24 } });
    const { changes } = await ring().sandbox.plan(ring().stack());
    const inPlace = ['google_compute_instance', 'update', ['metadata', 'metadata_fingerprint']];
    expect(changes.map(({ type, action, changes: what }) => [type, action, what])).toEqual(ring().nodeNames.map(() => inPlace));
    await ring().deploy();
    expect(await Promise.all(ring().nodeNames.map((node) => readStartTime(ring(), node)))).toEqual(before);
  });

  step(
    'a rolling restart applies the setting node by node',
    ring,
    async () => {
      const { done, remaining, problem } = await rollingRestart({
        shell: ring().shell,
        ring: ring().described(),
        since: new Date(),
        onlyPending: true,
        timeoutMinutes: 5,
        onProgress: progress(),
      });
      expect({ done, remaining, problem }).toEqual({
        done: ring()
          .described()
          .nodes.map(({ name }) => name),
        remaining: [],
        problem: undefined,
      });
      for (const node of ring().nodeNames) {
        const [[value] = []] = await ring().cql(node, ["SELECT value FROM system_views.settings WHERE name = 'concurrent_reads'"], 'ONE');
        expect([node, value]).toEqual([node, '24']);
      }
    },
    600,
  );

  step('no write failed', ring, async () => {
    writeFileSync(stopFile, '');
    const { written, failed, slowestMs, found }: Written = JSON.parse(await writing);
    process.stderr.write(`${written} writes, ${failed.length} failed, the slowest took ${slowestMs} ms\n`);
    expect(failed).toEqual([]);
    expect(written).toBeGreaterThan(100);
    expect(found).toBe(written);
  });
}

async function countLoad(ring: RealRing): Promise<number> {
  const [[count] = []] = await ring.cql('b', ['SELECT count(*) FROM proof.load']);
  return Number(count);
}

/** Start time of a node's Cassandra. */
async function readStartTime(ring: RealRing, node: string): Promise<string> {
  return (await ring.run(node, 'systemctl show --property ExecMainStartTimestampMonotonic --value cassandra')).stdout;
}
