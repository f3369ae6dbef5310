import type { Command } from 'commander';
import type * as Operations from '../operations';
import { type RingOptions, ringCommand, withRing } from './cassandra-ring';
import { FORMER_STATUS_KEYS, reportJson } from './former-keys';
import { reportingErrors } from './synthesized-stack';

/** `gke-platform cassandra status`. */
export function cassandraStatusCommand(): Command {
  return ringCommand('status')
    .description(
      "Show the state of every node of the ring, and how the nodes see each other, by SSH through Google's Identity-Aware Proxy.",
    )
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Findings: a VM that is unreachable or whose probe is incomplete; a node that another node sees in another state than UN, that takes
no clients, that systemd restarted twice or more in the last hour, whose state is not 'ready', whose last repair is older than
gc_grace_seconds (10 days, or 'gcGraceDays'), whose data disk is larger than its file system, or whose certificate expires within 60 days;
a member that is not in the stack; schema disagreement; Cassandra's default role with login or as a superuser; another superuser than the
stack's. Waiting hints, pending restarts and roles that the stack does not declare are shown and are no findings. With --json each finding
has a code.

Exit codes: 0 healthy, 1 unreachable VMs are the only findings, 2 other findings.

Examples:
  gke-platform cassandra status staging`,
    )
    .action((stack: string, options: RingOptions & { json: boolean }) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: RingOptions & { json: boolean }): Promise<void> {
  await withRing(stack, options, async (ring, shell) => {
    const { RingState, createRingStatus, formatStatus } = require('../operations') as typeof Operations;
    const status = createRingStatus(ring, await RingState.collect(shell, ring));
    process.stdout.write(options.json ? `${reportJson(status, 2, FORMER_STATUS_KEYS)}\n` : formatStatus(status));
    process.exitCode = status.findings.length === 0 ? 0 : status.isUnknown ? 1 : 2;
  });
}
