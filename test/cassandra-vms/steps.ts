import { missingForVms } from '../../lib/sandbox/vms';
import { keepLogs } from './node-logs';
import type { RealRing } from './real-ring';

/** Finished step. */
interface Taken {
  readonly name: string;
  readonly seconds: number;
  readonly isGood: boolean;
}

/** In their order, for the table at the end. */
const taken: Taken[] = [];

/** Step that timed out: later steps would run concurrently with it. */
let stuck: string | undefined;

const missing = missingForVms();
if (missing.length > 0)
  process.stderr.write(`local VMs cannot run here, without which there is no real Cassandra: ${missing.join('; ')}\n`);

/**
 * A step of the proof: a test that leaves the logs of every node behind when it fails, and its time in a table. Where VMs cannot run it is
 * skipped; with `REQUIRE_CASSANDRA=1` it fails instead.
 *
 * @param ring asked for when the step is taken
 */
export function step(name: string, ring: () => Pick<RealRing, 'vms'> | undefined, take: () => Promise<void>, seconds = 240): void {
  if (missing.length > 0 && process.env.REQUIRE_CASSANDRA !== '1') {
    test.skip(name, () => {});
    return;
  }
  test(
    name,
    async () => {
      if (missing.length > 0) throw new Error(`REQUIRE_CASSANDRA=1, and local VMs cannot run here: ${missing.join('; ')}`);
      if (stuck !== undefined) throw new Error(`not tried, since '${stuck}' has not ended`);
      const began = Date.now();
      let isGood = false;
      try {
        await within(seconds, name, take());
        isGood = true;
      } catch (error) {
        process.stderr.write(`\n${(error as Error).message}\n`);
        const nodes = ring();
        if (nodes) process.stderr.write(await keepLogs(name, nodes.vms));
        throw error;
      } finally {
        const done = { name, seconds: (Date.now() - began) / 1000, isGood };
        taken.push(done);
        process.stderr.write(`${inWords(done)}\n`);
      }
    },
    // With some time for the logs.
    (seconds + 60) * 1000,
  );
}

async function within(seconds: number, name: string, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      stuck = name;
      reject(new Error(`not done after ${seconds} s`));
    }, seconds * 1000);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Prints the progress of a command inside a step, with times. */
export function progress(): (text: string) => void {
  const began = Date.now();
  return (text) => void process.stderr.write(`  ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}\n`);
}

/** Prints the table of steps with their durations. */
export function printTable(title: string): void {
  const all = { name: 'all of it', seconds: taken.reduce((sum, { seconds }) => sum + seconds, 0), isGood: true };
  const width = Math.max(...taken.map(({ name }) => name.length));
  process.stderr.write(`\n${title}\n${[...taken, all].map((each) => `${inWords(each, width)}\n`).join('')}\n`);
}

function inWords({ name, seconds, isGood }: Taken, width = 0): string {
  return `${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s${isGood ? '' : '  FAILED'}`;
}
