import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { staging } from '../../environments';
import { expectCanary } from './blank-disks';
import type { RealRing } from './real-ring';
import { step } from './steps';

const ROOT = join(__dirname, '../..');

/** A second node in each zone. */
const ADDED = {
  b2: { zone: 'europe-west1-b', address: '10.10.8.14' },
  c2: { zone: 'europe-west1-c', address: '10.10.8.15' },
  d2: { zone: 'europe-west1-d', address: '10.10.8.16' },
};

/** Addresses of the protected resources of the added nodes. */
const ADDED_ADDRESSES = [
  'google_compute_address.Cassandra_b2_Address_010FCE77',
  'google_compute_address.Cassandra_c2_Address_056B8A9D',
  'google_compute_address.Cassandra_d2_Address_8B00736D',
  'google_compute_disk.Cassandra_b2_Disk_F615649E',
  'google_compute_disk.Cassandra_c2_Disk_D614AD64',
  'google_compute_disk.Cassandra_d2_Disk_523B0724',
];

/** Canary of the manifest that a guest flush of a node writes; undefined if it has none. */
async function takeCanary(ring: RealRing, node: string): Promise<{ readonly id: string } | undefined> {
  const { stdout } = await ring.run(
    node,
    '/etc/google/snapshots/pre.sh data >&2; cat /var/lib/cassandra/snapshot-manifest.json; /etc/google/snapshots/post.sh data >&2',
  );
  return (JSON.parse(stdout) as { readonly canary?: { readonly id: string } }).canary ?? undefined;
}

/** Commands of the guide's chapter about more nodes that run on a node, as root. */
function readCommands(): string[] {
  const [, block] = /### More nodes, fewer nodes\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(
    readFileSync(join(ROOT, 'docs/cassandra.md'), 'utf8'),
  )!;
  return block!
    .trim()
    .split('\n')
    .map((line) => line.replace(/^sudo /, '').replace(/ +#.*$/, ''));
}

export function growsAndShrinks(ring: () => RealRing): void {
  step('a snapshot of each of three nodes has a canary', ring, async () => {
    for (const node of ring().nodeNames) expect(await takeCanary(ring(), node)).toBeDefined();
  });

  step('one more node per zone is deployed', ring, async () => {
    ring().change({
      cassandraNodes: { ...ring().values.cassandraNodes, ...ADDED },
      protectedAddresses: [...staging.protectedAddresses, ...ADDED_ADDRESSES],
    });
    await ring().initSecrets();
    await ring().deploy();
  });

  step(
    'the new nodes join one at a time, and each streams its part of the data',
    ring,
    async () => {
      const names = Object.keys(ADDED);
      await ring().ready(names, 400);
      for (const name of names) expect((await ring().run(name, 'ls /var/lib/cassandra/data/proof')).stdout).toMatch(/canary-/);
      // Each waited for those before it, and for no other.
      const waitedFor = names.map((name) => parseAwaitedAddresses(ring().vm(name).serialConsole()));
      const { b2, c2 } = ADDED;
      expect(waitedFor[0]).toEqual([]);
      expect(waitedFor[1]).toEqual([b2.address]);
      expect([b2.address, c2.address]).toEqual(expect.arrayContaining(waitedFor[2]!));
      expect(waitedFor[2]).toContain(c2.address);
    },
    420,
  );

  step('six nodes hold the data of three', ring, async () => {
    await ring().allUp();
    await expectCanary(ring());
    const racks = (await ring().status('b')).map(({ rack }) => rack).sort();
    expect(racks).toEqual(['b', 'b', 'c', 'c', 'd', 'd'].map((zone) => `europe-west1-${zone}`));
  });

  step(
    'snapshots of six nodes have canaries once the keyspace of the canaries has six replicas',
    ring,
    async () => {
      expect(await takeCanary(ring(), 'b2')).toBeUndefined();
      const [rerun, ...once] = readCommands();
      expect(rerun).toContain('google-startup-scripts');
      for (const node of ['b', 'c', 'd']) await ring().run(node, rerun!);
      for (const command of once) await ring().run('b', command);
      for (const node of ['b', 'b2', 'd2']) expect(await takeCanary(ring(), node)).toBeDefined();
    },
    400,
  );

  step('refused: the decommission of a node before the keyspace of the canaries has fewer replicas', ring, async () => {
    const { status, stdout, stderr } = await ring().vm('b2').exec('nodetool decommission');
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('Not enough live nodes to maintain replication factor in keyspace gke_platform');
    await ring().run('b', readCommands()[1]!.replace(': 6', ': 3'));
  });

  step(
    'the added nodes are decommissioned, and stream their data to the others',
    ring,
    async () => {
      for (const name of Object.keys(ADDED)) await ring().run(name, 'nodetool decommission');
    },
    600,
  );

  step('the added nodes are destroyed, with protection exemptions', ring, async () => {
    const { b, c, d } = ring().values.cassandraNodes;
    ring().change({
      cassandraNodes: { b: b!, c: c!, d: d! },
      protectedAddresses: staging.protectedAddresses,
      protectionExemptions: ADDED_ADDRESSES.map((address) => ({ address, reason: 'the node was decommissioned', owner: 'the test' })),
    });
    await ring().deploy();
    expect(ring().vms.map((vm) => vm.name)).toEqual(['b', 'c', 'd'].map((name) => `staging-cassandra-${name}`));
    await ring().allUp();
    await expectCanary(ring());
  });

  step('refused: the decommission of a node that would leave two nodes for three replicas', ring, async () => {
    const { status, stdout, stderr } = await ring().vm('c').exec('nodetool decommission');
    expect(status).not.toBe(0);
    expect(stdout + stderr).toMatch(/Not enough live nodes to maintain replication factor in keyspace/);
    const three = ring().values.cassandraNodes;
    const { d: _, ...two } = three;
    ring().change({ cassandraNodes: two });
    expect(() => ring().stack()).toThrow(
      "'nodes' must be in as many racks as replicationFactor (3), got 2: europe-west1-b, europe-west1-c",
    );
    ring().change({ cassandraNodes: three, protectionExemptions: [] });
    await ring().allUp();
  });
}

/** Addresses of the nodes that a node waited for, from its serial console. */
function parseAwaitedAddresses(console: string): string[] {
  return [...new Set([...console.matchAll(/waits until (\S+) is done/g)].map(([, address]) => address!))];
}
