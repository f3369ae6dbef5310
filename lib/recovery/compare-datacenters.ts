import { ROW_READER } from '../cassandra/node-files/row-reader';
import { COMMAND_DIRECTORY, CQL_COMMAND } from '../cassandra-contract/node-commands';
import { type NodeShell, type Ring, runScript } from '../operations';
import { RecoveryError } from './recovery-error';

/** Comparison of a table in one data center with all replicas in all data centers. */
export interface TableComparison {
  /** Name as `KEYSPACE.TABLE`. */
  readonly table: string;
  readonly rows: number;

  /** Token ranges that differed when they were read first: their rows were written meanwhile, or the read repaired them. */
  readonly repeated: number;

  /** Token ranges that differed each time. */
  readonly different: number;
}

const READ_SECONDS = 7 * 86_400;

/** Top-level token ranges of a table, rows below which a range is not divided, and reads of such a range. */
const RANGES = 64;
const RANGE_ROWS = 500;
const ATTEMPTS = 5;

/**
 * Compares all rows of the tables of keyspaces in the data center of a ring with those of all replicas of all data centers: one token range
 * after the other is read at LOCAL_QUORUM on the first node, and then at ALL. Equal hashes show that this data center alone has every row,
 * also while applications write. A range that differs is divided, and read again.
 *
 * @throws OperationsError if a table cannot be read, for example while a node is down
 */
export async function compareDatacenters(shell: NodeShell, ring: Ring, keyspaces: readonly string[]): Promise<readonly TableComparison[]> {
  const [node] = ring.nodes;
  if (node === undefined) throw new RecoveryError(`ring ${ring.name} must have a node`);
  if (keyspaces.length === 0) return [];
  const script = `/usr/bin/python3 - ${keyspaces.join(' ')} <<'END_OF_PROGRAM'
${PROGRAM}END_OF_PROGRAM
`;
  const output = await runScript(shell, node, script, READ_SECONDS, 'the comparison of the rows');
  const lines = output.split('\n').filter(Boolean);
  if (lines.at(-1) !== 'end') throw new RecoveryError(`${node.name} did not report all tables`);
  return lines.slice(0, -1).map((line) => {
    const [, table, ...numbers] = /^(\S+) (\d+) (\d+) (\d+)$/.exec(line) ?? [];
    const [rows, repeated, different] = numbers.map(Number);
    if (table === undefined) throw new RecoveryError(`${node.name} reported '${line}' instead of a table`);
    return { table, rows: rows!, repeated: repeated!, different: different! };
  });
}

/** Describes a comparison for operators. */
export function describeComparison({ table, rows, repeated, different }: TableComparison): string {
  if (different > 0) return `${table}: ${rows} rows, and ${different} token ranges differ`;
  const again = repeated === 0 ? '' : ` (${repeated} token ranges once they were read again: written meanwhile, or repaired by the read)`;
  return `${table}: ${rows} rows are equal at LOCAL_QUORUM and ALL${again}`;
}

const PROGRAM = `${ROW_READER}
import sys

LEVEL_LOCAL_QUORUM = 6


def hash_rows(connection, statement, level):
    count, total = 0, 0
    for width, rows, data in read_pages(connection, statement, level):
        offset = 0
        for _ in range(rows):
            begin = offset
            for _ in range(width):
                offset += 4 + max(0, struct.unpack_from('>i', data, offset)[0])
            total += int.from_bytes(hashlib.sha256(data[begin:offset]).digest(), 'big')
        if offset != len(data):
            raise ValueError('the rows are incomplete: ' + statement)
        count += rows
    return count, total % 2**256


def compare(connection, statement, after, until, found):
    """Compares the rows of a token range. A read at ALL may repair what the first read did not find."""
    query = statement % (after, until)
    for attempt in range(${ATTEMPTS}):
        here, everywhere = hash_rows(connection, query, LEVEL_LOCAL_QUORUM), hash_rows(connection, query, LEVEL_ALL)
        if here == everywhere:
            found['rows'] += here[0]
            found['repeated'] += attempt > 0
            return
        if max(here[0], everywhere[0]) > ${RANGE_ROWS} and until - after > 1:
            found['repeated'] += 1
            middle = (after + until) // 2
            compare(connection, statement, after, middle, found)
            compare(connection, statement, middle, until, found)
            return
        time.sleep(attempt)
    found['rows'] += here[0]
    found['different'] += 1


def main(keyspaces):
    client = load_client('${COMMAND_DIRECTORY}/${CQL_COMMAND}')
    connection = client['Connection'](client['ADDRESS'], client['SUPERUSER'], client['password']())
    for keyspace in keyspaces:
        query = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = '%s'" % keyspace
        for (table,) in list(connection.rows(query, LEVEL_ONE)):
            columns = list_columns(connection, keyspace, table)
            keys = sorted((int(position), name) for name, kind, position in columns if kind == 'partition_key')
            token = 'token(%s)' % ', '.join(quote_name(name) for _, name in keys)
            select = select_rows(keyspace, table, columns, 1).replace('%', '%%')
            statement = '%s WHERE %s > %%d AND %s <= %%d' % (select, token.replace('%', '%%'), token.replace('%', '%%'))
            found = {'rows': 0, 'repeated': 0, 'different': 0}
            for part in range(${RANGES}):
                after, until = (2**64 * edge // ${RANGES} - 2**63 for edge in (part, part + 1))
                compare(connection, statement, after, min(until, 2**63 - 1), found)
            print('%s.%s' % (keyspace, table), found['rows'], found['repeated'], found['different'], flush=True)
    print('end')


main(sys.argv[1:])
`;
