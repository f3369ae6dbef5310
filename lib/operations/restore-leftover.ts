import { RefusedError } from '../core/reported-error';
import { findLeftover, type Leftover, type LeftoverCopy, listLeftovers, TABLES_DIRECTORY } from './leftovers';
import { findMissingRows, planTable, type RestoredTable, requireHealthy, restoreTable } from './restore-table-backup';
import type { Ring } from './ring';
import type { NodeShell } from './shell/node-shell';
import { TableDefinition, type TableName } from './table-definition';
import { runScript } from './table-import';

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

/**
 * Brings a dropped or truncated table back into the live ring, from the snapshots that Cassandra takes by itself. Other tables are left
 * alone, and all nodes keep serving.
 *
 * @throws RefusedError before anything is changed
 */
export async function restoreLeftover(options: RestoreLeftoverOptions): Promise<RestoredTable> {
  const { shell, ring } = options;
  const list = await listLeftovers(shell, ring);
  for (const [node, reason] of list.unread) throw new RefusedError(`the snapshots of ${node} cannot be listed: ${reason}`);
  const leftover = findLeftover(list, options.leftover);
  await requireHealthy(shell, ring);
  const files = [...leftover.copies].map(([node, copy]) => {
    const { sstables, bytes } = copy;
    return [node, { folder: snapshotFolder(leftover, copy), sstables, bytes }] as const;
  });
  const { keyspace, table, name: label } = leftover;
  const definition = await readDefinition(shell, ring, leftover);
  const restore = { ...options, backup: { source: { keyspace, table }, label, definition, files: new Map(files) } };
  const plan = await planTable(restore);
  if (options.dryRun) return { ...plan, imported: [], rowsAfter: undefined, problem: undefined };
  const restored = await restoreTable(plan, restore);
  return { ...restored, problem: restored.problem ?? findMissingRows(restored) };
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
