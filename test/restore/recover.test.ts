import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { staging } from '../../environments';
import { readDiskGenerations, writeDiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import {
  ComputeEngine,
  createDiskTools,
  createRecoverTools,
  describeDisk,
  findSource,
  type LiveRows,
  RECOVER_STEPS,
  readLiveRows,
  recoverDisk,
  recoverRing,
  requirePlace,
} from '../../lib/recovery';
import { LabDisks } from '../cassandra-vms/lab-disks';
import type { RealRing } from '../cassandra-vms/real-ring';
import { editImage } from '../cassandra-vms/snapshot-image';
import { progress, step } from '../cassandra-vms/steps';
import { wholeLife } from '../cassandra-vms/whole-life';
import { createProofKeyspace } from './proof-keyspace';

const TABLES = [
  { keyspace: 'proof', table: 'log' },
  { keyspace: 'proof', table: 'orders' },
];
const ZONE = 'europe-west1-c';
const DISK = 'staging-cassandra-c-data';

/** A database comes back from the last disk of a ring. */
function recovers(ring: () => RealRing): void {
  const compute = () => new ComputeEngine({ project: staging.projectId, environment: ring().sandbox.environment });
  let rows: readonly LiveRows[] = [];

  const expectNothingLeft = async () => {
    for (const { zone } of Object.values(staging.cassandraNodes)) {
      expect(await compute().disks(zone, 'labels.cassandra-recovery:*')).toEqual([]);
      expect(await compute().instances(zone, 'labels.cassandra-recovery:*')).toEqual([]);
    }
  };

  step(
    'a ring with flushed and unflushed rows',
    ring,
    async () => {
      await createProofKeyspace(ring(), [
        'CREATE TABLE proof.orders (id int, at int, value text, tags map<text, int>, PRIMARY KEY (id, at))',
        'CREATE TABLE proof.log (id int PRIMARY KEY, value text)',
      ]);
      const ids = Array.from({ length: 400 }, (_, id) => id);
      const insert = (id: number) =>
        `INSERT INTO proof.orders (id, at, value, tags) VALUES (${id % 40}, ${id}, 'order ${id}', {'a': ${id}})`;
      const log = (id: number) => `INSERT INTO proof.log (id, value) VALUES (${id}, 'x')`;
      await ring().cql('b', ids.slice(0, 200).map(insert), 'ALL');
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush proof')));
      await ring().cql('b', [...ids.slice(200).map(insert), ...ids.slice(0, 50).map(log)], 'ALL');
      rows = await readLiveRows(ring().shell, ring().described(), TABLES);
      // The commit log is on the disk after its period.
      await sleep(11_000);
      await ring().run('c', 'sync');
    },
    900,
  );

  step(
    'a volume of another installation is read all the same: no marker, files of user id 999',
    ring,
    async () => {
      const { id } = await compute().createSnapshot({ zone: ZONE, name: DISK }, { name: 'volume' });
      const image = join(ring().directory, 'vms/snapshots', `${id}.img`);
      editImage(ring().directory, image, 'rm -f .cassandra_fs_ownership joined last-repair cassandra-heartbeat; chown -R 999:999 .');
      const source = { snapshot: 'volume' };
      const result = await recoverDisk({ compute: compute(), ring: ring().described(), source, run: 'recover-2', onProgress: progress() });
      expect(result.verification.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
      for (const line of describeDisk(result)) process.stderr.write(`  ${line}\n`);
      const described = ring().described();
      expect(result.disk).toMatchObject({
        ...{ cluster: described.cluster, datacenter: described.datacenter, rack: ZONE, cassandraVersion: '5.0.8' },
        ...{ hasMarker: false, owner: 999 },
      });
      expect(result.disk!.tokens).toHaveLength(16);
      expect(result.disk!.peers!.map(({ address }) => address).sort()).toEqual([ring().address('b'), ring().address('d')]);
      expect(result.disk!.keyspaces!.find(({ name }) => name === 'proof')).toMatchObject({
        ...{ copies: 3, share: 1, replication: { [staging.region]: '3' } },
      });
      expect(result.verification.tables).toEqual(rows.map((each) => ({ node: 'c', ...each })));
      await expectNothingLeft();
      await compute().deleteSnapshot('volume');
      await ring().allUp(undefined, 300);
    },
    1200,
  );

  step(
    'two disks are lost, one with its VM: the ring comes back from the third, with its rows, and no change is planned',
    ring,
    async () => {
      const { cloud } = ring().sandbox;
      const lost = cloud.list('google_compute_instance').find((each) => each.text('name') === ring().vm('b').name)!;
      const disk = new LabDisks(ring()).disk('b');
      cloud.remove(lost.type, lost.identity);
      cloud.remove(disk.type, disk.identity);
      await ring().sandbox.vms.reconcile();
      await ring().vm('d').powerOff();
      wipe(join(ring().directory, 'vms/disks', `${new LabDisks(ring()).disk('d').text('disk_id')}.img`));
      await ring().vm('d').start();

      // The roles on the disk have another password, as those of another installation.
      await ring().secretStore.addVersion('staging-cassandra-superuser', 'of-another-time');

      const file = join(ring().directory, 'staging.disks.json');
      writeFileSync(file, '{}\n');
      ring().change({ cassandraDisksFile: file });
      const { shell } = ring();
      const described = ring().described();
      const source = { disk: DISK };
      const found = await findSource(compute(), described, source);
      const context = { ring: described, shell, compute: compute(), run: 'recover-3', onProgress: progress() };
      const tools = createRecoverTools({
        ...{ ...context, source, found, node: requirePlace(described, 'c'), secrets: ring().secretStore },
        disks: createDiskTools({
          ...{ ring: described, shell, compute: compute(), reason: 'recovery of the ring' },
          disksFile: { read: () => readDiskGenerations(file), write: (generations) => writeDiskGenerations(file, generations) },
          synthesize: () => ({ ring: ring().described(), stack: ring().toPlan() }),
        }),
        readRows: (tables) => readLiveRows(shell, described, tables),
        confirm: async () => {},
      });
      const { state, problem, done } = await recoverRing({ ring: described, source: found, into: 'c', tools, onProgress: progress() });
      expect({ state, problem, done }).toEqual({ state: 'recovered', problem: undefined, done: RECOVER_STEPS });

      expect(await readLiveRows(shell, ring().described(), TABLES)).toEqual(rows);
      await ring().allUp(undefined, 300);
      const [[replication] = []] = await ring().cql('d', ["SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'proof'"]);
      expect(replication).toContain(`${staging.region}: 3`);
      const generations = readDiskGenerations(file);
      expect([generations.b?.generation, generations.c?.generation, generations.d]).toEqual([
        undefined,
        2,
        { generation: 2, kept: [expect.objectContaining({ generation: 1 })] },
      ]);
      await expectNothingLeft();
      expect((await ring().sandbox.plan(ring().stack())).changes).toEqual([]);
    },
    3000,
  );
}

function wipe(image: string): void {
  const { size } = statSync(image);
  truncateSync(image, 0);
  truncateSync(image, size);
}

wholeLife('recover', { cassandraSettings: { hints_flush_period: '1s' } }, recovers);
