import type { Command } from 'commander';
import type * as Operations from '../operations';
import { type RingOptions, ringCommand, withRing } from './cassandra-ring';
import { reportingErrors } from './synthesized-stack';

/** `gke-platform cassandra status`. */
export function cassandraStatusCommand(): Command {
  return ringCommand('status')
    .description("Ask every node of the ring how it is and how it sees the others, by SSH through Google's Identity-Aware Proxy.")
    .option('--json', 'print it as JSON', false)
    .addHelpText(
      'after',
      `
Not well is a node that anybody sees as other than UN, that takes no clients, whose startup script refused or failed, or whose last
repair is older than gc_grace (10 days, or 'gcGraceDays'); a member that the stack does not know; a schema that nodes disagree about. Hints and
restarts that wait are shown and are no fault.

Exit codes: 0 all is well, 1 nodes could not be asked, 2 something is not well.

For example:
  gke-platform cassandra status staging`,
    )
    .action((stack: string, options: RingOptions & { json: boolean }) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: RingOptions & { json: boolean }): Promise<void> {
  await withRing(stack, options, async (ring, shell) => {
    const { RingLook, statusOf, statusText } = require('../operations') as typeof Operations;
    const status = statusOf(ring, await RingLook.take(shell, ring));
    process.stdout.write(options.json ? `${JSON.stringify(status, undefined, 2)}\n` : statusText(status));
    process.exitCode = status.unwell.length === 0 ? 0 : status.isUnknown ? 1 : 2;
  });
}
