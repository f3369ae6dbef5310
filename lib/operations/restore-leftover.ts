import { randomUUID } from 'node:crypto';
import { RefusedError } from '../core/reported-error';
import { describeFinding } from './findings';
import { findLeftover, type Leftover, type LeftoverCopy, listLeftovers, TABLES_DIRECTORY } from './leftovers';
import type { Ring } from './ring';
import { RingState } from './ring-state';
import type { NodeShell } from './shell/node-shell';
import { formatTableName, TableDefinition, type TableName } from './table-definition';
import { countRows, importFiles, keyspaceExists, readLiveTable, repairTable, runCql, runScript } from './table-import';

/** Properties for `restoreLeftover`. */
export interface RestoreLeftoverOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;

  /** Name of an automatic snapshot, as `cassandra backups` shows it. */
  readonly leftover: string;

  /** Another, new table. @default - the table that was dropped or truncated */
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
 * Brings a dropped or truncated table back into the live ring, from the snapshots that Cassandra takes by itself. Other tables are left
 * alone, and all nodes keep serving.
 *
 * @throws RefusedError before anything is changed
 */
export async function restoreLeftover(options: RestoreLeftoverOptions): Promise<RestoredTable> {
  const { shell, ring, as, dryRun = false, signal, onProgress = () => {} } = options;
  const list = await listLeftovers(shell, ring);
  for (const [node, reason] of list.unread) throw new RefusedError(`the snapshots of ${node} cannot be listed: ${reason}`);
  const leftover = findLeftover(list, options.leftover);
  const target = as ?? leftover;
  await requireHealthy(shell, ring);
  const first = ring.nodes[0]!;
  const { statements, indexes } = await planTable(shell, ring, leftover, target, as !== undefined);
  for (const { name } of ring.nodes.filter((node) => !leftover.copies.has(node.name)))
    onProgress(`${name} has no snapshot of it: its rows come from the other nodes`);

  const before = statements.length > 0 ? 0 : await countRows(shell, first, target);
  for (const statement of statements) onProgress(statement);
  for (const index of indexes) onProgress(`not created, since its name is taken or belongs to the former table: ${index}`);
  if (statements.length > 0) onProgress(`permissions of roles on ${formatTableName(target)} are not in its snapshots: grant them again`);
  for (const node of ring.nodes) {
    const copy = leftover.copies.get(node.name);
    if (copy !== undefined)
      onProgress(`${node.name}: import of ${copy.sstables} SSTables (${copy.bytes} bytes) into ${formatTableName(target)}`);
  }
  const result: RestoredTable = { target, imported: [], rowsBefore: before, rowsAfter: undefined, problem: undefined };
  if (dryRun) return result;

  for (const statement of statements) await runCql(shell, first, [statement], 'QUORUM');
  return importEverywhere(result, {
    shell,
    ring,
    created: statements.length > 0,
    signal,
    onProgress,
    sources: new Map(
      [...leftover.copies].map(([node, copy]) => [node, { folder: snapshotFolder(leftover, copy), sstables: copy.sstables }]),
    ),
  });
}

/** Data files of a table on one node. */
export interface TableSource {
  readonly folder: string;
  readonly sstables: number;
}

interface ImportEverywhereOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;

  /** The table was created by this run. */
  readonly created: boolean;

  /** Data files by name of the node. */
  readonly sources: ReadonlyMap<string, TableSource>;
  readonly signal?: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** Imports data files on every node, repairs the table and counts its rows. Stops at the first problem. */
async function importEverywhere(start: RestoredTable, options: ImportEverywhereOptions): Promise<RestoredTable> {
  const { shell, ring, created, sources, signal, onProgress } = options;
  const { target, rowsBefore } = start;
  const imported: string[] = [];
  const table = formatTableName(target);
  const run = randomUUID();
  const failed = (problem: string): RestoredTable => {
    const state = created
      ? `${table} was created and is incomplete: drop it before the next attempt`
      : imported.length > 0
        ? `${imported.join(', ')} ${imported.length > 1 ? 'have' : 'has'} the rows; the same command imports them again, which changes nothing there`
        : `${table} is unchanged`;
    return { ...start, imported, problem: `${problem}. ${state}` };
  };
  for (const node of ring.nodes) {
    const source = sources.get(node.name);
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
async function requireHealthy(shell: NodeShell, ring: Ring): Promise<void> {
  const [problem] = (await RingState.collect(shell, ring)).problems;
  if (problem !== undefined) throw new RefusedError(`the ring is unhealthy: ${describeFinding(problem)}`);
}

interface TablePlan {
  /** Statements that create the table; none if it exists and fits. */
  readonly statements: readonly string[];

  /** Indexes that the new table is created without. */
  readonly indexes: readonly string[];
}

async function planTable(shell: NodeShell, ring: Ring, leftover: Leftover, target: TableName, isNew: boolean): Promise<TablePlan> {
  const first = ring.nodes[0]!;
  const name = formatTableName(target);
  for (const keyspace of [leftover.keyspace, target.keyspace]) {
    if (/^system(_|$)/.test(keyspace)) throw new RefusedError(`tables of Cassandra itself are not restored, got keyspace ${keyspace}`);
  }
  if ([...leftover.copies.values()].every(({ sstables }) => sstables === 0))
    throw new RefusedError(`${leftover.name} holds no data files: the table was empty, there is nothing to restore`);
  if (!(await keyspaceExists(shell, first, target.keyspace)))
    throw new RefusedError(
      `keyspace ${target.keyspace} does not exist: create it with its former replication, which snapshots of tables do not contain`,
    );
  const definition = await readDefinition(shell, ring, leftover);
  const live = await readLiveTable(shell, first, target);
  if (live === undefined) {
    if (definition !== undefined) {
      const statements = definition.statementsFor(target, leftover);
      return { statements, indexes: definition.indexes.filter((index) => !statements.includes(index)) };
    }
    throw new RefusedError(
      `${name} does not exist, and ${leftover.name} has no schema.cql on any node: create the table as it was, then run the command again`,
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

/** Definition in the first snapshot that has one. */
async function readDefinition(shell: NodeShell, ring: Ring, leftover: Leftover): Promise<TableDefinition | undefined> {
  const node = ring.nodes.find(({ name }) => leftover.copies.get(name)?.hasSchema);
  if (node === undefined) return undefined;
  const copy = leftover.copies.get(node.name)!;
  const cql = await runScript(shell, node, `cat ${snapshotFolder(leftover, copy)}/schema.cql`, 60, 'reading schema.cql');
  return TableDefinition.parse(cql, `schema.cql of ${copy.tag} on ${node.name}`);
}

function snapshotFolder({ keyspace, table, tableId }: Leftover, { tag }: LeftoverCopy): string {
  return `${TABLES_DIRECTORY}/${keyspace}/${table}-${tableId}/snapshots/${tag}`;
}
