import type { Clock } from './clock';
import type { Ring } from './ring';
import type { NodeShell } from './shell/node-shell';
import { formatTableName, type TableName } from './table-definition';
import { runCql } from './table-import';

const POLL_MS = 2_000;

/** Time limit of a node without progress. */
const BUILD_MS = 3_600_000;

/** Properties for `waitForIndexes`. */
export interface WaitForIndexesOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;
  readonly table: TableName;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (text: string) => void;
}

/**
 * Waits until all nodes have built all indexes of a table. A query by an index that is not built misses rows. An import builds the indexes
 * that its node knows; a node that learns of an index later builds it in the background.
 *
 * @returns the problem; `undefined` when all are built
 */
export async function waitForIndexes({
  shell,
  ring,
  table,
  clock,
  signal,
  onProgress,
}: WaitForIndexesOptions): Promise<string | undefined> {
  const where = `keyspace_name = '${table.keyspace}' AND table_name = '${table.table}'`;
  const indexes = await runCql(shell, ring.nodes[0]!, [`SELECT index_name FROM system_schema.indexes WHERE ${where}`], 'ONE');
  if (indexes.length === 0) return undefined;
  // Of the node alone: its key is the keyspace, in spite of its name.
  const query = `SELECT index_name FROM system."IndexInfo" WHERE table_name = '${table.keyspace}'`;
  for (const node of ring.nodes) {
    let last = '';
    let deadline = clock.now() + BUILD_MS;
    for (;;) {
      const built = new Set((await runCql(shell, node, [query], 'ONE')).map(([name]) => name));
      const missing = indexes.map(([name]) => name!).filter((name) => !built.has(name));
      if (missing.length === 0) break;
      const problem = `${node.name} has not built ${missing.join(', ')} of ${formatTableName(table)}`;
      if (signal?.aborted) return `interrupted: ${problem}`;
      if (problem !== last) {
        last = problem;
        deadline = clock.now() + BUILD_MS;
        onProgress(`waiting: ${problem}`);
      }
      if (clock.now() >= deadline)
        return `${problem}; run 'nodetool rebuild_index ${table.keyspace} ${table.table} ${missing.join(' ')}' there`;
      await clock.sleep(POLL_MS, signal);
    }
  }
  return undefined;
}
