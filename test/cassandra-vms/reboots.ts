import { createRingStatus, RingState } from '../../lib/operations';
import type { LocalVm } from '../../lib/sandbox';
import { expectCanary } from './blank-disks';
import type { RealRing } from './real-ring';
import { step } from './steps';

/** Properties of a node that a reboot must not change. */
interface Identity {
  readonly hostId: string;
  readonly fileSystem: string;
  readonly marker: string;
}

/** Identity of each node before the first reboot. */
const before = new Map<string, Identity>();

/** Expects nodes with the same identity, file system and rows as before, and no formatted disk. */
export async function expectUnchanged(ring: RealRing): Promise<void> {
  await ring.ready();
  await ring.allUp();
  const now = new Map(await Promise.all(ring.nodeNames.map(async (node) => [node, await identity(ring, node)] as const)));
  expect(now).toEqual(before);
  for (const node of ring.nodeNames) expect([node, formats(ring.vm(node))]).toEqual([node, 1]);
  await expectCanary(ring);
}

export function survivesReboots(ring: () => RealRing): void {
  step('another run of the startup script changes nothing and restarts nothing', ring, async () => {
    for (const node of ring().nodeNames) before.set(node, await identity(ring(), node));
    await Promise.all(
      ring().nodeNames.map(async (node) => {
        const pid = 'systemctl show --property MainPID --value cassandra';
        const running = (await ring().run(node, pid)).stdout;
        await ring().run(node, 'systemctl restart google-startup-scripts.service');
        await ring().vm(node).waitFor('ready');
        expect((await ring().run(node, pid)).stdout).toBe(running);
        const { stdout } = await ring().run(
          node,
          'journalctl --unit google-startup-scripts --no-pager --output cat | tac | sed "/begins: *tune_os/q; /tune_os: begins/q"',
        );
        expect(stdout).not.toMatch(/wrote |formatting|restart-pending: yes/);
      }),
    );
  });

  step(
    'a node publishes that its Cassandra was stopped or killed, and is ready again after a start',
    ring,
    async () => {
      const vm = ring().vm('d');
      await ring().run('d', 'systemctl stop cassandra');
      await vm.waitFor('stopped: Cassandra was stopped', { seconds: 60 });
      const described = ring().described();
      const { nodes } = createRingStatus(described, await RingState.collect(ring().shell, described));
      const { name } = described.nodes.find((node) => node.vm === vm.name)!;
      expect(nodes.find((node) => node.name === name)).toMatchObject({ stateCode: 'stopped', message: 'stopped: Cassandra was stopped' });
      await ring().run('d', 'systemctl start cassandra');
      await vm.waitFor('ready', { seconds: 120 });

      await ring().run('d', 'systemctl kill --signal=KILL cassandra');
      await vm.waitFor('failed: Cassandra ended', { seconds: 60, endsOn: [] });
      await ring().run('d', 'systemctl start cassandra');
      await vm.waitFor('ready', { seconds: 120, endsOn: [] });
      await ring().allUp();
    },
    // Cassandra starts twice.
    480,
  );

  step('a node that reboots while its secret is invalid starts with the last valid keys', ring, async () => {
    const vm = ring().vm('d');
    const secret = 'staging-cassandra-d-tls';
    const good = ring().sandbox.secrets.read(secret)!;
    await ring().secretStore.addVersion(secret, 'no certificate');
    try {
      const state = await reboot(vm);
      expect(state).toMatch(
        /^ready: Cassandra takes clients at \S+ with the keys fetched before, since secret staging-cassandra-d-tls holds no/,
      );
      expect(vm.guestAttributes()['cassandra/code']).toBe('ready-old-secret');
      await ring().allUp();
    } finally {
      // The node takes it by itself; the step below waits for that.
      await ring().secretStore.addVersion(secret, good);
    }
  });

  step(
    'the nodes reboot one at a time, and the one with old keys uses the new valid ones',
    ring,
    async () => {
      for (const node of ['b', 'c']) await reboot(ring().vm(node));
      await expectUnchanged(ring());
      while (ring().vm('d').guestAttributes()['cassandra/code'] !== 'ready') await new Promise((done) => setTimeout(done, 500));
    },
    600,
  );

  step(
    'all nodes lose power at once',
    ring,
    async () => {
      // What was acknowledged is on no disk for up to 10 s (commitlog_sync_period): the canary is older.
      await Promise.all(ring().nodeNames.map((node) => ring().vm(node).reset()));
      await expectUnchanged(ring());
    },
    400,
  );
}

async function identity(ring: RealRing, node: string): Promise<Identity> {
  const { stdout } = await ring.run(
    node,
    'blkid -o value -s UUID /dev/disk/by-id/google-cassandra-data; cat /var/lib/cassandra/.cassandra_fs_ownership',
  );
  const [fileSystem = '', ...marker] = stdout.split('\n');
  return { hostId: await ring.hostId(node), fileSystem, marker: marker.join('\n') };
}

/** @returns the state the VM publishes afterwards */
async function reboot(vm: LocalVm): Promise<string> {
  const { bootCount } = vm;
  await vm.exec(['systemctl', 'reboot']);
  while (vm.bootCount === bootCount) await new Promise((done) => setTimeout(done, 100));
  return vm.waitFor('ready');
}

/** Number of disk formats in the console of the VM, which spans reboots. */
function formats(vm: LocalVm): number {
  return vm.serialConsole().split('formatting the blank data disk').length - 1;
}
