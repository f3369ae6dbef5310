import { staging } from '../../environments/staging';
import type { CassandraRingNode } from '../../lib/cassandra';
import { DEFAULT_CASSANDRA_VERSION } from '../../lib/cassandra/cassandra-ring';
import { rollout } from '../../lib/operations';
import { expectCanary } from './blank-disks';
import type { RealRing } from './real-ring';
import { step } from './steps';

/** Release the ring begins with. */
export const OLD_VERSION = '5.0.4';

/** Staging's nodes, those named with the old release. */
export function nodesWithOldVersion(old: readonly string[]): Readonly<Record<string, CassandraRingNode>> {
  return Object.fromEntries(
    Object.entries(staging.cassandraNodes).map(([name, node]) => [
      name,
      old.includes(name) ? { ...node, cassandraVersion: OLD_VERSION } : node,
    ]),
  );
}

export function upgrades(ring: () => RealRing): void {
  step(`every node runs ${OLD_VERSION}`, ring, async () => {
    for (const node of ring().nodeNames) expect([node, await release(ring(), node)]).toEqual([node, OLD_VERSION]);
  });

  step(
    `a rollout takes them to ${DEFAULT_CASSANDRA_VERSION} one at a time, each on a new boot disk, and the canary is there`,
    ring,
    async () => {
      await expectCanary(ring());
      const hostIds = await Promise.all(ring().nodeNames.map((node) => ring().hostId(node)));
      ring().change({ cassandraNodes: staging.cassandraNodes });
      const described = ring().described();
      const { done, left, doubt } = await rollout({ shell: ring().shell, ring: described, stack: ring().toPlan(), timeoutMinutes: 4 });
      expect({ done, left, doubt }).toEqual({ done: described.nodes.map(({ name }) => name), left: [], doubt: undefined });

      await ring().ready();
      await ring().allUp();
      for (const node of ring().nodeNames) expect([node, await release(ring(), node)]).toEqual([node, DEFAULT_CASSANDRA_VERSION]);
      expect(await Promise.all(ring().nodeNames.map((node) => ring().hostId(node)))).toEqual(hostIds);
      await expectCanary(ring());
    },
    900,
  );

  step('and then there is nothing to change', ring, async () => {
    expect((await ring().sandbox.plan(ring().stack())).changes).toEqual([]);
  });
}

async function release(ring: RealRing, node: string): Promise<string> {
  return (await ring.run(node, "nodetool version | sed -n 's/^ReleaseVersion: *//p'")).stdout.trim();
}
