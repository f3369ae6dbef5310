import { type Command, InvalidArgumentError } from 'commander';
import type * as Operations from '../operations';
import { parseMinutes, progress, type RingOptions, ringCommand, withRing } from './cassandra-ring';
import { runRollingOperation } from './rolling-operation';
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
    .description('Restart Cassandra on one node at a time, and wait until the ring is healthy in between.')
    .option('--dry-run', 'print the commands without running them', false)
    .option('--only-pending', 'only nodes with a pending restart: files changed since Cassandra read them', false)
    .option('--since <time>', 'skip nodes that were restarted after this time: resumes a stopped run', parseTime)
    .option('--timeout <minutes>', 'timeout for each node', parseMinutes, 15)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
The startup script of every node writes the deployed configuration. Then one node at a time is drained and restarted. The next node follows
when every node sees every node as UN, all agree on the schema, and the node has received the writes that it missed (hints). Stops at the
first problem, and prints the command that resumes.

Exit codes: 0 done, 1 failed or interrupted, 2 stopped at a problem, or another operation holds the ring lock.

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
    await runRollingOperation({ ring, shell, what: 'rolling-restart', again, dryRun, breakLock, done: 'restarted' }, (signal) =>
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
    throw new InvalidArgumentError('must be a time in the past, such as 2026-11-25T20:00:00Z.');
  return time;
}
