import type { Command } from 'commander';
import type * as Operations from '../operations';
import { parseTableOption, restoreLeftoverCommand } from './cassandra-restore-leftover';
import { type RingOptions, ringCommand } from './cassandra-ring';
import { reportingErrors } from './synthesized-stack';

interface RestoreCommandOptions extends RingOptions {
  readonly leftover: string;
  readonly as?: Operations.TableName;
  readonly dryRun: boolean;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra restore`. */
export function cassandraRestoreCommand(): Command {
  return ringCommand('restore')
    .description('Bring a dropped or truncated table back into the live ring.')
    .requiredOption('--leftover <name>', 'snapshot that Cassandra took of a dropped or truncated table')
    .option('--as <keyspace.table>', 'restore to a new table of this name', parseTableOption)
    .option('--dry-run', 'check everything and print the changes without making them', false)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
--leftover: Cassandra takes a snapshot of a table before a DROP or TRUNCATE, and keeps it for a week ('auto_snapshot_ttl'). A dropped table
is created again with its former columns, types and indexes. All nodes keep serving; no other table is changed. The rows are imported on
each node, repaired, and counted at consistency ALL. Rows that were written since a TRUNCATE stay.

Exit codes: 0 the rows were read back, 1 failed, interrupted or no row was restored, 2 refused before any change, or another operation holds
the ring lock.

Examples:
  gke-platform cassandra restore staging --leftover dropped-1764482400000-orders --dry-run
  gke-platform cassandra restore staging --leftover truncated-1764482400000-orders --as shop.orders_restored`,
    )
    .action((stack: string, options: RestoreCommandOptions) => reportingErrors(() => restoreLeftoverCommand(stack, options)));
}
