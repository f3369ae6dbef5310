import { Leftovers } from './leftovers';
import type { RealRing } from './real-ring';
import { step } from './steps';

/** Stop of the sandbox, which releases every resource of the host. */
export function leavesNothing(ring: () => RealRing): void {
  step('no process, namespace, mount or loop device remains', ring, async () => {
    const leftovers = Leftovers.watch(process.pid, ring().directory);
    // It would find them if they were there.
    expect(leftovers.processes.length).toBeGreaterThan(10);
    expect(leftovers.namespaces.size).toBeGreaterThan(6);
    expect(leftovers.loopDevices).toHaveLength(ring().vms.length);
    await ring().stop();
    expect(leftovers.find()).toEqual([]);
  });
}
