/**
 * Python functions that read tables in full through a connection of the node's CQL client, and hash their rows. The same on recovery VMs and
 * on live nodes, so the results can be compared.
 *
 * A row is hashed with SHA-256 as the bytes of its columns, sorted by name; the hash of a table is the sum of the hashes of its rows.
 */
export const ROW_READER = String.raw`
import hashlib
import struct
import time

LEVEL_ONE, LEVEL_ALL = 1, 5
PAGE_ROWS = 500
# Unavailable, overloaded, write and read time-out.
PASSING_ERRORS = (0x1000, 0x1001, 0x1100, 0x1200)


def load_client(path):
    """Loads the CQL client without running its command."""
    with open(path) as file:
        source = file.read()
    client = {'__name__': 'cql_client'}
    exec(compile(source.rsplit('\nsys.exit(main())', 1)[0], path, 'exec'), client)
    return client


def read_pages(connection, statement, level):
    """Yields pages of a result: number of columns, number of rows, bytes of the rows."""
    query = statement.encode()
    state, size, attempts = None, PAGE_ROWS, 0
    while True:
        body = struct.pack('>i', len(query)) + query + struct.pack('>HBi', level, 0x04 | (0x08 if state else 0), size)
        if state:
            body += struct.pack('>i', len(state)) + state
        try:
            _, answer = connection.ask(7, body)
        except Exception as error:
            attempts += 1
            if getattr(error, 'code', None) not in PASSING_ERRORS or attempts > 4:
                raise
            # Rows may be large.
            size = max(1, size // 4)
            time.sleep(attempts)
            continue
        attempts = 0
        if answer.number('>i') != 2:
            raise ValueError('the answer to %s has no rows' % statement)
        flags, columns = answer.number('>i'), answer.number('>i')
        state = answer.value() if flags & 0x02 else None
        if flags & 0x01:
            answer.string(), answer.string()
        for _ in range(columns):
            if not flags & 0x01:
                answer.string(), answer.string()
            answer.string()
            answer.type()
        rows = answer.number('>i')
        yield columns, rows, answer.data
        if state is None:
            return


def quote_name(name):
    return '"%s"' % name.replace('"', '""')


def list_columns(connection, keyspace, table):
    """Columns as name, kind and position, sorted by name."""
    statement = "SELECT column_name, kind, position FROM system_schema.columns WHERE keyspace_name = '%s' AND table_name = '%s'"
    return sorted(connection.rows(statement % (keyspace, table), LEVEL_ONE))


def select_rows(keyspace, table, columns, parts):
    """Statement that reads the first of equal parts of the token ring."""
    names = ', '.join(quote_name(name) for name, _, _ in columns)
    statement = 'SELECT %s FROM %s.%s' % (names, quote_name(keyspace), quote_name(table))
    if parts == 1:
        return statement
    keys = sorted((int(position), name) for name, kind, position in columns if kind == 'partition_key')
    return '%s WHERE token(%s) <= %d' % (statement, ', '.join(quote_name(name) for _, name in keys), 2**64 // parts - 2**63)


def read_table(connection, keyspace, table, level, parts=1, end=None):
    """Reads a table in full, or its rows in the first of equal parts of the token ring. Returns their number, and their hash.

    Raises TimeoutError if it is not done at the end, a time of the monotonic clock.
    """
    columns = list_columns(connection, keyspace, table)
    if not columns:
        raise ValueError('there is no table %s.%s' % (keyspace, table))
    statement = select_rows(keyspace, table, columns, parts)
    count, total = 0, 0
    for width, rows, data in read_pages(connection, statement, level):
        if end is not None and time.monotonic() > end:
            raise TimeoutError('%s.%s was not read in time' % (keyspace, table))
        offset = 0
        for _ in range(rows):
            begin = offset
            for _ in range(width):
                offset += 4 + max(0, struct.unpack_from('>i', data, offset)[0])
            total += int.from_bytes(hashlib.sha256(data[begin:offset]).digest(), 'big')
        if offset != len(data):
            raise ValueError('the rows of %s.%s are incomplete' % (keyspace, table))
        count += rows
    return count, '%064x' % (total % 2**256)
`;
