import type { Command } from 'commander';
import type * as Operations from '../operations';
import { ACKNOWLEDGEMENTS_OPTION } from './acknowledgements';
import { parseMinutes, progress, type RingOptions, requireNode, ringCommand, stackToPlan, withRing } from './cassandra-ring';
import { runRollingOperation } from './rolling-operation';
import { reportingErrors } from './synthesized-stack';

interface ReplaceCommandOptions extends RingOptions {
  readonly acknowledgements?: string;
  readonly lostDisk: boolean;
  readonly dryRun: boolean;
  readonly timeout?: number;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra replace`. */
export function cassandraReplaceCommand(): Command {
  return ringCommand('replace')
    .argument('<node>', 'name of the node, as shown by status')
    .description('Replace the VM of a node; its name, address and data disk are kept.')
    .option('--lost-disk', 'its data disk is lost: create a new one, and stream its data from the other nodes', false)
    .option('--dry-run', 'print the changes and the commands without running them', false)
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--timeout <minutes>', 'timeout (default: 30; 720 with --lost-disk)', parseMinutes)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
Refused while another node is unhealthy: a second node would be down. Also refused is a plan that changes anything but the VM (with
--lost-disk: the VM and its disk), or that deletes a disk. To give up a disk that still exists, delete the VM and then the disk with gcloud.

Exit codes: 0 done, 1 failed or interrupted, 2 refused, stopped at a problem, or another operation holds the ring lock.

Examples:
  gke-platform cassandra replace staging b
  gke-platform cassandra replace staging b --lost-disk --dry-run`,
    )
    .action((stack: string, node: string, options: ReplaceCommandOptions) => reportingErrors(() => run(stack, node, options)));
}

async function run(stack: string, name: string, options: ReplaceCommandOptions): Promise<void> {
  const { dryRun, lostDisk, timeout, breakLock, outDir, acknowledgements } = options;
  await withRing(stack, options, async (ring, shell) => {
    const { replaceNode } = require('../operations') as typeof Operations;
    const node = requireNode(ring, name);
    const again = [
      `gke-platform cassandra replace ${stack} ${name}`,
      ...(lostDisk ? ['--lost-disk'] : []),
      ...(options.ring === undefined ? [] : [`--ring ${options.ring}`]),
    ].join(' ');
    const folder = stackToPlan(stack, outDir, acknowledgements);
    await runRollingOperation({ ring, shell, what: `replace ${name}`, again, dryRun, breakLock, done: 'replaced' }, (signal) =>
      replaceNode({ shell, ring, node, stack: folder, lostDisk, timeoutMinutes: timeout, dryRun, signal, onProgress: progress }),
    );
  });
}
