import type { Command } from 'commander';
import type * as Operations from '../operations';
import { ACKNOWLEDGEMENTS_OPTION } from './acknowledgements';
import { parseMinutes, progress, type RingOptions, requireNode, ringCommand, stackToPlan, withRing } from './cassandra-ring';
import { nodeByNode } from './node-by-node';
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
    .argument('<node>', 'name of the node in the ring, as in status')
    .description('Make the VM of a node anew; its name, its address and its data disk stay.')
    .option('--lost-disk', 'its data disk is gone: make a new one, and copy its data from the other nodes', false)
    .option('--dry-run', 'print what would be changed, and the commands', false)
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--timeout <minutes>', 'how long it may take (default: 30; 720 with --lost-disk)', parseMinutes)
    .option('--break-lock', 'take over the lock of a command that is no more', false)
    .addHelpText(
      'after',
      `
Refused while another node is not well: it would be the second to be missing. Refused, too, is a plan that touches anything but the
VM, with --lost-disk anything but the VM and its disk, and one that deletes a disk: whoever gives up a disk that is still there
deletes the VM and then the disk with gcloud.

Exit codes: 0 done, 1 failed or interrupted, 2 refused, stopped at a doubt, or another command is at work on the ring.

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
    await nodeByNode({ ring, shell, what: `replace ${name}`, again, dryRun, breakLock, done: 'replaced' }, (signal) =>
      replaceNode({ shell, ring, node, stack: folder, lostDisk, timeoutMinutes: timeout, dryRun, signal, onProgress: progress }),
    );
  });
}
