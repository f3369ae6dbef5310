import { PLATFORM_KEYSPACE } from '../cassandra-contract/keyspaces';
import { DATA_DIRECTORY } from '../cassandra-contract/node-paths';
import { type NodeShell, type Ring, type RingNode, UnreachableError } from '../operations';

/** Timeout for a flush and the metadata of the newest SSTable of each table, in seconds. */
const SECONDS = 300;

/** Prints the newest write time of the user tables in microseconds. What is in memory is newest: tables are flushed first. */
const SCRIPT = String.raw`set -euo pipefail
set --
for keyspace in ${DATA_DIRECTORY}/data/*/; do
  name=$(basename "$keyspace")
  case $name in system|system_*|${PLATFORM_KEYSPACE}) continue ;; esac
  nodetool flush -- "$name" >&2
  for table in "$keyspace"*/; do
    newest=$(find "$table" -maxdepth 1 -name '*-Data.db' -printf '%T@ %p\n' | sort -rn | sed -n '1s/^[^ ]* //p')
    if [ -n "$newest" ]; then set -- "$@" "$newest"; fi
  done
done
[ $# -gt 0 ] || exit 0
sstablemetadata "$@" | sed -n 's/^Maximum timestamp: \(.*[ (]\)\{0,1\}\([0-9]\{11,\}\).*/\2/p' | sort -n | tail -n 1
`;

/**
 * Reads the time of the newest write in a live ring, in milliseconds since 1970.
 *
 * @returns `undefined` if no node can tell
 */
export async function readNewestWrite(shell: NodeShell, { nodes }: Ring): Promise<number | undefined> {
  const times = await Promise.all(nodes.map((node) => readNode(shell, node)));
  const read = times.filter((time) => time !== undefined);
  return read.length === 0 ? undefined : Math.max(...read);
}

async function readNode(shell: NodeShell, node: RingNode): Promise<number | undefined> {
  try {
    const { status, stdout } = await shell.run(node, SCRIPT, SECONDS);
    const microseconds = Number(stdout.trim());
    return status === 0 && Number.isSafeInteger(microseconds) && microseconds > 0 ? microseconds / 1000 : undefined;
  } catch (error) {
    if (error instanceof UnreachableError) return undefined;
    throw error;
  }
}
