import { Footprint } from './footprint';
import type { RealRing } from './real-ring';
import { step } from './steps';

/** The end: all of it goes away with what it made of the machine. */
export function leavesNothing(ring: () => RealRing): void {
  step('afterwards no process, namespace, mount or loop device is left', ring, async () => {
    const footprint = Footprint.of(process.pid, ring().directory);
    // It would find them if they were there.
    expect(footprint.processes.length).toBeGreaterThan(10);
    expect(footprint.namespaces.size).toBeGreaterThan(6);
    expect(footprint.loopDevices).toHaveLength(ring().vms.length);
    await ring().stop();
    expect(footprint.left()).toEqual([]);
  });
}
