import { randomUUID } from 'node:crypto';
import { RefusedError } from '../core/reported-error';
import { describeFinding } from './findings';
import type { Ring } from './ring';
import { RingState } from './ring-state';
import type { NodeShell } from './shell/node-shell';
import { formatTableName, type TableDefinition, type TableName } from './table-definition';
import { countRows, importFiles, keyspaceExists, readLiveTable, repairTable, runCql } from './table-import';

/** Data files of a table on one node. */
export interface TableSource {
  /** Folder on the node. */
  readonly folder: string;
  readonly sstables: number;
  readonly bytes: number;
}

/** Data files of a table on the nodes of a ring. */
export interface TableBackup {
  readonly source: TableName;

  /** For messages, for example `dropped-1764482400000-orders`. */
  readonly label: string;

  /** Definition that the files were written with; `undefined` if the backup has none. */
  readonly definition: TableDefinition | undefined;

  /** By name of the node, without nodes that have none. */
  readonly files: ReadonlyMap<string, TableSource>;
}

/** Properties for `restoreTableBackup`. */
export interface RestoreTableOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;
  readonly backup: TableBackup;

  /** Another, new table. @default - the table of the backup */
  readonly as?: TableName;

  /** Checks everything, and changes nothing. @default false */
  readonly dryRun?: boolean;

  /** Stops between two nodes. @default - it is not interrupted */
  readonly signal?: AbortSignal;

  /** Called with each step. @default - steps are not reported */
  readonly onProgress?: (text: string) => void;
}

/** Result of a restore of one table. */
export interface RestoredTable {
  readonly target: TableName;

  /** Nodes with the imported files. */
  readonly imported: readonly string[];

  /** Rows at consistency ALL before the import and afterwards; `undefined` if they were not counted. */
  readonly rowsBefore: number | undefined;
  readonly rowsAfter: number | undefined;

  /** Reason for which the table is not restored; `undefined` if its rows were read back. */
  readonly problem: string | undefined;
}

/**
 * Imports a backup of one table into the live ring, repairs the table and counts its rows. Other tables are left alone, and all nodes keep
 * serving. The ring has to be healthy.
 *
 * @throws RefusedError before anything is changed
 */
export async function restoreTableBackup(options: RestoreTableOptions): Promise<RestoredTable> {
  const { shell, ring, backup, as, dryRun = false, onProgress = () => {} } = options;
  const target = as ?? backup.source;
  const name = formatTableName(target);
  const first = ring.nodes[0]!;
  const { statements, indexes } = await planTable(shell, ring, backup, target, as !== undefined);
  const rowsBefore = statements.length > 0 ? 0 : await countRows(shell, first, target);
  for (const statement of statements) onProgress(statement);
  for (const index of indexes) onProgress(`not created, since its name is taken or belongs to the former table: ${index}`);
  onProgress(
    statements.length > 0
      ? `permissions of roles on ${name} are not in the backup: grant them again`
      : `rows of ${name} that were overwritten or deleted since the backup stay so; --as restores them to a new table`,
  );
  for (const node of ring.nodes) {
    const files = backup.files.get(node.name);
    onProgress(
      files === undefined
        ? `${node.name} has no files of the backup: its rows come from the other nodes`
        : `${node.name}: import of ${files.sstables} SSTables (${files.bytes} bytes) into ${name}`,
    );
  }
  const result: RestoredTable = { target, imported: [], rowsBefore, rowsAfter: undefined, problem: undefined };
  if (dryRun) return result;

  for (const statement of statements) await runCql(shell, first, [statement], 'QUORUM');
  return importEverywhere(result, { ...options, isCreated: statements.length > 0, onProgress });
}

interface ImportEverywhereOptions extends RestoreTableOptions {
  /** The table was created by this run. */
  readonly isCreated: boolean;
  readonly onProgress: (text: string) => void;
}

/** Imports data files on every node, repairs the table and counts its rows. Stops at the first problem. */
async function importEverywhere(start: RestoredTable, options: ImportEverywhereOptions): Promise<RestoredTable> {
  const { shell, ring, backup, isCreated, signal, onProgress } = options;
  const { target, rowsBefore } = start;
  const imported: string[] = [];
  const table = formatTableName(target);
  const run = randomUUID();
  const failed = (problem: string): RestoredTable => {
    const state = isCreated
      ? `${table} was created and is incomplete: drop it before the next attempt`
      : imported.length > 0
        ? `${imported.join(', ')} ${imported.length > 1 ? 'have' : 'has'} the rows; the same command imports them again, which changes nothing there`
        : `${table} is unchanged`;
    return { ...start, imported, problem: `${problem}. ${state}` };
  };
  for (const node of ring.nodes) {
    const source = backup.files.get(node.name);
    if (source === undefined || source.sstables === 0) continue;
    if (signal?.aborted) return failed('interrupted');
    const problem = await importFiles({ shell, node, source: source.folder, sstables: source.sstables, target, run });
    if (problem !== undefined) return failed(problem);
    imported.push(node.name);
    onProgress(`${node.name}: imported ${source.sstables} SSTables`);
  }
  for (const node of ring.nodes) {
    if (signal?.aborted) return failed('interrupted before the repair of all nodes');
    const problem = await repairTable(shell, node, target);
    if (problem !== undefined) return failed(problem);
    onProgress(`${node.name}: repaired ${table}`);
  }
  const rowsAfter = await countRows(shell, ring.nodes[0]!, target);
  const result = { ...start, imported, rowsAfter };
  if (rowsAfter > rowsBefore!) return result;
  const problem = `no row was restored: ${table} has ${rowsAfter} rows at consistency ALL, and had ${rowsBefore} before`;
  return { ...result, problem };
}

/** @throws RefusedError if a node is unhealthy: rows could be neither imported nor counted everywhere */
export async function requireHealthy(shell: NodeShell, ring: Ring): Promise<void> {
  const [problem] = (await RingState.collect(shell, ring)).problems;
  if (problem !== undefined) throw new RefusedError(`the ring is unhealthy: ${describeFinding(problem)}`);
}

interface TablePlan {
  /** Statements that create the table; none if it exists and fits. */
  readonly statements: readonly string[];

  /** Indexes that the new table is created without. */
  readonly indexes: readonly string[];
}

async function planTable(shell: NodeShell, ring: Ring, backup: TableBackup, target: TableName, isNew: boolean): Promise<TablePlan> {
  const { definition } = backup;
  const first = ring.nodes[0]!;
  const name = formatTableName(target);
  for (const keyspace of [backup.source.keyspace, target.keyspace]) {
    if (/^system(_|$)/.test(keyspace)) throw new RefusedError(`tables of Cassandra itself are not restored, got keyspace ${keyspace}`);
  }
  if ([...backup.files.values()].every(({ sstables }) => sstables === 0))
    throw new RefusedError(`${backup.label} holds no data files: the table was empty, there is nothing to restore`);
  if (!(await keyspaceExists(shell, first, target.keyspace)))
    throw new RefusedError(
      `keyspace ${target.keyspace} does not exist: create it with its former replication, which snapshots of tables do not contain`,
    );
  const live = await readLiveTable(shell, first, target);
  if (live === undefined) {
    if (definition !== undefined) {
      const statements = definition.statementsFor(target, backup.source);
      return { statements, indexes: definition.indexes.filter((index) => !statements.includes(index)) };
    }
    throw new RefusedError(
      `${name} does not exist, and ${backup.label} has no schema.cql: create the table as it was, then run the command again`,
    );
  }
  if (isNew) throw new RefusedError(`'--as' must name a new table, got ${name}, which exists`);
  if (live.views.length > 0)
    throw new RefusedError(`${name} has materialized views, which an import does not fill: ${live.views.join(', ')}; pass --as`);
  const differences = definition?.differences(live.definition) ?? [];
  if (differences.length > 0)
    throw new RefusedError(`${name} has other columns than the backup: ${differences.join('; ')}. Pass --as to restore to a new table`);
  return { statements: [], indexes: [] };
}
