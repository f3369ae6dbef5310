import { missingForVms } from '../../lib/sandbox/vms';
import { keepLogs } from './node-logs';
import type { RealRing } from './real-ring';

/** Steps that were taken, in order, for the table at the end. */
const taken: { readonly name: string; readonly seconds: number; readonly isGood: boolean }[] = [];

const missing = missingForVms();
if (missing.length > 0)
  process.stderr.write(`local VMs cannot run here, without which there is no real Cassandra: ${missing.join('; ')}\n`);

/**
 * A step of the proof: a test that leaves the logs of every node behind when it fails, and its time in a table. Where VMs cannot run it is
 * skipped; with `REQUIRE_CASSANDRA=1` it fails instead.
 *
 * @param ring asked for when the step is taken
 */
export function step(name: string, ring: () => RealRing | undefined, take: () => Promise<void>, seconds = 240): void {
  if (missing.length > 0 && process.env.REQUIRE_CASSANDRA !== '1') {
    test.skip(name, () => {});
    return;
  }
  test(
    name,
    async () => {
      if (missing.length > 0) throw new Error(`REQUIRE_CASSANDRA=1, and local VMs cannot run here: ${missing.join('; ')}`);
      const began = Date.now();
      let isGood = false;
      try {
        await take();
        isGood = true;
      } catch (error) {
        process.stderr.write(`\n${(error as Error).message}\n`);
        const nodes = ring();
        if (nodes) process.stderr.write(await keepLogs(name, nodes.vms));
        throw error;
      } finally {
        taken.push({ name, seconds: (Date.now() - began) / 1000, isGood });
      }
    },
    seconds * 1000,
  );
}

/** Prints the table of what was done and how long it took. */
export function sayTable(): void {
  const width = Math.max(...taken.map(({ name }) => name.length));
  const lines = taken.map(
    ({ name, seconds, isGood }) => `${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s${isGood ? '' : '  FAILED'}`,
  );
  const total = taken.reduce((sum, { seconds }) => sum + seconds, 0);
  process.stderr.write(`\n${lines.join('\n')}\n${'all of it'.padEnd(width)}  ${total.toFixed(1).padStart(6)} s\n\n`);
}
