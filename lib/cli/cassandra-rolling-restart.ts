import { type Command, InvalidArgumentError } from 'commander';
import type * as Operations from '../operations';
import { parseMinutes, progress, type RingOptions, ringCommand, withRing } from './cassandra-ring';
import { nodeByNode } from './node-by-node';
import { reportingErrors } from './synthesized-stack';

interface RollingRestartCommandOptions extends RingOptions {
  readonly dryRun: boolean;
  readonly onlyPending: boolean;
  readonly since?: Date;
  readonly timeout: number;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra rolling-restart`. */
export function cassandraRollingRestartCommand(): Command {
  return ringCommand('rolling-restart')
    .description('Restart Cassandra on one node after the other; each time wait until the ring is whole again.')
    .option('--dry-run', 'print the commands', false)
    .option('--only-pending', 'only nodes with changed settings that Cassandra has not read yet', false)
    .option('--since <time>', 'pass over nodes that were restarted after this moment: goes on with a run that stopped', parseTime)
    .option('--timeout <minutes>', 'how long a node may take', parseMinutes, 15)
    .option('--break-lock', 'take over the lock of a command that is no more', false)
    .addHelpText(
      'after',
      `
The startup script runs on every node, which writes what was deployed. Then a node is drained and restarted. Before the next one, every node has to see every node as UN, all have to agree about the schema,
and the node has to have got the writes that it missed (hints). At the first doubt it stops, and says how to go on.

Exit codes: 0 done, 1 failed or interrupted, 2 stopped at a doubt, or another command is at work on the ring.

Examples:
  gke-platform cassandra rolling-restart staging --dry-run
  gke-platform cassandra rolling-restart staging --only-pending`,
    )
    .action((stack: string, options: RollingRestartCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: RollingRestartCommandOptions): Promise<void> {
  const { dryRun, onlyPending, timeout, breakLock, since = new Date() } = options;
  await withRing(stack, options, async (ring, shell) => {
    const { rollingRestart } = require('../operations') as typeof Operations;
    const again = [
      `gke-platform cassandra rolling-restart ${stack}`,
      ...(options.ring === undefined ? [] : [`--ring ${options.ring}`]),
      ...(onlyPending ? ['--only-pending'] : []),
      `--since ${since.toISOString()}`,
    ].join(' ');
    await nodeByNode({ ring, shell, what: 'rolling-restart', again, dryRun, breakLock, done: 'restarted' }, (signal) =>
      rollingRestart({
        shell,
        ring,
        since,
        onlyPending,
        timeoutMinutes: timeout,
        dryRun,
        signal,
        onProgress: dryRun ? (text) => process.stdout.write(`${text}\n`) : progress,
      }),
    );
  });
}

function parseTime(text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(time.getTime()) || time.getTime() > Date.now())
    throw new InvalidArgumentError('it is a moment that has been, such as 2026-11-25T20:00:00Z.');
  return time;
}
