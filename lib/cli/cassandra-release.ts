import type { Command } from 'commander';
import type * as Operations from '../operations';
import { progress, type RingOptions, requireNode, ringCommand, withRing } from './cassandra-ring';
import { runRollingOperation } from './rolling-operation';
import { reportingErrors } from './synthesized-stack';

interface ReleaseCommandOptions extends RingOptions {
  readonly except: readonly string[];
  readonly dryRun: boolean;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra release`. */
export function cassandraReleaseCommand(): Command {
  return ringCommand('release')
    .description('Start a ring that was stopped or restored as a whole, and was down longer than gc_grace_seconds.')
    .option('--except <node>', 'exclude a node that stopped earlier, to be replaced afterwards; repeatable', collect, [])
    .option('--dry-run', 'print the commands without running them', false)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
A node that was down longer than gc_grace_seconds refuses to start: it may have missed deletions whose tombstones the other nodes have
purged. If no node ran meanwhile, no deletion was missed. Refused while Cassandra runs on any node, for a node in another state than
refused-resurrection, and for a node that stopped more than three hours before another one, excluded nodes included. Does not wait for the
nodes: see 'status'.

Exit codes: 0 the nodes are starting, 1 failed or interrupted, 2 refused, or another operation holds the ring lock.

Examples:
  gke-platform cassandra release staging --dry-run
  gke-platform cassandra release staging`,
    )
    .action((stack: string, options: ReleaseCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: ReleaseCommandOptions): Promise<void> {
  const { dryRun, breakLock } = options;
  await withRing(stack, options, async (ring, shell) => {
    const { releaseRing } = require('../operations') as typeof Operations;
    const except = options.except.map((name) => requireNode(ring, name));
    const again = [
      `gke-platform cassandra release ${stack}`,
      ...options.except.map((name) => `--except ${name}`),
      ...(options.ring === undefined ? [] : [`--ring ${options.ring}`]),
    ].join(' ');
    const status = `gke-platform cassandra status ${stack}${options.ring === undefined ? '' : ` --ring ${options.ring}`}`;
    const afterwards = `The startup scripts are running; the nodes are not up yet. Check with: ${status}`;
    await runRollingOperation({ ring, shell, what: 'release', again, dryRun, breakLock, done: 'starting', afterwards }, (signal) =>
      releaseRing({ shell, ring, except, dryRun, signal, onProgress: progress }),
    );
  });
}

function collect(name: string, before: readonly string[]): string[] {
  return [...before, name];
}
