import { startRing, stopRing } from '../../lib/operations';
import { expectCanary } from './blank-disks';
import type { RealRing } from './real-ring';
import { progress, step } from './steps';

/** The whole ring is stopped and started. */
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
}
