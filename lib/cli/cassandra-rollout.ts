import type { Command } from 'commander';
import type * as Operations from '../operations';
import { ACKNOWLEDGEMENTS_OPTION } from './acknowledgements';
import { parseMinutes, progress, type RingOptions, ringCommand, stackToPlan, withRing } from './cassandra-ring';
import { runRollingOperation } from './rolling-operation';
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
    .description("Roll the stack's boot image, machine type or Cassandra version through the ring, one VM at a time.")
    .option('--dry-run', 'print the changes and the commands without running them', false)
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--timeout <minutes>', 'timeout for each node', parseMinutes, 30)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
Each VM is planned by itself. A plan that changes anything else is refused, and so is one that the guard refuses: a machine type, for
example, needs 'allowStoppingForUpdate'. A VM with another version of Cassandra than the stack's is replaced, and keeps its address and
data disk. Between two VMs the ring has to be healthy, as with rolling-restart. VMs that are up to date are skipped, so the same command
resumes a stopped rollout. Changes in place take effect once the startup script has run, which rolling-restart does. Refused while a node
uses older keys, which are on its boot disk, or while the version of Cassandra on a node is unknown.

Exit codes: 0 done, 1 failed or interrupted, 2 refused, stopped at a problem, or another operation holds the ring lock.

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
    await runRollingOperation({ ring, shell, what: 'rollout', again, dryRun, breakLock, done: 'rolled out', runScripts }, (signal) =>
      rollout({ shell, ring, stack: folder, timeoutMinutes: timeout, dryRun, signal, onProgress: progress }),
    );
  });
}
