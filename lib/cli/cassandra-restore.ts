import { type Command, InvalidArgumentError } from 'commander';
import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { ACKNOWLEDGEMENTS_OPTION } from './acknowledgements';
import { parseTableOption, restoreLeftoverCommand } from './cassandra-restore-leftover';
import { type RestoreParts, restoreRingCommand } from './cassandra-restore-ring';
import { parseKeyspaceOption, restoreTablesCommand } from './cassandra-restore-tables';
import { progress, type RingOptions, ringCommand } from './cassandra-ring';
import { COPIES_OPTION } from './copies-option';
import { openArchive, openStorage } from './ring-archive';
import { reportingErrors } from './synthesized-stack';

interface RestoreCommandOptions extends RingOptions {
  readonly set?: string;
  readonly at?: number;
  readonly copies?: string;
  readonly keyspace?: string;
  readonly table?: Operations.TableName;
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
    .description(
      'Restore the whole ring from snapshots of its data disks, or tables of the live ring from snapshots or from what Cassandra kept of them.',
    )
    .option('--set <id>', 'set of snapshots, as shown by backups (default: the newest that can be restored)')
    .option(
      '--at <time>',
      'time of the ring, such as 2026-11-29T12:00:00Z; without an archive of commit logs, and for tables: the newest set before it',
      parseTime,
    )
    .option(...COPIES_OPTION)
    .option('--again', 'replace the disks even if a completed restore made them from this set', false)
    .option('--keyspace <keyspace>', 'restore all tables of a keyspace into the live ring', parseKeyspaceOption)
    .option('--table <keyspace.table>', 'restore one table into the live ring', parseTableOption)
    .option('--leftover <name>', 'snapshot that Cassandra took of a dropped or truncated table')
    .option('--as <keyspace.table>', 'with --table or --leftover: restore to a new table of this name', parseTableOption)
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

--at, for a whole ring with 'archive': the newest set before this time is verified, and the commit logs of the archive are replayed on its
clones, up to the writes of this time by their timestamps. The ring gets snapshots of these clones. If the archive is not complete until
then, the confirmation and the result name the time of the ring instead.

--keyspace, --table: tables of the set are imported into the live ring, and all nodes keep serving. The set is verified on clones, which are
then attached to the nodes read-only, and removed at the end. A table that does not exist is created with its former columns, types and
indexes. An import adds rows: those that were written since the set stay, and those that were overwritten or deleted since stay so. With --as
the rows go to a new table, and are compared with those of the set. Without --as, a table that the application writes is counted only: deleted rows
may be missing although newer ones make up the number.

--leftover: Cassandra takes a snapshot of a table before a DROP or TRUNCATE, and keeps it for a week ('auto_snapshot_ttl'). A dropped table
is created again with its former columns, types and indexes. All nodes keep serving; no other table is changed. The rows are imported on
each node, repaired, and counted at consistency ALL. Rows that were written since a TRUNCATE stay.

--copies: the set is a copy in another project, from which the disks are created. The credentials, and those of Terraform, need to read and use its
snapshots ('readers' of 'SnapshotSetCopies').

Exit codes: 0 the rows were read back, 1 failed, interrupted or no row was restored, 2 refused before any change, or another operation holds
the ring lock.

Examples:
  gke-platform cassandra restore staging --dry-run
  gke-platform cassandra restore staging --set 20261129-041500
  gke-platform cassandra restore staging --copies parking-vault
  gke-platform cassandra restore staging --table shop.orders --as shop.orders_yesterday
  gke-platform cassandra restore staging --at 2026-11-29T12:00:00Z --keyspace shop
  gke-platform cassandra restore staging --leftover truncated-1764482400000-orders --as shop.orders_restored`,
    )
    .action((stack: string, options: RestoreCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: RestoreCommandOptions): Promise<void> {
  const { leftover, table, keyspace } = options;
  requireCombination(options);
  if (leftover !== undefined) return restoreLeftoverCommand(stack, { ...options, leftover });
  if (table !== undefined) return restoreTablesCommand(stack, { ...options, ...table });
  if (keyspace !== undefined) return restoreTablesCommand(stack, { ...options, keyspace, table: undefined });
  return restoreRingCommand(stack, options, PARTS);
}

/** @throws RefusedError if options exclude each other */
function requireCombination(options: RestoreCommandOptions): void {
  const isGiven = (name: 'set' | 'at' | 'keyspace' | 'table' | 'leftover' | 'copies'): boolean => options[name] !== undefined;
  const exclusive = [
    ['set', 'at'],
    ['keyspace', 'table'],
    ['leftover', 'keyspace'],
    ['leftover', 'table'],
    ['leftover', 'set'],
    ['leftover', 'at'],
    ['leftover', 'copies'],
  ] as const;
  for (const [one, other] of exclusive)
    if (isGiven(one) && isGiven(other)) throw new RefusedError(`'--${one}' cannot be combined with '--${other}'`);
  const tables = (['leftover', 'table', 'keyspace'] as const).find(isGiven);
  if (options.again && tables !== undefined) throw new RefusedError(`'--again' cannot be combined with '--${tables}'`);
  if (options.as !== undefined && !isGiven('table') && !isGiven('leftover'))
    throw new RefusedError("'--as' needs '--table' or '--leftover'");
}

/** Parts of a restore, loaded on demand. */
const PARTS: RestoreParts = {
  verify: (context, set) =>
    (require('../recovery') as typeof Recovery).verifySet({
      ...context,
      set,
      ...openArchive(context, process.env),
      onProgress: progress,
    }),
  replay: (context) =>
    (require('../recovery') as typeof Recovery).createReplayTools({
      ...context,
      storage: openStorage(context, process.env),
      onProgress: progress,
    }),
  stop: ({ ring, shell, signal }) =>
    (require('../operations') as typeof Operations).stopRing({ ring, shell, isAtOnce: true, signal, onProgress: progress }),
  start: ({ ring, shell, signal }) =>
    (require('../operations') as typeof Operations).startRing({ ring, shell, signal, restored: true, onProgress: progress }),
  readRows: ({ ring, shell }, tables) => (require('../recovery') as typeof Recovery).readLiveRows(shell, ring, tables),
};

function parseTime(text: string): number {
  const time = Date.parse(text);
  // Without a zone it would be in that of this machine.
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(time)) return time;
  throw new InvalidArgumentError('must be a time in ISO 8601 with its zone, such as 2026-11-29T12:00:00Z or 2026-11-29T13:00:00+01:00.');
}
