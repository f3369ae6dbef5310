import type { Command } from 'commander';
import type * as Operations from '../operations';
import { ACKNOWLEDGEMENTS_OPTION } from './acknowledgements';
import { parseMinutes, progress, type RingOptions, ringCommand, stackToPlan, withRing } from './cassandra-ring';
import { nodeByNode } from './node-by-node';
import { reportingErrors } from './synthesized-stack';

interface RolloutCommandOptions extends RingOptions {
  readonly acknowledgements?: string;
  readonly dryRun: boolean;
  readonly timeout: number;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra rollout`. */
export function cassandraRolloutCommand(): Command {
  return ringCommand('rollout')
    .description("Take the stack's boot image, machine type or Cassandra version through the ring, one VM after the other.")
    .option('--dry-run', 'print what would be changed, and the commands', false)
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--timeout <minutes>', 'how long a node may take', parseMinutes, 30)
    .option('--break-lock', 'take over the lock of a command that is no more', false)
    .addHelpText(
      'after',
      `
Each VM has a plan of its own. One that would touch anything else is refused, and so is what the guard refuses: a machine type, for
example, needs 'allowStoppingForUpdate'. A VM whose Cassandra is of another version than the stack says is made anew, and keeps its
address and its data disk. Between two VMs the ring has to be whole, as with rolling-restart. VMs that are as they should be are left
alone, so that the same command goes on where it stopped. What is changed in place is in effect once the startup script has run, which
rolling-restart does. Refused while a node keeps older keys, which are on its boot disk, or does not tell its version of Cassandra.

Exit codes: 0 done, 1 failed or interrupted, 2 refused, stopped at a doubt, or another command is at work on the ring.

Examples:
  gke-platform cassandra rollout staging --dry-run
  gke-platform cassandra rollout staging`,
    )
    .action((stack: string, options: RolloutCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: RolloutCommandOptions): Promise<void> {
  const { dryRun, timeout, breakLock, outDir, acknowledgements } = options;
  await withRing(stack, options, async (ring, shell) => {
    const { rollout } = require('../operations') as typeof Operations;
    const ofRing = options.ring === undefined ? '' : ` --ring ${options.ring}`;
    const again = `gke-platform cassandra rollout ${stack}${ofRing}`;
    const runScripts = `gke-platform cassandra rolling-restart ${stack}${ofRing} --only-pending`;
    const folder = stackToPlan(stack, outDir, acknowledgements);
    await nodeByNode({ ring, shell, what: 'rollout', again, dryRun, breakLock, done: 'rolled out', runScripts }, (signal) =>
      rollout({ shell, ring, stack: folder, timeoutMinutes: timeout, dryRun, signal, onProgress: progress }),
    );
  });
}
