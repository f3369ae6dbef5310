import type { Command } from 'commander';
import type * as Operations from '../operations';
import { progress, type RingOptions, requireNode, ringCommand, withRing } from './cassandra-ring';
import { nodeByNode } from './node-by-node';
import { reportingErrors } from './synthesized-stack';

interface ReleaseCommandOptions extends RingOptions {
  readonly except: readonly string[];
  readonly dryRun: boolean;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra release`. */
export function cassandraReleaseCommand(): Command {
  return ringCommand('release')
    .description('Start a ring that was stopped or restored as a whole, and was down longer than deleted rows are remembered.')
    .option('--except <node>', 'leave out a node that stopped earlier, and replace it afterwards; may be repeated', collect, [])
    .option('--dry-run', 'print the commands', false)
    .option('--break-lock', 'take over the lock of a command that is no more', false)
    .addHelpText(
      'after',
      `
A node that was down longer than gc_grace refuses to start, since it may have missed deletions that the other nodes have forgotten.
When no node ran meanwhile, none did. Refused while Cassandra runs on any node, for a node that refuses for another reason, and for one
that stopped more than three hours before another node, also before one that is left out. It does not wait: 'status' shows what comes of it.

Exit codes: 0 the nodes are asked to start, 1 failed or interrupted, 2 refused, or another command is at work on the ring.

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
    const afterwards = `The startup scripts run, and whether the nodes come up is not known yet. See: ${status}`;
    await nodeByNode({ ring, shell, what: 'release', again, dryRun, breakLock, done: 'asked to start', afterwards }, (signal) =>
      releaseRing({ shell, ring, except, dryRun, signal, onProgress: progress }),
    );
  });
}

function collect(name: string, before: readonly string[]): string[] {
  return [...before, name];
}
