import { ROW_READER } from '../cassandra/node-files/row-reader';
import { COMMAND_DIRECTORY, CQL_COMMAND } from '../cassandra-contract/node-commands';
import { type NodeShell, type Ring, runScript, type TableName } from '../operations';
import type { LiveRows } from './compare-rows';
import { RecoveryError } from './recovery-error';

const READ_SECONDS = 12 * 3600;

/**
 * Reads all rows of tables of the live ring at consistency ALL on its first node, with the hash of recovery VMs.
 *
 * @throws OperationsError if a table cannot be read
 */
export async function readLiveRows(shell: NodeShell, ring: Ring, tables: readonly TableName[]): Promise<readonly LiveRows[]> {
  const [node] = ring.nodes;
  if (node === undefined) throw new RecoveryError(`ring ${ring.name} must have a node`);
  if (tables.length === 0) return [];
  const script = `/usr/bin/python3 - ${tables.map(({ keyspace, table }) => `${keyspace}.${table}`).join(' ')} <<'END_OF_PROGRAM'
${ROW_READER}
import json
import sys

client = load_client('${COMMAND_DIRECTORY}/${CQL_COMMAND}')
connection = client['Connection'](client['ADDRESS'], client['SUPERUSER'], client['password']())
for name in sys.argv[1:]:
    keyspace, table = name.split('.')
    print(name, *read_table(connection, keyspace, table, LEVEL_ALL), flush=True)
END_OF_PROGRAM
`;
  const output = await runScript(shell, node, script, READ_SECONDS, 'reading the tables');
  const read = new Map(
    output
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', rows, hash = '']) => [name, { rows: Number(rows), hash }]),
  );
  return tables.map(({ keyspace, table }) => {
    const found = read.get(`${keyspace}.${table}`);
    if (found === undefined || !Number.isSafeInteger(found.rows) || !/^[0-9a-f]{64}$/.test(found.hash))
      throw new RecoveryError(`${node.name} did not report the rows of ${keyspace}.${table}`);
    return { keyspace, table, ...found };
  });
}
