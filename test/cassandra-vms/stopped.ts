import { join } from 'node:path';
import { staging } from '../../environments';
import { writeDiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { startRing, stopRing } from '../../lib/operations';
import { ComputeEngine } from '../../lib/recovery';
import { expectCanary } from './blank-disks';
import type { RealRing } from './real-ring';
import { progress, step } from './steps';

/** The whole ring is stopped and started, with the same disks and with restored ones. */
export function stopsAndStarts(ring: () => RealRing): void {
  const options = () => ({ shell: ring().shell, ring: ring().described(), onProgress: progress() });
  const hostIds = () => Promise.all(ring().nodeNames.map((node) => ring().hostId(node)));

  step(
    'the whole ring is stopped with its disks unmounted, stays stopped through a reboot, and starts with the same host ids',
    ring,
    async () => {
      const before = await hostIds();
      expect((await stopRing(options())).problem).toBeUndefined();
      for (const node of ring().nodeNames) {
        const { stdout } = await ring().vm(node).exec('systemctl is-active cassandra; mountpoint /var/lib/cassandra');
        expect(stdout).toMatch(/^inactive\n.*is not a mountpoint/);
      }
      await ring().vm('c').restart();
      await ring().vm('c').waitFor('stopped-by-operator', { attribute: 'cassandra/code' });
      expect((await startRing(options())).problem).toBeUndefined();
      await ring().allUp();
      expect(await hostIds()).toEqual(before);
      await expectCanary(ring());
    },
    400,
  );

  step(
    'disks from snapshots take the place of all disks, which stay: the rows of that time are back, and no change is planned',
    ring,
    async () => {
      const before = await hostIds();
      const compute = new ComputeEngine({ project: staging.projectId, environment: ring().sandbox.environment });
      await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush && sync')));
      for (const node of ring().nodeNames)
        await compute.createSnapshot(
          { zone: `europe-west1-${node}`, name: `staging-cassandra-${node}-data` },
          { name: `last-night-${node}` },
        );
      await ring().cql('b', ['TRUNCATE proof.canary']);
      expect(await ring().cql('b', ['SELECT id FROM proof.canary'])).toEqual([]);

      expect((await stopRing(options())).problem).toBeUndefined();
      const file = join(ring().directory, 'staging.disks.json');
      const kept = { generation: 1, replacedBy: 'restore of last night', replacedAt: '2026-11-30', keepUntil: '2026-12-30' };
      const from = (node: string) => `projects/${staging.projectId}/global/snapshots/last-night-${node}`;
      writeDiskGenerations(
        file,
        Object.fromEntries(ring().nodeNames.map((node) => [node, { generation: 2, from: from(node), kept: [kept] }])),
      );
      ring().change({ cassandraDisksFile: file });
      await ring().deploy();
      expect((await startRing({ ...options(), restored: true })).problem).toBeUndefined();
      await ring().allUp();
      expect(await hostIds()).toEqual(before);
      await expectCanary(ring());
      expect((await ring().sandbox.plan(ring().stack())).changes).toEqual([]);
    },
    500,
  );
}
