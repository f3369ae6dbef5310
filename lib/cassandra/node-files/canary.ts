import { PLATFORM_KEYSPACE } from '../../cassandra-contract/keyspaces';

/** Table of the canaries, one row for each node. */
export const CANARY_TABLE = `${PLATFORM_KEYSPACE}.canary`;

/**
 * Python functions that write a canary: a row with a random id and the time, at QUORUM, before the flush of a snapshot. The manifest names it.
 *
 * A clone without it does not have what the ring acknowledged; a clone with a newer one reads from the live ring. It is not signed: a program that
 * changes a disk can change row and manifest. That is found by the archive of the ring, if it has one: the manifest, which names the canary, is
 * compared with the one that the node uploaded (decision 30). The first node creates the table, so that no two nodes create it at once.
 */
export const CANARY = String.raw`
import uuid

LEVEL_QUORUM = 4
# The first node creates the table meanwhile.
CANARY_SECONDS = 20


def has_canary_table(connection):
    query = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = '${PLATFORM_KEYSPACE}' AND table_name = 'canary'"
    return bool(list(connection.rows(query, LEVEL_ONE)))


def create_canary_table(connection):
    replication = "{'class': 'NetworkTopologyStrategy', '%s': %d}" % (IDENTITY['datacenter'], NODES)
    list(connection.rows('CREATE KEYSPACE IF NOT EXISTS ${PLATFORM_KEYSPACE} WITH replication = ' + replication, LEVEL_QUORUM))
    list(connection.rows('CREATE TABLE IF NOT EXISTS ${CANARY_TABLE} (host uuid PRIMARY KEY, id uuid, at timestamp)', LEVEL_QUORUM))


def write_canary(connection, host):
    """Writes a canary that this node has, too. Returns it; None if it cannot have one."""
    end = time.monotonic() + CANARY_SECONDS
    while not has_canary_table(connection):
        if IS_FIRST:
            create_canary_table(connection)
        elif time.monotonic() > end:
            say('there is no table of canaries: the first node of the ring creates it at its first snapshot')
            return None
        else:
            time.sleep(0.5)
    query = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = '${PLATFORM_KEYSPACE}'"
    [[replication]] = connection.rows(query, LEVEL_ONE)
    if count_replicas(replication) < NODES:
        say('the keyspace ${PLATFORM_KEYSPACE} must have a replica on each of %d nodes, got %s' % (NODES, replication))
        return None
    milliseconds = int(time.time() * 1000)
    number = str(uuid.uuid4())
    list(connection.rows('INSERT INTO ${CANARY_TABLE} (host, id, at) VALUES (%s, %s, %d)' % (host, number, milliseconds), LEVEL_QUORUM))
    for _ in range(20):
        if [[number]] == list(connection.rows('SELECT id FROM ${CANARY_TABLE} WHERE host = ' + host, LEVEL_ONE)):
            return {'id': number, 'at': milliseconds}
        time.sleep(0.5)
    say('the canary is not on this node yet')
    return None


def count_replicas(replication):
    copies = re.search(r'[{ ]%s: (\d+)[,}]' % re.escape(IDENTITY['datacenter']), replication)
    return int(copies.group(1)) if copies else 0
`;
