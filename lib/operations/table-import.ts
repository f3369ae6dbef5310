import { CQL_COMMAND } from '../cassandra-contract/node-commands';
import { DATA_DIRECTORY, SYSTEM_LOG } from '../cassandra-contract/node-paths';
import { quoteShell } from '../core/quote';
import { OperationsError } from './operations-error';
import type { RingNode } from './ring';
import type { NodeShell } from './shell/node-shell';
import { UnreachableError } from './shell/node-shell';
import { formatTableName, quoteTableName, TableDefinition, type TableName } from './table-definition';

/** Folder for data files on their way into a table. On the data disk: files of snapshots are linked, not copied. */
export const STAGING_DIRECTORY = `${DATA_DIRECTORY}/restore-staging`;

/** Timeouts in seconds. Imports and repairs read all data of a table. */
const STATEMENT_SECONDS = 180;
const COUNT_SECONDS = 4 * 3_600;
const IMPORT_SECONDS = 6 * 3_600;
const REPAIR_SECONDS = 12 * 3_600;

/** Number of token ranges that are counted one after the other, so that no query covers a whole table. */
const SLICES = 64n;

/**
 * Runs CQL statements on a node as the superuser.
 *
 * @returns rows, each with its columns
 * @throws OperationsError if a statement failed
 */
export async function runCql(
  shell: NodeShell,
  node: RingNode,
  statements: readonly string[],
  consistency: string,
  timeoutSeconds = STATEMENT_SECONDS,
): Promise<string[][]> {
  const words = statements.map(quoteShell).join(' ');
  const stdout = await runScript(shell, node, `${CQL_COMMAND} --consistency ${consistency} ${words}`, timeoutSeconds, 'a CQL statement');
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t').map(unescapeColumn));
}

/** State of a table in the live ring. */
export interface LiveTable {
  readonly definition: TableDefinition;

  /** Materialized views of it, which an import does not fill. */
  readonly views: readonly string[];
}

/** Reads the definition of a table; `undefined` if there is none. */
export async function readLiveTable(shell: NodeShell, node: RingNode, name: TableName): Promise<LiveTable | undefined> {
  const { keyspace, table } = name;
  const where = `keyspace_name = '${keyspace}'`;
  const found = await runCql(shell, node, [`SELECT id FROM system_schema.tables WHERE ${where} AND table_name = '${table}'`], 'ONE');
  if (found.length === 0) return undefined;
  const described = await runCql(shell, node, [`DESCRIBE TABLE ${quoteTableName(name)} WITH INTERNALS`], 'ONE');
  const views = await runCql(shell, node, [`SELECT view_name, base_table_name FROM system_schema.views WHERE ${where}`], 'ONE');
  return {
    definition: TableDefinition.parse(described.map((row) => row[3] ?? '').join('\n'), `the live table ${formatTableName(name)}`),
    views: views.filter(([, base]) => base === table).map(([view]) => view!),
  };
}

/** Checks that a keyspace exists. */
export async function keyspaceExists(shell: NodeShell, node: RingNode, keyspace: string): Promise<boolean> {
  const query = `SELECT durable_writes FROM system_schema.keyspaces WHERE keyspace_name = '${keyspace}'`;
  return (await runCql(shell, node, [query], 'ONE')).length > 0;
}

/** Counts the rows of a table at consistency ALL, by ranges of tokens. */
export async function countRows(shell: NodeShell, node: RingNode, name: TableName): Promise<number> {
  const where = `keyspace_name = '${name.keyspace}' AND table_name = '${name.table}'`;
  const columns = await runCql(shell, node, [`SELECT column_name, kind, position FROM system_schema.columns WHERE ${where}`], 'ONE');
  const key = columns
    .filter(([, kind]) => kind === 'partition_key')
    .sort((one, other) => Number(one[2]) - Number(other[2]))
    .map(([column]) => `"${column!.replaceAll('"', '""')}"`)
    .join(', ');
  if (key === '') throw new OperationsError(`${formatTableName(name)} does not exist`);
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
  const bound = (slice: bigint): bigint => (slice === SLICES ? most : least + slice * (2n ** 64n / SLICES));
  const statements = Array.from({ length: Number(SLICES) }, (_, index) => {
    const slice = BigInt(index);
    return `SELECT count(*) FROM ${quoteTableName(name)} WHERE token(${key}) > ${bound(slice)} AND token(${key}) <= ${bound(slice + 1n)}`;
  });
  const counts = await runCql(shell, node, statements, 'ALL', COUNT_SECONDS);
  if (counts.length !== statements.length)
    throw new OperationsError(`the rows of ${formatTableName(name)} were not counted completely on ${node.name}`);
  return counts.reduce((sum, [count]) => sum + Number(count), 0);
}

/** Properties for `importFiles`. */
export interface ImportOptions {
  readonly shell: NodeShell;
  readonly node: RingNode;

  /** Folder on the node with the SSTables of one table. */
  readonly source: string;

  /** Number of SSTables in it. */
  readonly sstables: number;
  readonly target: TableName;

  /** Identifies the run: the name of its staging folder. */
  readonly run: string;
}

/**
 * Imports SSTables into a table of one node, which keeps serving. Cassandra verifies every row, moves the files out of the staging folder,
 * and loads all of them or none.
 *
 * @throws OperationsError unless all files are in the table
 */
export async function importFiles({ shell, node, source, sstables, target, run }: ImportOptions): Promise<void> {
  const { keyspace, table } = target;
  const root = `${STAGING_DIRECTORY}/${run}`;
  const folder = `${root}/${keyspace}/${table}`;
  const script = `set -euo pipefail
umask 077
# A command that was cut off may still run here; what a reboot left is removed.
exec 9>/run/cassandra-restore.lock
if ! flock -n 9; then
  echo 'another import is running on the node' >&2
  exit 1
fi
trap 'rm -rf ${root}' EXIT
rm -rf ${STAGING_DIRECTORY}
install -d -o cassandra -g cassandra ${STAGING_DIRECTORY} ${root} ${root}/${keyspace} ${folder}
# A full disk stops the node.
if [ "$(stat -c %d ${quoteShell(source)})" != "$(stat -c %d ${folder})" ]; then
  needed=$(du -s -B 1 ${quoteShell(source)} | cut -f 1)
  read -r size free < <(df -B 1 --output=size,avail ${folder} | tail -1)
  if [ $((free - needed)) -lt $((size / 10)) ]; then
    echo "the data disk has $free bytes free, and must have a tenth of $size free after a copy of $needed bytes" >&2
    exit 1
  fi
fi
# Of snapshots on this disk links, of other disks copies. Cassandra changes their metadata in new files.
find ${quoteShell(source)} -maxdepth 1 -type f -name '*-big-*.*' -o -maxdepth 1 -type f -name '*-bti-*.*' | while IFS= read -r file; do
  cp -l "$file" ${folder}/ 2>/dev/null || cp "$file" ${folder}/
done
chown cassandra:cassandra ${folder}/*
data() { find ${folder} -name '*-Data.db' | wc -l; }
if [ "$(data)" != ${sstables} ]; then
  echo "$(data) of ${sstables} SSTables could be staged" >&2
  exit 1
fi
began=$(stat -c %s ${SYSTEM_LOG} 2>/dev/null || echo 0)
if ! nodetool import --extended-verify ${keyspace} ${table} ${folder} >&2; then
  # A key of a token that is another node's now, or a damaged file.
  tail -c "+$((began + 1))" ${SYSTEM_LOG} 2>/dev/null | grep -E '^ERROR.* Failed |^(Caused by|java|org)[^ ]*: ' | tail -3 | cut -c 1-400 >&2 || true
  exit 1
fi
if [ "$(data)" != 0 ]; then
  echo "$(data) of ${sstables} SSTables were not imported" >&2
  exit 1
fi
`;
  await runScript(shell, node, script, IMPORT_SECONDS, 'the import');
}

/** Repairs the rows of a table that a node is first for. @throws OperationsError unless it completed */
export async function repairTable(shell: NodeShell, node: RingNode, { keyspace, table }: TableName): Promise<void> {
  await runScript(shell, node, `nodetool repair --full -pr ${keyspace} ${table}`, REPAIR_SECONDS, 'the repair');
}

/** @throws OperationsError if the script failed, or its outcome is unknown */
export async function runScript(shell: NodeShell, node: RingNode, script: string, timeoutSeconds: number, what: string): Promise<string> {
  try {
    const { status, stdout, stderr } = await shell.run(node, script, timeoutSeconds);
    if (status === 0) return stdout;
    const lines = (stderr.trim() || stdout.trim()).split('\n').filter((line) => line.trim() !== '');
    throw new OperationsError(`${what} failed on ${node.name}: ${lines.slice(-5).join('; ') || `exit code ${status}`}`);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new OperationsError(`it is unknown whether ${what} ended on ${node.name}: ${error.message}`);
  }
}

/** Reverts the escapes of `CQL_COMMAND`. */
function unescapeColumn(text: string): string {
  return text.replace(/\\([\\tn])/g, (_, letter: string) => ({ '\\': '\\', t: '\t', n: '\n' })[letter]!);
}
