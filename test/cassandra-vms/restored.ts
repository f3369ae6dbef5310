import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDiskGenerations, writeDiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { startRing, stopRing } from '../../lib/operations';
import { ComputeEngine, createRestoreTools, listSnapshotSets, readLiveRows, restoreRing, verifySet } from '../../lib/recovery';
import { CANARY_ROWS, expectCanary } from './blank-disks';
import type { RealRing } from './real-ring';
import { progress, step } from './steps';

/** A whole ring is restored from a set of snapshots, as `gke-platform cassandra restore` does it. */
export function restoresRing(ring: () => RealRing): void {
  const compute = () => new ComputeEngine({ project: ring().described().project, environment: ring().sandbox.environment });
  const file = () => join(ring().directory, 'staging.disks.json');
  const tools = (run: string) => {
    const { shell } = ring();
    const described = ring().described();
    return createRestoreTools({
      ...{ ring: described, shell, compute: compute(), secrets: ring().secretStore, reason: 'restore of the ring' },
      disksFile: { read: () => readDiskGenerations(file()), write: (generations) => writeDiskGenerations(file(), generations) },
      synthesize: () => ({ ring: ring().described(), stack: ring().toPlan() }),
      confirm: async () => {},
      verify: (set) => verifySet({ compute: compute(), ring: described, set, run, onProgress: progress() }),
      stop: () => stopRing({ shell, ring: described, onProgress: progress() }),
      start: (restored) => startRing({ shell, ring: restored, restored: true, onProgress: progress() }),
      readRows: (tables) => readLiveRows(shell, described, tables),
    });
  };
  const restore = async (run: string, id: string) =>
    restoreRing({
      ...{ ring: ring().described(), sets: await listSnapshotSets({ compute: compute(), ring: ring().described(), now: Date.now() }), id },
      ...{ tools: tools(run), onProgress: progress() },
    });
  const snapshots = (id: string) =>
    Promise.all(
      ring().nodeNames.map((node) =>
        compute().createSnapshot(
          { zone: `europe-west1-${node}`, name: `staging-cassandra-${node}-data` },
          { name: `${id}-${node}`, labels: { 'cassandra-snapshot-set': id, 'cassandra-node': node } },
        ),
      ),
    );

  step(
    'a set without rows is not restored, and the ring is not touched',
    ring,
    async () => {
      if (!existsSync(file())) writeFileSync(file(), '{}\n');
      ring().change({ cassandraDisksFile: file() });
      const rows = await ring().cql('b', ['SELECT id FROM proof.canary']);
      await ring().cql('b', ['TRUNCATE proof.canary']);
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush && sync')));
      await snapshots('empty');
      for (const [id] of rows) await ring().cql('b', [`INSERT INTO proof.canary (id, value) VALUES (${id}, 'canary ${id}')`]);
      const boots = ring().vms.map(({ bootCount }) => bootCount);
      const { state, problem } = await restore('empty', 'empty');
      expect({ state, problem }).toEqual({ state: 'unchanged', problem: expect.stringContaining('level 4 (rows): rows-present') });
      expect(ring().vms.map(({ bootCount }) => bootCount)).toEqual(boots);
      await expectCanary(ring());
    },
    600,
  );

  step(
    'rows that were deleted are back from the set of last night, and no change is planned',
    ring,
    async () => {
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush && sync')));
      await snapshots('last-night');
      await ring().cql('b', ['DELETE FROM proof.canary WHERE id IN (1, 2, 3)']);
      const { state, problem, kept } = await restore('last-night', 'last-night');
      expect({ state, problem }).toEqual({ state: 'restored', problem: undefined });
      expect(kept.map(({ disk }) => disk)).toEqual(ring().nodeNames.map((node) => `staging-cassandra-${node}-data`));
      expect(await ring().cql('c', ['SELECT id FROM proof.canary'], 'ALL')).toHaveLength(CANARY_ROWS);
      expect((await ring().sandbox.plan(ring().stack())).changes).toEqual([]);
    },
    900,
  );
}
