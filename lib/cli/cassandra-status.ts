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
Findings are: a VM that does not answer, or of which a part could not be read; a node that another one sees as other than UN, that takes no
clients, whose Cassandra systemd restarted twice or more in the last hour, whose state is another one than 'ready', whose last repair is older than gc_grace (10 days, or
'gcGraceDays'), whose data disk is larger than its file system, or whose certificate ends within 60 days; a member that the stack does
not know; a schema that nodes disagree about. Hints and restarts that wait are shown and are no findings. With --json each finding has a code.

Exit codes: 0 no findings, 1 VMs do not answer and there is no other finding, 2 any other finding.

Examples:
  gke-platform cassandra status staging`,
    )
    .action((stack: string, options: RingOptions & { json: boolean }) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: RingOptions & { json: boolean }): Promise<void> {
  await withRing(stack, options, async (ring, shell) => {
    const { RingLook, statusOf, statusText } = require('../operations') as typeof Operations;
    const status = statusOf(ring, await RingLook.take(shell, ring));
    process.stdout.write(options.json ? `${JSON.stringify(status, undefined, 2)}\n` : statusText(status));
    process.exitCode = status.findings.length === 0 ? 0 : status.isUnknown ? 1 : 2;
  });
}
