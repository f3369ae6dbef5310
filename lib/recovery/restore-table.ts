import { RefusedError, ReportedError } from '../core/reported-error';
import {
  findMissingRows,
  formatTableName,
  type NodeShell,
  planTable,
  type RestoredTable,
  type RestoreTableOptions,
  type Ring,
  requireHealthy,
  restoreTable,
  type TableBackup,
  type TableName,
  type TablePlan,
} from '../operations';
import { chooseSet, type SetChoice } from './choose-set';
import { CloneMounts } from './clone-mounts';
import { compareRows, countLeast, findAgreedRows, hasRowsOf, type LiveRows } from './compare-rows';
import type { ComputeEngine, Zonal } from './compute-engine';
import { RecoveryError } from './recovery-error';
import { describeCopy, type SnapshotSet } from './snapshot-set';
import { type Check, describeCheck, groupByTable, isRestorable, listUnchecked, type TableRows, type Verification } from './verification';

/** Clones of a set, whose commit logs were replayed and whose tables were flushed. */
export interface FlushedSet {
  readonly verification: Verification;

  /** Clones by name of the node, detached and cleanly unmounted. */
  readonly clones: ReadonlyMap<string, Zonal>;
}

/** Table that a restore creates or adds rows to. */
export interface TableToRestore {
  readonly source: TableName;
  readonly target: TableName;

  /** Rows of the table in the set; `undefined` if its disks have different ones. */
  readonly rowsInSet: number | undefined;

  /** Rows of the table in the live ring; `undefined` if it does not exist, and is created. */
  readonly rowsBefore: number | undefined;

  /** Seconds for which the table remembers deletions; `undefined` if unknown. */
  readonly gcGraceSeconds: number | undefined;
}

/** Contents of the one confirmation. */
export interface RestoreTablesQuestion {
  readonly set: SnapshotSet;
  readonly tables: readonly TableToRestore[];

  /** Checks of the set that were not run, for lack of a manifest or a canary. */
  readonly unchecked: readonly Check[];
}

/** Parts of a restore of tables that other modules provide. */
export interface RestoreTablesTools {
  /**
   * Boots clones of the disks of a set on recovery VMs, verifies and flushes them, and shuts the VMs down. The clones stay.
   *
   * @param tables as `KEYSPACE.TABLE` or `KEYSPACE`
   */
  flush(set: SnapshotSet, tables: readonly string[]): Promise<FlushedSet>;

  /** @throws RefusedError if the question is answered otherwise, or cannot be asked */
  confirm(question: RestoreTablesQuestion): Promise<void>;

  /** Reads all rows of tables of the live ring at consistency ALL. */
  readRows(tables: readonly TableName[]): Promise<readonly LiveRows[]>;

  /** Deletes recovery VMs and clones. @returns descriptions of those that remain */
  remove(): Promise<readonly string[]>;
}

/** Properties for `restoreTables`. */
export interface RestoreTablesOptions extends SetChoice, Pick<RestoreTableOptions, 'clock'> {
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

/** Restored table, compared with the set. */
export interface RestoredSetTable extends RestoredTable {
  /** Rows of the table in the set; `undefined` if its disks have different ones. */
  readonly rowsInSet: number | undefined;

  /** Rows of the table on the disk that has most of them. With fewer rows it is not restored. */
  readonly leastRows: number;

  /** The rows are exactly those of the set, by number and hash. */
  readonly isEqual: boolean;
}

/** Result of a restore of tables. */
export interface RestoredTables {
  readonly set: SnapshotSet;

  /** Tables that were begun, in their order. */
  readonly tables: readonly RestoredSetTable[];

  /** Reason for which not all tables are restored; `undefined` if the rows of all were read back. */
  readonly problem: string | undefined;

  /** Error behind the problem, if it is one. */
  readonly error?: ReportedError;

  /** Checks of the set that were not run, for lack of a manifest or a canary. */
  readonly unchecked: readonly Check[];

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
  const { shell, ring, table, as, dryRun = false } = options;
  if (as !== undefined && table === undefined) throw new RefusedError("'--as' must be used with '--table'");
  const set = chooseSet(options.sets, options);
  await requireHealthy(shell, ring);
  const restore = new TablesRestore(options, set);
  return dryRun ? restore.describe() : restore.run();
}

/** Table of a set with the plan of its restore. */
interface PlannedTable {
  readonly backup: TableBackup;
  readonly plan: TablePlan;
  readonly disks: readonly TableRows[];
}

class TablesRestore {
  private readonly tables: RestoredSetTable[] = [];
  private unchecked: readonly Check[] = [];
  private readonly mounts: CloneMounts;
  private readonly progress: (text: string) => void;

  /** Name of the table or keyspace. */
  private readonly name: string;

  /** Rows of the live ring as they were read last, by name of the table. */
  private readonly live = new Map<string, LiveRows>();

  constructor(
    private readonly options: RestoreTablesOptions,
    private readonly set: SnapshotSet,
  ) {
    const { keyspace, table, onProgress = () => {} } = options;
    this.mounts = new CloneMounts(options);
    this.progress = onProgress;
    this.name = table === undefined ? keyspace : formatTableName({ keyspace, table });
  }

  /** Steps as a dry run shows them. */
  public describe(): RestoredTables {
    const { set, name, progress } = this;
    const { ring, as } = this.options;
    const snapshots = [...set.snapshots.values()].map((snapshot) => snapshot.name).join(', ');
    const target =
      as === undefined ? 'under the same name, which is created if it does not exist' : `as the new table ${formatTableName(as)}`;
    progress(`set ${set.id} (${new Date(set.takenAt).toISOString()}${describeCopy(set)}): ${snapshots}`);
    const steps = [
      'verify the set on clones of its disks, levels 0 to 4; the ring is not touched',
      `flush ${name} on the clones, and attach them read-only to ${ring.nodes.map(({ vm }) => vm).join(', ')}`,
      'ask for confirmation: which tables are created, and which get rows beside their present ones',
      `import the rows of ${name} on one node at a time, ${target}`,
      'repair the tables, wait for their indexes, and read their rows back at consistency ALL',
      'remove the clones',
    ];
    for (const [index, step] of steps.entries()) progress(`${index + 1}. ${step}`);
    progress(`Not checked without clones: that the set has ${name}, and its rows.`);
    return { set, tables: [], problem: undefined, unchecked: [], remaining: [] };
  }

  public async run(): Promise<RestoredTables> {
    const remaining: string[] = [];
    let problem: string | undefined;
    let reported: ReportedError | undefined;
    try {
      problem = await this.restore();
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      problem = error.message;
      reported = error;
    } finally {
      this.progress('removing clones and recovery VMs');
      try {
        remaining.push(...(await this.mounts.remove()));
      } finally {
        remaining.push(...(await this.options.tools.remove()));
        for (const each of remaining) this.progress(`not removed: ${each}`);
      }
    }
    const { set, tables, unchecked } = this;
    return { set, tables, problem, ...(reported && { error: reported }), unchecked, remaining };
  }

  /** @returns the problem; `undefined` when all tables were restored */
  private async restore(): Promise<string | undefined> {
    const { set, options, tables } = this;
    this.progress(`verifying set ${set.id} on clones; the ring is not touched`);
    const { verification, clones } = await options.tools.flush(set, [this.name]);
    this.requireUsable(verification);
    this.unchecked = listUnchecked(verification);
    await this.mount(clones);
    const planned = await this.plan(verification);
    if (planned.length === 0) return `no row was restored: set ${set.id} has no row that ${this.name} lacks`;
    await options.tools.confirm({ set, tables: planned.map(describeTable), unchecked: this.unchecked });
    const problems: string[] = [];
    for (const each of planned) {
      if (options.signal?.aborted) return [...problems, 'interrupted'].join('; ');
      const { problem, isImported } = await this.restoreOne(each);
      if (problem !== undefined) problems.push(problem);
      if (!isImported) break;
    }
    if (problems.length > 0) return problems.join('; ');
    // Of several tables some may have had all of their rows.
    const unchanged = tables.map(findMissingRows);
    return unchanged.includes(undefined) ? undefined : unchanged[0];
  }

  /** @throws RefusedError if the set has no such table, RecoveryError if it is damaged */
  private requireUsable({ set, checks, tables }: Verification): void {
    const { keyspace, table } = this.options;
    const isOwn = (name: string): boolean => (table === undefined ? name.startsWith(`${keyspace}.`) : name === `${keyspace}.${table}`);
    const known = [...new Set([...tables.map(formatTableName), ...checks.flatMap((check) => check.table ?? [])])].sort();
    if (known.length > 0 && !known.some(isOwn)) {
      const more = known.length > LISTED ? `, and ${known.length - LISTED} more` : '';
      throw new RefusedError(
        `set ${set} has no table ${table === undefined ? `in keyspace ${keyspace}` : this.name}; known: ${known.slice(0, LISTED).join(', ')}${more}`,
      );
    }
    const own = checks.filter((check) => check.table === undefined || isOwn(check.table));
    if (own.length === 0) throw new RecoveryError(`set ${set} was not verified`);
    const failed = own.find((check) => !isRestorable({ checks: [check] }));
    if (failed !== undefined) throw new RecoveryError(`set ${set} is damaged: ${describeCheck(failed)}`);
  }

  private async mount(clones: ReadonlyMap<string, Zonal>): Promise<void> {
    for (const node of this.options.ring.nodes) {
      const clone = clones.get(node.name);
      if (clone === undefined) continue;
      if (this.options.signal?.aborted) throw new RecoveryError('interrupted');
      await this.mounts.add(node, clone);
      this.progress(`${node.name}: the clone is attached and mounted read-only`);
    }
  }

  /** Plans all tables before the first is changed. */
  private async plan(verification: Verification): Promise<PlannedTable[]> {
    const { keyspace, table } = this.options;
    const backups = await this.mounts.findTables(keyspace, table);
    if (backups.length === 0) throw new RecoveryError(`the clones have no files of ${this.name}`);
    const read = groupByTable(verification.tables);
    const planned: PlannedTable[] = [];
    for (const backup of backups) {
      const name = formatTableName(backup.source);
      const disks = read.get(name);
      if (disks === undefined) throw new RecoveryError(`${name} was not read on the clones`);
      if (disks.every(({ rows }) => rows === 0)) {
        this.progress(`${name} is empty in the set`);
        continue;
      }
      const plan = await planTable(this.optionsOf(backup));
      if (plan.statements.length === 0 && this.isEqual(backup.source, disks)) {
        this.progress(`${name} has exactly the rows of the set`);
        continue;
      }
      planned.push({ backup, plan, disks });
    }
    return planned;
  }

  private async restoreOne({
    backup,
    plan,
    disks,
  }: PlannedTable): Promise<{ readonly problem: string | undefined; readonly isImported: boolean }> {
    const { as } = this.options;
    const { source } = backup;
    const restored = await restoreTable(plan, this.optionsOf(backup));
    const { target, rowsAfter } = restored;
    const rowsInSet = findAgreedRows(disks)?.rows;
    const leastRows = countLeast(disks);
    this.tables.push({ ...restored, rowsInSet, leastRows, isEqual: rowsAfter !== undefined && this.isEqual(target, disks) });
    if (rowsAfter === undefined) return { problem: restored.problem, isImported: false };
    const name = formatTableName(target);
    // Nothing else writes to a table of a new name.
    if (as !== undefined) {
      const [difference] = compareRows({ tables: disks }, [{ ...this.live.get(name)!, ...source }]).differences;
      return { problem: difference && `${name} ${difference.detail}`, isImported: true };
    }
    const problem =
      rowsAfter < leastRows
        ? `${name} has ${rowsAfter} rows, and ${rowsInSet === undefined ? 'a disk of the set' : 'the set'} has ${leastRows}: rows that were deleted since the set stay deleted; pass --as to restore to a new table`
        : undefined;
    return { problem, isImported: true };
  }

  private optionsOf(backup: TableBackup): RestoreTableOptions {
    const { shell, ring, as, signal, clock, tools } = this.options;
    const readRows = async (table: TableName): Promise<number> => {
      const [rows] = await tools.readRows([table]);
      this.live.set(formatTableName(table), rows!);
      return rows!.rows;
    };
    return {
      ...{ shell, ring, backup, readRows, onProgress: this.progress },
      ...(as && { as }),
      ...(signal && { signal }),
      ...(clock && { clock }),
    };
  }

  /** Tests that the rows that were last read are those of the disks. */
  private isEqual(table: TableName, disks: readonly TableRows[]): boolean {
    const live = this.live.get(formatTableName(table));
    return live !== undefined && hasRowsOf(live, disks);
  }
}

/** Number of tables that a refusal lists. */
const LISTED = 10;

function describeTable({ backup, plan, disks }: PlannedTable): TableToRestore {
  const { target, statements, rowsBefore } = plan;
  return {
    source: backup.source,
    target,
    rowsInSet: findAgreedRows(disks)?.rows,
    rowsBefore: statements.length > 0 ? undefined : rowsBefore,
    gcGraceSeconds: backup.definition?.gcGraceSeconds,
  };
}
