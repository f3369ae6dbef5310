import { staging } from '../../environments';
import type { CassandraRingNode } from '../../lib/cassandra';
import { DEFAULT_CASSANDRA_VERSION } from '../../lib/cassandra/cassandra-ring';
import { rollout } from '../../lib/operations';
import { expectCanary } from './blank-disks';
import type { RealRing } from './real-ring';
import { progress, step } from './steps';
import { OLD_VERSION } from './versions';

/** Staging's nodes, with the old release. */
export function nodesWithOldVersion(): Readonly<Record<string, CassandraRingNode>> {
  return Object.fromEntries(
    Object.entries(staging.cassandraNodes).map(([name, node]) => [name, { ...node, cassandraVersion: OLD_VERSION }]),
  );
}

export function upgrades(ring: () => RealRing): void {
  step(`every node runs ${OLD_VERSION}`, ring, async () => {
    expect(await releases(ring())).toEqual(ring().nodeNames.map(() => OLD_VERSION));
  });

  step(
    `a rollout takes them to ${DEFAULT_CASSANDRA_VERSION} one at a time, each on a new boot disk, and the canary rows remain`,
    ring,
    async () => {
      await expectCanary(ring());
      const hostIds = await Promise.all(ring().nodeNames.map((node) => ring().hostId(node)));
      ring().change({ cassandraNodes: staging.cassandraNodes });
      const described = ring().described();
      const { done, remaining, problem } = await rollout({
        shell: ring().shell,
        ring: described,
        stack: ring().toPlan(),
        timeoutMinutes: 4,
        onProgress: progress(),
      });
      expect({ done, remaining, problem }).toEqual({ done: described.nodes.map(({ name }) => name), remaining: [], problem: undefined });

      await ring().ready();
      await ring().allUp();
      expect(await releases(ring())).toEqual(ring().nodeNames.map(() => DEFAULT_CASSANDRA_VERSION));
      expect(await Promise.all(ring().nodeNames.map((node) => ring().hostId(node)))).toEqual(hostIds);
      await expectCanary(ring());
    },
    900,
  );

  step('the plan after the rollout has no changes', ring, async () => {
    expect((await ring().sandbox.plan(ring().stack())).changes).toEqual([]);
  });
}

async function releases(ring: RealRing): Promise<string[]> {
  const command = "nodetool version | sed -n 's/^ReleaseVersion: *//p'";
  return Promise.all(ring.nodeNames.map(async (node) => (await ring.run(node, command)).stdout.trim()));
}
