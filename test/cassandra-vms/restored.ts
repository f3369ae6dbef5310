import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDiskGenerations, writeDiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { startRing, stopRing } from '../../lib/operations';
import {
  ComputeEngine,
  createRestoreTools,
  listSnapshotSets,
  type RestoreResult,
  readLiveRows,
  restoreRing,
  verifySet,
} from '../../lib/recovery';
import { CANARY_ROWS, expectCanary } from './blank-disks';
import type { RealRing } from './real-ring';
import { progress, step } from './steps';

/** Restores the whole ring from a set of snapshots, as `gke-platform cassandra restore` does it. @param run name of the run */
export async function restoreFromSet(ring: RealRing, run: string, id: string): Promise<RestoreResult> {
  const file = join(ring.directory, 'staging.disks.json');
  if (!existsSync(file)) writeFileSync(file, '{}\n');
  ring.change({ cassandraDisksFile: file });
  const { shell } = ring;
  const described = ring.described();
  const compute = createCompute(ring);
  const listSets = () => listSnapshotSets({ compute, ring: described, now: Date.now() });
  const tools = createRestoreTools({
    ...{ ring: described, shell, compute, secrets: ring.secretStore, reason: 'restore of the ring' },
    disksFile: { read: () => readDiskGenerations(file), write: (generations) => writeDiskGenerations(file, generations) },
    synthesize: () => ({ ring: ring.described(), stack: ring.toPlan() }),
    confirm: async () => {},
    verify: (set) => verifySet({ compute, ring: described, set, run, onProgress: progress() }),
    listSets,
    stop: () => stopRing({ shell, ring: described, isAtOnce: true, onProgress: progress() }),
    start: (restored) => startRing({ shell, ring: restored, restored: true, onProgress: progress() }),
    readRows: (tables) => readLiveRows(shell, described, tables),
  });
  return restoreRing({ ring: described, sets: await listSets(), id, tools, onProgress: progress() });
}

function createCompute(ring: RealRing): ComputeEngine {
  return new ComputeEngine({ project: ring.described().project, environment: ring.sandbox.environment });
}

/** A whole ring is restored from a set of snapshots. */
export function restoresRing(ring: () => RealRing): void {
  const compute = () => createCompute(ring());
  const restore = (run: string, id: string) => restoreFromSet(ring(), run, id);
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
