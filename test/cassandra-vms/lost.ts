import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { staging } from '../../environments';
import { writeDiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { replaceNode } from '../../lib/operations';
import { CANARY_ROWS, expectCanary } from './blank-disks';
import { LabDisks } from './lab-disks';
import { POD_ADDRESS, type RealRing } from './real-ring';
import type { Written } from './rolling';
import { progress, step } from './steps';

export function survivesLosses(ring: () => RealRing): void {
  step(
    'a deleted VM is recreated by Terraform with its disk and address: the node keeps its identity, and streams nothing',
    ring,
    async () => {
      const [hostId, { instance: before }] = [await ring().hostId('b'), ring().vm('b')];
      const { cloud } = ring().sandbox;
      const instance = cloud.list('google_compute_instance').find((each) => each.text('name') === before.name)!;
      cloud.remove(instance.type, instance.identity);
      await ring().deploy();

      const now = ring().vm('b').instance;
      expect(now.id).not.toBe(before.id);
      expect({ address: now.address, disks: now.disks }).toEqual({ address: before.address, disks: before.disks });
      await ring().ready(['b']);
      await ring().allUp();
      expect(await ring().hostId('b')).toBe(hostId);
      for (const node of ring().nodeNames) expect(await streams(ring(), node)).toBe('');
      await expectCanary(ring());
    },
    400,
  );

  step(
    'a disk is restored from a snapshot taken during writes: Cassandra replays its commit log',
    ring,
    async () => {
      const [hostId, { instance: before }] = [await ring().hostId('c'), ring().vm('c')];
      const disks = new LabDisks(ring());
      const stopFile = join(ring().directory, 'stop-writing');
      const writing = ring().client(POD_ADDRESS, 'writer.js', [stopFile, ...ring().nodeNames.map((node) => ring().address(node))]);
      writing.catch(() => {});
      // What was acknowledged is on no disk for up to 10 s (commitlog_sync_period).
      await new Promise((done) => setTimeout(done, 12_000));
      const snapshot = await disks.snapshot('c');
      writeFileSync(stopFile, '');
      const { written, failed }: Written = JSON.parse(await writing);
      rmSync(stopFile);
      expect(failed).toEqual([]);

      // By hand, as docs/cassandra.md describes it.
      await ring().run('c', 'nodetool drain && systemctl stop cassandra && umount /var/lib/cassandra');
      const file = join(ring().directory, 'staging.disks.json');
      const from = `projects/${staging.projectId}/global/snapshots/${snapshot}`;
      const kept = { generation: 1, replacedBy: 'restore of c', replacedAt: '2026-11-30', keepUntil: '2026-12-30' };
      writeDiskGenerations(file, { c: { generation: 2, from, kept: [kept] } });
      ring().change({ cassandraDisksFile: file });
      await ring().deploy();
      await ring().run('c', 'systemctl restart google-startup-scripts');

      expect(ring().vm('c').instance.disks[0]!.id).not.toBe(before.disks[0]!.id);
      await ring().ready(['c']);
      await ring().allUp();
      expect(await ring().hostId('c')).toBe(hostId);
      expect(await streams(ring(), 'c')).toBe('');
      // The log has the former starts of this VM, too.
      const { stdout } = await ring().run(
        'c',
        "grep -oP 'Log replay complete, \\K[0-9]+(?= replayed mutations)' /var/log/cassandra/system.log | tail -1",
      );
      expect(Number(stdout)).toBeGreaterThan(20);
      await expectCanary(ring());
      const [[found] = []] = await ring().cql('b', ['SELECT count(*) FROM proof.load']);
      expect(Number(found)).toBe(written);

      expect((await ring().sandbox.plan(ring().stack())).changes).toEqual([]);
    },
    600,
  );

  step(
    'a node with a lost disk is replaced: it streams its data, and the number of nodes is unchanged',
    ring,
    async () => {
      const before = await ring().hostId('d');
      await ring().vm('d').powerOff();
      const { type, identity } = new LabDisks(ring()).disk('d');
      ring().sandbox.cloud.remove(type, identity);

      const described = ring().described();
      const node = described.nodes.find(({ vm }) => vm === ring().vm('d').name)!;
      const { shell } = ring();
      const replaced = await replaceNode({
        ...{ shell, node, ring: described, stack: ring().toPlan() },
        lostDisk: true,
        timeoutMinutes: 4,
        onProgress: progress(),
      });
      expect(replaced).toEqual({ done: [node.name], remaining: [], problem: undefined });

      await ring().ready(['d']);
      await ring().allUp();
      // A node that takes its own place keeps its host id.
      expect(await ring().hostId('d')).toBe(before);
      expect(await streams(ring(), 'd')).not.toBe('');
      expect(await ring().cql('d', ['SELECT id FROM proof.canary'], 'ALL')).toHaveLength(CANARY_ROWS);

      // What else belongs to the disk, such as its snapshot schedule, comes with the next deploy.
      await ring().deploy();
      expect((await ring().sandbox.plan(ring().stack())).changes).toEqual([]);
    },
    600,
  );
}

/** Lines on streams in a node's log since its last start. */
async function streams(ring: RealRing, node: string): Promise<string> {
  const { stdout } = await ring
    .vm(node)
    .exec(
      "tac /var/log/cassandra/system.log | sed '/Cassandra version: /q' | grep -E 'Prepare completed|Session with .* is complete' || true",
    );
  return stdout;
}
