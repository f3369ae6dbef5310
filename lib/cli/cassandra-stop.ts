import type { Command } from 'commander';
import type * as Operations from '../operations';
import { parseMinutes, progress, type RingOptions, ringCommand, withRing } from './cassandra-ring';
import { runRollingOperation } from './rolling-operation';
import { reportingErrors } from './synthesized-stack';

interface StopCommandOptions extends RingOptions {
  readonly dryRun: boolean;
  readonly timeout: number;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra stop`. */
export function cassandraStopCommand(): Command {
  return ringCommand('stop')
    .description('Stop Cassandra on all nodes, and unmount the data disks.')
    .option('--dry-run', 'print the commands without running them', false)
    .option('--timeout <minutes>', 'timeout for each node', parseMinutes, 15)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
Each node is drained, its Cassandra and its repair timer are stopped, and its data disk is unmounted, rack by rack. The nodes stay stopped,
through reboots too, until 'start'; a VM that is replaced starts. Running it again is fine. No node is stopped while one is unreachable, or
has a startup script of a version that would start it again. The ring takes no clients meanwhile.

Exit codes: 0 all nodes are stopped, 1 failed or interrupted, 2 stopped at a problem, or another operation holds the ring lock.

Examples:
  gke-platform cassandra stop staging --dry-run
  gke-platform cassandra stop staging`,
    )
    .action((stack: string, options: StopCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: StopCommandOptions): Promise<void> {
  const { dryRun, timeout, breakLock } = options;
  await withRing(stack, options, async (ring, shell) => {
    const { stopRing } = require('../operations') as typeof Operations;
    const named = options.ring === undefined ? '' : ` --ring ${options.ring}`;
    const again = `gke-platform cassandra stop ${stack}${named}`;
    const afterwards = `${ring.name} is stopped, and its data disks are unmounted. Start it with: gke-platform cassandra start ${stack}${named}`;
    await runRollingOperation({ ring, shell, what: 'stop', again, dryRun, breakLock, done: 'stopped', afterwards }, (signal) =>
      stopRing({
        ...{ shell, ring, dryRun, signal },
        timeoutMinutes: timeout,
        onProgress: dryRun ? (text) => process.stdout.write(`${text}\n`) : progress,
      }),
    );
  });
}
