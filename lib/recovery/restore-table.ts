import { ReportedError } from '../core/reported-error';
import {
  formatTableName,
  type NodeShell,
  type RestoredTable,
  type Ring,
  requireHealthy,
  restoreTableBackup,
  type TableName,
} from '../operations';
import { chooseSet, type SetChoice } from './choose-set';
import { CloneMounts } from './clone-mounts';
import { compareRows, type LiveRows } from './compare-rows';
import type { ComputeEngine, Zonal } from './compute-engine';
import { RecoveryError } from './recovery-error';
import { describeCheck } from './restore-ring';
import type { SnapshotSet } from './snapshot-set';
import type { Verification } from './verification';

/** Clones of a set, whose commit logs were replayed and whose tables were flushed. */
export interface FlushedSet {
  readonly verification: Verification;

  /** Clones by name of the node, detached and cleanly unmounted. */
  readonly clones: ReadonlyMap<string, Zonal>;
}

/** Parts of a restore of tables that other modules provide. */
export interface RestoreTablesTools {
  /**
   * Boots clones of the disks of a set on recovery VMs, verifies and flushes them, and shuts the VMs down. The clones stay.
   *
   * @param tables as `KEYSPACE.TABLE` or `KEYSPACE`
   */
  flush(set: SnapshotSet, tables: readonly string[]): Promise<FlushedSet>;

  /** Reads all rows of tables of the live ring at consistency ALL. */
  readRows(tables: readonly TableName[]): Promise<readonly LiveRows[]>;

  /** Deletes recovery VMs and clones. @returns descriptions of those that remain */
  remove(): Promise<readonly string[]>;
}

/** Properties for `restoreTables`. */
export interface RestoreTablesOptions extends SetChoice {
  readonly compute: ComputeEngine;
  readonly shell: NodeShell;
  readonly ring: Ring;

  /** Newest first. */
  readonly sets: readonly SnapshotSet[];
  readonly tools: RestoreTablesTools;

  /** Identifies the run. */
  readonly run: string;
  readonly keyspace: string;

  /** @default - all tables of the keyspace */
  readonly table?: string;

  /** Another, new table; only with `table`. @default - the table of the backup */
  readonly as?: TableName;

  /** Reports the steps, and creates no clones. @default false */
  readonly dryRun?: boolean;

  /** Stops between two nodes. @default - it is not interrupted */
  readonly signal?: AbortSignal;

  /** @default - steps are not reported */
  readonly onProgress?: (text: string) => void;
}

/** Result of a restore of tables. */
export interface RestoredTables {
  readonly set: SnapshotSet;

  /** Tables that were begun, in their order. */
  readonly tables: readonly RestoredTable[];

  /** Reason for which not all tables are restored; `undefined` if the rows of all were read back. */
  readonly problem: string | undefined;

  /** Descriptions of disks and VMs that could not be removed. */
  readonly remaining: readonly string[];
}

/**
 * Restores tables of a set of snapshots into the live ring, which keeps serving. Clones of the disks are verified first; then each is attached
 * to the node of its name, and the files of the tables are copied and imported. Clones are removed in every case.
 *
 * @throws RefusedError before anything is created
 */
export async function restoreTables(options: RestoreTablesOptions): Promise<RestoredTables> {
  const { shell, ring, sets, tools, keyspace, table, as, dryRun = false, onProgress = () => {} } = options;
  if (as !== undefined && table === undefined) throw new RecoveryError("'--as' must be used with '--table'");
  const set = chooseSet(sets, options);
  await requireHealthy(shell, ring);
  const what = table === undefined ? keyspace : formatTableName({ keyspace, table });
  onProgress(`set ${set.id}: clones of ${[...set.snapshots.values()].map(({ name }) => name).join(', ')} for ${what}`);
  if (dryRun) return { set, tables: [], problem: undefined, remaining: [] };

  const mounts = new CloneMounts(options);
  const tables: RestoredTable[] = [];
  let problem: string | undefined;
  const remaining: string[] = [];
  try {
    problem = await restoreFrom(await tools.flush(set, [what]), mounts, tables, { ...options, onProgress });
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    problem = error.message;
  } finally {
    remaining.push(...(await mounts.remove()), ...(await tools.remove()));
  }
  return { set, tables, problem, remaining };
}

/** @returns the problem; `undefined` when all tables were restored */
async function restoreFrom(
  { verification, clones }: FlushedSet,
  mounts: CloneMounts,
  done: RestoredTable[],
  options: RestoreTablesOptions & { readonly onProgress: (text: string) => void },
): Promise<string | undefined> {
  const { ring, tools, keyspace, table, as, signal, onProgress } = options;
  const failed = findFailure(verification, keyspace, table);
  if (failed !== undefined) return failed;
  for (const node of ring.nodes) {
    const clone = clones.get(node.name);
    if (clone === undefined) continue;
    if (signal?.aborted) return 'interrupted';
    await mounts.add(node, clone);
    onProgress(`${node.name}: the clone is attached and mounted read-only`);
  }
  const backups = await mounts.findTables(keyspace, table);
  if (backups.length === 0) return `the set has no table ${table === undefined ? `in keyspace ${keyspace}` : `${keyspace}.${table}`}`;
  for (const backup of backups) {
    // A table without rows has nothing to import; a single one is refused.
    if (table === undefined && [...backup.files.values()].every(({ sstables }) => sstables === 0)) {
      onProgress(`${formatTableName(backup.source)} is empty in the set`);
      continue;
    }
    const { source } = backup;
    const read = verification.tables.filter((each) => formatTableName(each) === formatTableName(source));
    if (read.length === 0) return `${formatTableName(source)} was not read on the clones`;
    const restored = await restoreTableBackup({ ...options, backup });
    done.push(restored);
    if (restored.problem !== undefined) return restored.problem;
    if (as === undefined) continue;
    const rows = await tools.readRows([as]);
    const [difference] = compareRows(
      { ...verification, tables: read },
      rows.map((each) => ({ ...each, ...source })),
    );
    if (difference !== undefined) return `${formatTableName(as)} ${difference.detail}`;
  }
  return done.length > 0 ? undefined : `no row was restored: all tables of ${keyspace} are empty in the set`;
}

/** First check that was not passed and that concerns the tables. @returns its description; `undefined` if there is none */
function findFailure({ set, checks }: Verification, keyspace: string, table?: string): string | undefined {
  const concerns = (name: string): boolean => (table === undefined ? name.startsWith(`${keyspace}.`) : name === `${keyspace}.${table}`);
  const own = checks.filter((check) => check.table === undefined || concerns(check.table));
  if (own.length === 0) return `set ${set} was not verified`;
  const failed = own.find(({ outcome }) => outcome !== 'passed');
  return failed && `set ${set} is damaged: ${describeCheck(failed)}`;
}
