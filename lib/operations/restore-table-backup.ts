import { randomUUID } from 'node:crypto';
import { RefusedError, ReportedError } from '../core/reported-error';
import { type Clock, REAL_CLOCK } from './clock';
import { describeFinding } from './findings';
import type { Ring } from './ring';
import { RingState } from './ring-state';
import type { NodeShell } from './shell/node-shell';
import { formatTableName, type TableDefinition, type TableName } from './table-definition';
import { countRows, importFiles, keyspaceExists, readLiveTable, repairTable, runCql } from './table-import';
import { waitForIndexes } from './table-indexes';

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

/** Properties of the restore of one table. */
export interface RestoreTableOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;
  readonly backup: TableBackup;

  /** Another, new table. @default - the table of the backup */
  readonly as?: TableName;

  /** Reads the number of rows of a table from all replicas. @default - they are counted at consistency ALL */
  readonly readRows?: (table: TableName) => Promise<number>;

  /** Stops between two nodes. @default - it is not interrupted */
  readonly signal?: AbortSignal;

  /** Called with each step. @default - steps are not reported */
  readonly onProgress?: (text: string) => void;

  /** @default - the system clock */
  readonly clock?: Clock;
}

/** Plan of the restore of one table, which was checked. */
export interface TablePlan {
  readonly target: TableName;

  /** Statements that create the table; empty if it exists. */
  readonly statements: readonly string[];

  /** Rows of the table in all replicas before the import. */
  readonly rowsBefore: number;
}

/** Result of a restore of one table. */
export interface RestoredTable {
  readonly target: TableName;

  /** Nodes with the imported files. */
  readonly imported: readonly string[];

  /** Rows in all replicas before the import and afterwards; `undefined` if they were not read. */
  readonly rowsBefore: number;
  readonly rowsAfter: number | undefined;

  /** Reason for which the table is not restored; `undefined` if its rows were read back. */
  readonly problem: string | undefined;
}

/**
 * Plans the restore of a backup of one table into the live ring, and changes nothing. The ring has to be healthy.
 *
 * @throws RefusedError if the backup cannot be restored
 */
export async function planTable(options: RestoreTableOptions): Promise<TablePlan> {
  const { shell, ring, backup, as, onProgress = () => {} } = options;
  const target = as ?? backup.source;
  const name = formatTableName(target);
  const { statements, indexes } = await planDefinition(shell, ring, backup, target, as !== undefined);
  const rowsBefore = statements.length > 0 ? 0 : await readRows(options, target);
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
  return { target, statements, rowsBefore };
}

/**
 * Imports a backup of one table on every node, repairs the table and reads the number of its rows. Other tables are left alone, and all nodes
 * keep serving. Stops at the first problem.
 */
export async function restoreTable({ target, statements, rowsBefore }: TablePlan, options: RestoreTableOptions): Promise<RestoredTable> {
  const { shell, ring, backup, signal, clock = REAL_CLOCK, onProgress = () => {} } = options;
  const imported: string[] = [];
  const table = formatTableName(target);
  const run = randomUUID();
  const failed = (problem: string): RestoredTable => {
    const state =
      statements.length > 0
        ? `${table} was created and may be incomplete: drop it before the next attempt`
        : imported.length > 0
          ? `${imported.join(', ')} ${imported.length > 1 ? 'have' : 'has'} the rows; the same command imports them again, which changes nothing there`
          : `${table} is unchanged`;
    return { target, imported, rowsBefore, rowsAfter: undefined, problem: `${problem}. ${state}` };
  };
  try {
    for (const statement of statements) await runCql(shell, ring.nodes[0]!, [statement], 'QUORUM');
    for (const node of ring.nodes) {
      const source = backup.files.get(node.name);
      if (source === undefined || source.sstables === 0) continue;
      if (signal?.aborted) return failed('interrupted');
      await importFiles({ shell, node, source: source.folder, sstables: source.sstables, target, run });
      imported.push(node.name);
      onProgress(`${node.name}: imported ${source.sstables} SSTables`);
    }
    for (const node of ring.nodes) {
      if (signal?.aborted) return failed('interrupted before the repair of all nodes');
      await repairTable(shell, node, target);
      onProgress(`${node.name}: repaired ${table}`);
    }
    const problem = await waitForIndexes({ shell, ring, table: target, signal, clock, onProgress });
    if (problem !== undefined) return failed(problem);
    return { target, imported, rowsBefore, rowsAfter: await readRows(options, target), problem: undefined };
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    return failed(error.message);
  }
}

/** Problem of a restore that added no row; `undefined` if it did. */
export function findMissingRows({ target, rowsBefore, rowsAfter }: RestoredTable): string | undefined {
  if (rowsAfter === undefined || rowsAfter > rowsBefore) return undefined;
  return `no row was restored: ${formatTableName(target)} has ${rowsAfter} rows at consistency ALL, and had ${rowsBefore} before`;
}

/** Describes a table that was restored. */
export function describeRestoredTable({ target, imported, rowsBefore, rowsAfter }: RestoredTable): string {
  return `${formatTableName(target)}: ${rowsAfter} rows at consistency ALL, ${rowsBefore} before; imported on ${imported.join(', ')}`;
}

function readRows({ shell, ring, readRows: read }: RestoreTableOptions, table: TableName): Promise<number> {
  return read === undefined ? countRows(shell, ring.nodes[0]!, table) : read(table);
}

/** @throws RefusedError for a keyspace of Cassandra itself */
export function requireUserKeyspace(keyspace: string): void {
  if (/^system(_|$)/.test(keyspace)) throw new RefusedError(`tables of Cassandra itself are not restored, got keyspace ${keyspace}`);
}

/** @throws RefusedError if a node is unhealthy: rows could be neither imported nor counted everywhere */
export async function requireHealthy(shell: NodeShell, ring: Ring): Promise<void> {
  const [problem] = (await RingState.collect(shell, ring)).problems;
  if (problem !== undefined) throw new RefusedError(`the ring is unhealthy: ${describeFinding(problem)}`);
}

interface DefinitionPlan extends Pick<TablePlan, 'statements'> {
  /** Indexes that the new table is created without. */
  readonly indexes: readonly string[];
}

async function planDefinition(
  shell: NodeShell,
  ring: Ring,
  backup: TableBackup,
  target: TableName,
  isNew: boolean,
): Promise<DefinitionPlan> {
  const { definition } = backup;
  const first = ring.nodes[0]!;
  const name = formatTableName(target);
  for (const { keyspace } of [backup.source, target]) requireUserKeyspace(keyspace);
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
