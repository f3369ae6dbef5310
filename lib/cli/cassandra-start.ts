import type { Command } from 'commander';
import type * as Operations from '../operations';
import { parseMinutes, progress, type RingOptions, ringCommand, withRing } from './cassandra-ring';
import { runRollingOperation } from './rolling-operation';
import { reportingErrors } from './synthesized-stack';

interface StartCommandOptions extends RingOptions {
  readonly dryRun: boolean;
  readonly timeout: number;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra start`. */
export function cassandraStartCommand(): Command {
  return ringCommand('start')
    .description('Start a stopped ring, and wait until every node sees every node as UN.')
    .option('--dry-run', 'print the commands without running them', false)
    .option('--timeout <minutes>', 'timeout for the ring, once the startup scripts have ended', parseMinutes, 15)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
The startup scripts mount the data disks and start Cassandra, on all nodes at once. Each node must keep its host id. Running it again is fine.

Exit codes: 0 every node sees every node as UN, 1 failed or interrupted, 2 stopped at a problem, or another operation holds the ring lock.

Examples:
  gke-platform cassandra start staging --dry-run
  gke-platform cassandra start staging`,
    )
    .action((stack: string, options: StartCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: StartCommandOptions): Promise<void> {
  const { dryRun, timeout, breakLock } = options;
  await withRing(stack, options, async (ring, shell) => {
    const { startRing } = require('../operations') as typeof Operations;
    const named = options.ring === undefined ? '' : ` --ring ${options.ring}`;
    const again = `gke-platform cassandra start ${stack}${named}`;
    await runRollingOperation({ ring, shell, what: 'start', again, dryRun, breakLock, done: 'running' }, (signal) =>
      startRing({
        ...{ shell, ring, dryRun, signal },
        timeoutMinutes: timeout,
        onProgress: dryRun ? (text) => process.stdout.write(`${text}\n`) : progress,
      }),
    );
  });
}
