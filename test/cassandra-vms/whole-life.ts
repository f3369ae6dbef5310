import type { EnvironmentStackProps } from '../../stacks/environment-stack';
import { leavesNothing } from './leaves-nothing';
import { RealRing } from './real-ring';
import { printTable, step } from './steps';

/**
 * One ring of real Cassandra on real VMs, from its deployment to its end.
 *
 * @param name name of its folder
 * @param live steps of its life
 * @param afterwards steps after its end, on its folder
 */
export function wholeLife(
  name: string,
  changes: Partial<EnvironmentStackProps>,
  live: (ring: () => RealRing) => void,
  afterwards: (ring: () => RealRing) => void = () => {},
): void {
  let started: RealRing | undefined;
  const ring = (): RealRing => started!;

  step(
    'staging is deployed, and its VMs start',
    () => started,
    async () => {
      started = await RealRing.start(name, changes);
    },
    600,
  );

  live(ring);
  describe('the end', () => leavesNothing(ring));
  afterwards(ring);
  afterAll(async () => {
    await started?.stop();
    started?.remove();
    printTable(name);
  });
}
