import { replaceNode } from '../../lib/operations';
import { CANARY_ROWS, expectCanary } from './blank-disks';
import { LabDisks } from './lab-disks';
import type { RealRing } from './real-ring';
import { progress, step } from './steps';

export function survivesLosses(ring: () => RealRing): void {
  step(
    'a VM that was deleted is made again by Terraform, with its disk and address: the same node, and nothing is streamed',
    ring,
    async () => {
      const [hostId, { machine }] = [await ring().hostId('b'), ring().vm('b')];
      const { cloud } = ring().sandbox;
      const instance = cloud.list('google_compute_instance').find((each) => each.text('name') === machine.name)!;
      cloud.remove(instance.type, instance.identity);
      await ring().deploy();

      const now = ring().vm('b').machine;
      expect(now.id).not.toBe(machine.id);
      expect({ address: now.address, disks: now.disks }).toEqual({ address: machine.address, disks: machine.disks });
      await ring().ready(['b']);
      await ring().allUp();
      expect(await ring().hostId('b')).toBe(hostId);
      for (const node of ring().nodeNames) expect(await streams(ring(), node)).toBe('');
      await expectCanary(ring());
    },
    400,
  );

  step(
    'a node that lost its disk is replaced: it streams its data, and the ring has as many nodes as before',
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
      expect(replaced).toEqual({ done: [node.name], left: [], doubt: undefined });

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

/** What a node's log says of streams since it was started the last time. */
async function streams(ring: RealRing, node: string): Promise<string> {
  const { stdout } = await ring
    .vm(node)
    .exec(
      "tac /var/log/cassandra/system.log | sed '/Cassandra version: /q' | grep -E 'Prepare completed|Session with .* is complete' || true",
    );
  return stdout;
}
