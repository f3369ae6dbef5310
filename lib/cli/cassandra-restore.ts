import { type Command, InvalidArgumentError } from 'commander';
import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { ACKNOWLEDGEMENTS_OPTION } from './acknowledgements';
import { parseTableOption, restoreLeftoverCommand } from './cassandra-restore-leftover';
import { type RestoreParts, restoreRingCommand } from './cassandra-restore-ring';
import { progress, type RingOptions, ringCommand } from './cassandra-ring';
import { reportingErrors } from './synthesized-stack';

interface RestoreCommandOptions extends RingOptions {
  readonly set?: string;
  readonly at?: number;
  readonly leftover?: string;
  readonly as?: Operations.TableName;
  readonly again: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly acknowledgements?: string;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra restore`. */
export function cassandraRestoreCommand(): Command {
  return ringCommand('restore')
    .description('Restore the whole ring from snapshots of its data disks, or a dropped or truncated table of the live ring.')
    .option('--set <id>', 'set of snapshots, as shown by backups (default: the newest that can be restored)')
    .option('--at <time>', 'newest set that was complete at this time, such as 2026-11-29T12:00:00Z', parseTime)
    .option('--again', 'replace the disks even if they were made from this set', false)
    .option('--leftover <name>', 'snapshot that Cassandra took of a dropped or truncated table')
    .option('--as <keyspace.table>', 'with --leftover: restore to a new table of this name', parseTableOption)
    .option('--dry-run', 'check everything and print the changes without making them', false)
    .option('--yes', 'do not ask for confirmation', false)
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
The whole ring: the set is verified on clones first, which recovery VMs boot without a network and read completely. Then the ring is stopped,
each node gets a new disk from its snapshot, and the rows of the ring are read back and compared with those of the clones. The former disks
stay for 30 days. A run with the same set continues an interrupted one.

--leftover: Cassandra takes a snapshot of a table before a DROP or TRUNCATE, and keeps it for a week ('auto_snapshot_ttl'). A dropped table
is created again with its former columns, types and indexes. All nodes keep serving; no other table is changed. The rows are imported on
each node, repaired, and counted at consistency ALL. Rows that were written since a TRUNCATE stay.

Exit codes: 0 the rows were read back, 1 failed, interrupted or no row was restored, 2 refused before any change, or another operation holds
the ring lock.

Examples:
  gke-platform cassandra restore staging --dry-run
  gke-platform cassandra restore staging --set 20261129-041500
  gke-platform cassandra restore staging --leftover truncated-1764482400000-orders --as shop.orders_restored`,
    )
    .action((stack: string, options: RestoreCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: RestoreCommandOptions): Promise<void> {
  const { leftover, as, set, at } = options;
  if (leftover === undefined) {
    if (as !== undefined) throw new RefusedError("'--as' needs '--leftover'");
    return restoreRingCommand(stack, options, PARTS);
  }
  if (set !== undefined || at !== undefined) throw new RefusedError("'--leftover' cannot be combined with '--set' or '--at'");
  return restoreLeftoverCommand(stack, { ...options, leftover });
}

/** Parts of a restore, loaded on demand. */
const PARTS: RestoreParts = {
  verify: (context, set) => (require('../recovery') as typeof Recovery).verifySet({ ...context, set, onProgress: progress }),
  stop: ({ ring, shell, signal }) =>
    (require('../operations') as typeof Operations).stopRing({ ring, shell, signal, onProgress: progress }),
  start: ({ ring, shell, signal }) =>
    (require('../operations') as typeof Operations).startRing({ ring, shell, signal, restored: true, onProgress: progress }),
  readRows: ({ ring, shell }, tables) => (require('../recovery') as typeof Recovery).readLiveRows(shell, ring, tables),
};

function parseTime(text: string): number {
  const time = Date.parse(text);
  if (/^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(time)) return time;
  throw new InvalidArgumentError('must be a time in ISO 8601, such as 2026-11-29T12:00:00Z.');
}
