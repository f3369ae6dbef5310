import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { staging } from '../../environments';
import { readDiskGenerations, writeDiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { SNAPSHOT_SET_LABEL } from '../../lib/cassandra-contract/labels';
import { startRing, stopRing } from '../../lib/operations';
import {
  CloudStorage,
  ComputeEngine,
  createReplayTools,
  createRestoreTools,
  listSnapshotSets,
  type RestoreResult,
  readLiveRows,
  restoreRing,
  verifySet,
} from '../../lib/recovery';
import type { RealRing } from '../cassandra-vms/real-ring';
import { progress, step } from '../cassandra-vms/steps';
import { wholeLife } from '../cassandra-vms/whole-life';
import { createProofKeyspace } from './proof-keyspace';

const BUCKET = 'parking-staging-archive';
const ROWS = 200;

/** The ring is restored to a moment between two writes, from a set and the commit logs of its archive. */
function restoresToTime(ring: () => RealRing): void {
  const compute = () => new ComputeEngine({ project: staging.projectId, environment: ring().sandbox.environment });
  const storage = () => new CloudStorage({ project: staging.projectId, environment: ring().sandbox.environment });
  const now = async (): Promise<number> => Number((await ring().run('b', 'date +%s%3N')).stdout);

  async function restoreTo(at: number): Promise<RestoreResult> {
    const file = join(ring().directory, 'staging.disks.json');
    if (!existsSync(file)) writeFileSync(file, '{}\n');
    ring().change({ cassandraDisksFile: file });
    const { shell, secretStore: secrets } = ring();
    const described = ring().described();
    const context = { ring: described, shell, compute: compute(), run: 'point-in-time', onProgress: progress() };
    const listSets = () => listSnapshotSets({ compute: compute(), ring: described, now: Date.now() + 1000 });
    const tools = createRestoreTools({
      ...{ ...context, secrets, reason: 'restore of the ring' },
      disksFile: { read: () => readDiskGenerations(file), write: (generations) => writeDiskGenerations(file, generations) },
      synthesize: () => ({ ring: ring().described(), stack: ring().toPlan() }),
      confirm: async () => {},
      replay: createReplayTools({ ...context, storage: storage() }),
      verify: (set) => verifySet({ ...context, storage: storage(), set }),
      listSets,
      stop: () => stopRing({ shell, ring: described, isAtOnce: true, onProgress: progress() }),
      start: (restored) => startRing({ shell, ring: restored, restored: true, onProgress: progress() }),
      readRows: (tables) => readLiveRows(shell, described, tables),
    });
    return restoreRing({ ring: described, sets: await listSets(), at, tools, onProgress: progress() });
  }

  step(
    'a ring with an archive, and a set of snapshots',
    ring,
    async () => {
      await createProofKeyspace(ring(), [
        'CREATE TABLE proof.orders (id int PRIMARY KEY, item text)',
        'CREATE TABLE proof.emptied (id int PRIMARY KEY)',
        'INSERT INTO proof.emptied (id) VALUES (1)',
        ...inserts(0, ROWS),
      ]);
      await Promise.all(
        ring().nodeNames.map((node) =>
          compute().createSnapshot(
            { zone: staging.cassandraNodes[node]!.zone, name: `staging-cassandra-${node}-data` },
            { name: `base-${node}`, labels: { [SNAPSHOT_SET_LABEL]: 'base' } },
            '?guestFlush=true',
          ),
        ),
      );
    },
    600,
  );

  let at = 0;
  step(
    'writes after the set reach the archive: through full segments, a restart and a change of the schema',
    ring,
    async () => {
      await ring().cql('c', inserts(ROWS, ROWS));
      // More than a segment of 4 MiB.
      await ring().run(
        'b',
        `blob=$(head -c 60000 /dev/zero | tr '\\0' x)
        for ((i = 0; i < 120; i++)); do echo "INSERT INTO proof.orders (id, item) VALUES (1, '$blob')"; done | cassandra-cql --consistency ALL`,
      );
      await ring().run('d', 'systemctl restart cassandra && until nodetool statusbinary | grep -q ^running; do sleep 1; done');
      await ring().allUp();
      await ring().cql('b', [
        'ALTER TABLE proof.orders ADD price int',
        'CREATE TABLE proof.later (id int PRIMARY KEY)',
        ...Array.from({ length: ROWS }, (_, id) => `INSERT INTO proof.later (id) VALUES (${id})`),
        'UPDATE proof.orders SET price = 9 WHERE id = 7',
      ]);
      for (const node of ring().nodeNames) await ring().run(node, 'systemctl start cassandra-archive.service');
      const found = (await storage().list(BUCKET, 'staging-cassandra/')).map(({ name }) => name);
      for (const node of ring().nodeNames)
        expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${node}/\\d+/commitlog/CommitLog-\\d+-\\d+\\.log$`)));
      for (const node of ring().nodeNames)
        expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${node}/manifests/[-:\\dTZ]+-[0-9a-f]{64}\\.json$`)));
      expect(found.filter((name) => /^d\/\d+\/starts\//.test(name))).toHaveLength(2);
      for (const node of ring().nodeNames) expect((await ring().run(node, 'ls /var/lib/cassandra/archive/spool')).stdout).toBe('');
    },
    300,
  );

  let afterwards = 0;
  step(
    'rows are deleted, a table is dropped, and another one is truncated',
    ring,
    async () => {
      at = await now();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await ring().cql('b', [
        'DELETE FROM proof.orders WHERE id IN (3, 4, 5)',
        "INSERT INTO proof.orders (id, item) VALUES (9999, 'bad')",
        'DROP TABLE proof.later',
        'TRUNCATE proof.emptied',
      ]);
      afterwards = await now();
      // Copies of open segments are complete until shortly before them.
      await new Promise((resolve) => setTimeout(resolve, 16_000));
    },
    120,
  );

  step(
    'a time after the TRUNCATE, which no replay repeats, is not reached, and the ring is not touched',
    ring,
    async () => {
      const { state, problem } = await restoreTo(afterwards);
      expect({ state, problem }).toEqual({ state: 'unchanged', problem: expect.stringContaining('replayed-truncate') });
      expect(problem).toContain('proof.emptied');
    },
    600,
  );

  step(
    'an altered commit log is found, by its digest or by its replay, and the ring is not touched',
    ring,
    async () => {
      const [closed] = (await storage().list(BUCKET, 'staging-cassandra/b/')).filter(({ name }) => /\/commitlog\//.test(name)).slice(-1);
      const object = new ArchivedFile(ring().directory, `staging-cassandra/b/${closed!.name}`);
      for (const [keepsDigest, code] of [
        [true, 'archive-files'],
        [false, 'archive-replay'],
      ] as const) {
        object.alter(keepsDigest);
        const { state, problem } = await restoreTo(at);
        object.putBack();
        expect({ state, problem }).toEqual({ state: 'unchanged', problem: expect.stringContaining(`${code} of b`) });
      }
    },
    900,
  );

  step(
    'the dropped table and the rows are back at the second before',
    ring,
    async () => {
      const { state, problem, pointInTime, unchecked } = await restoreTo(at);
      expect(unchecked.filter(({ code }) => code === 'manifest-archived')).toEqual([]);
      expect({ state, problem, asked: pointInTime?.asked, reached: pointInTime?.reached }).toEqual({
        ...{ state: 'restored', problem: undefined, asked: at, reached: at },
      });
      const ids = (await ring().cql('c', ['SELECT id FROM proof.orders'], 'ALL'))
        .map(([id]) => Number(id))
        .sort((one, other) => one - other);
      expect(ids).toEqual(Array.from({ length: 2 * ROWS }, (_, id) => id));
      expect(await ring().cql('d', ['SELECT id FROM proof.later'], 'ALL')).toHaveLength(ROWS);
      expect(await ring().cql('d', ['SELECT id FROM proof.emptied'], 'ALL')).toEqual([['1']]);
      expect(await ring().cql('d', ['SELECT price FROM proof.orders WHERE id = 7'], 'ALL')).toEqual([['9']]);
      expect((await ring().sandbox.plan(ring().stack())).changes).toEqual([]);
    },
    1500,
  );

  step(
    'the restored disks have a history of their own in the archive, from which nothing can be deleted',
    ring,
    async () => {
      const list = async () => (await storage().list(BUCKET, 'staging-cassandra/b/')).filter(({ name }) => /^\d+\//.test(name));
      const before = (await list()).map(({ name }) => name.split('/')[0]);
      await ring().run('b', 'cassandra-archive upload --open');
      const after = await list();
      expect(new Set([...before, ...after.map(({ name }) => name.split('/')[0])]).size).toBe(2);
      const token = `curl -fsS -H 'Metadata-Flavor: Google' http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token | sed -n 's/.*"access_token" *: *"\\([^"]*\\)".*/\\1/p'`;
      const object = encodeURIComponent(`staging-cassandra/b/${after[0]!.name}`);
      const { stdout } = await ring().run(
        'b',
        `curl -sS -o /dev/null -w '%{http_code}' -X DELETE -H "Authorization: Bearer $(${token})" https://storage.googleapis.com/storage/v1/b/${BUCKET}/o/${object}`,
      );
      expect(stdout).toBe('403');
      const { GOOGLE_STORAGE_CUSTOM_ENDPOINT: endpoint, GOOGLE_OAUTH_ACCESS_TOKEN: operator } = ring().sandbox.environment;
      const deleted = await fetch(`${endpoint}b/${BUCKET}/o/${object}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${operator}` },
      });
      expect(deleted.status).toBe(403);
    },
    120,
  );
}

/** Object of the archive, as the sandbox keeps it. */
class ArchivedFile {
  private readonly path: string;
  private readonly content: readonly [Buffer, Buffer];

  constructor(directory: string, name: string) {
    this.path = join(directory, 'vms/objects', BUCKET, createHash('sha256').update(name).digest('hex'));
    this.content = [readFileSync(`${this.path}.data`), readFileSync(`${this.path}.json`)];
  }

  /** Overwrites the middle. @param keepsDigest the bucket has the digest of the former content */
  public alter(keepsDigest: boolean): void {
    const [data, description] = this.content;
    const altered = Buffer.from(data);
    altered.fill(0xff, Math.floor(data.length / 8), Math.floor(data.length / 4));
    writeFileSync(`${this.path}.data`, altered);
    if (keepsDigest) return;
    const md5Hash = createHash('md5').update(altered).digest('base64');
    writeFileSync(`${this.path}.json`, JSON.stringify({ ...JSON.parse(description.toString()), md5Hash }));
  }

  public putBack(): void {
    writeFileSync(`${this.path}.data`, this.content[0]);
    writeFileSync(`${this.path}.json`, this.content[1]);
  }
}

function inserts(from: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `INSERT INTO proof.orders (id, item) VALUES (${from + index}, 'item ${from + index}')`,
  );
}

wholeLife(
  'archive',
  {
    cassandraArchiveBucket: BUCKET,
    cassandraSettings: { ...staging.cassandraSettings, commitlog_segment_size: '4MiB' },
    protectedAddresses: [...staging.protectedAddresses, 'google_storage_bucket.BackupArchive_297D7466'],
  },
  restoresToTime,
);
