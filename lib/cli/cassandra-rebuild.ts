import type { Command } from 'commander';
import { RefusedError, ReportedError } from '../core/reported-error';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { progress, type RingOptions, ringCommand, withRing } from './cassandra-ring';
import { requireAnswerable, requireConfirmation } from './confirmation';
import { interruptionSignal } from './interruption';
import { withRingLock } from './ring-lock';
import { reportingErrors } from './synthesized-stack';

interface RebuildCommandOptions extends RingOptions {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra rebuild`. */
export function cassandraRebuildCommand(): Command {
  return ringCommand('rebuild')
    .description('Copy and compare the rows of the data center that the ring joins, and let clients in.')
    .option('--dry-run', 'print the commands without running them', false)
    .option('--yes', 'do not ask for confirmation', false)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
For a ring with 'joins'. Once all nodes are members: adds replicas in its data center to all keyspaces, copies their rows ('nodetool rebuild')
and repairs them, one node after the other, and reads every row at LOCAL_QUORUM of its data center and at ALL. The roles are the last keyspace;
then the startup scripts let clients in. Replicas in other data centers are not changed. Run it again to resume it, and for keyspaces that were
created since.

Refused: keyspaces without data centers (SimpleStrategy), a node of either data center that is not up, other releases of Cassandra there.

Exit codes: 0 the rows are complete, and clients are let in; 1 failed or interrupted; 2 refused, stopped at a problem, or another operation holds
the ring lock.

Examples:
  gke-platform cassandra rebuild staging --dry-run
  gke-platform cassandra rebuild staging`,
    )
    .action((stack: string, options: RebuildCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: RebuildCommandOptions): Promise<void> {
  const { dryRun, yes, breakLock } = options;
  if (!dryRun) requireAnswerable({ yes });
  await withRing(stack, options, async (ring, shell) => {
    const { rebuildDatacenter, requireJoins } = require('../operations') as typeof Operations;
    const { compareDatacenters, describeComparison } = require('../recovery') as typeof Recovery;
    requireJoins(ring);
    const named = options.ring === undefined ? '' : ` --ring ${options.ring}`;
    const signal = interruptionSignal('stopping once the current keyspace of the node is done');
    const rebuild = async (): Promise<void> => {
      const problem = await rebuildDatacenter({
        ...{ shell, ring, dryRun, signal },
        onProgress: dryRun ? (text) => process.stdout.write(`${text}\n`) : progress,
        confirm: (lines) => requireConfirmation({ lines, word: stack, description: 'the name of the stack', yes, signal }),
        compare: async (keyspaces) => {
          progress(`comparing the rows of ${keyspaces.join(', ') || 'no keyspace'}`);
          const tables = await compareDatacenters(shell, ring, keyspaces);
          for (const each of tables) process.stdout.write(`${describeComparison(each)}\n`);
          const different = tables.find((each) => each.different > 0);
          return different && `the rows of ${different.table} are not complete in ${ring.datacenter}`;
        },
      });
      const resume = `Resume with: gke-platform cassandra rebuild ${stack}${named}`;
      if (problem !== undefined && signal.aborted) throw new ReportedError(`interrupted: ${problem}. ${resume}`);
      if (problem !== undefined) throw new RefusedError(`stopped: ${problem}. ${resume}`);
      if (!dryRun) process.stdout.write(`${ring.name} has all rows of ${ring.joins}, and clients are let in\n`);
    };
    await (dryRun ? rebuild() : withRingLock({ ring, shell, what: 'rebuild', breakLock }, rebuild));
  });
}
