import { Leftovers } from './leftovers';
import type { RealRing } from './real-ring';
import { step } from './steps';

/** The end: all of it goes away with what it made of the machine. */
export function leavesNothing(ring: () => RealRing): void {
  step('afterwards no process, namespace, mount or loop device is left', ring, async () => {
    const leftovers = Leftovers.watch(process.pid, ring().directory);
    // It would find them if they were there.
    expect(leftovers.processes.length).toBeGreaterThan(10);
    expect(leftovers.namespaces.size).toBeGreaterThan(6);
    expect(leftovers.loopDevices).toHaveLength(ring().vms.length);
    await ring().stop();
    expect(leftovers.find()).toEqual([]);
  });
}
