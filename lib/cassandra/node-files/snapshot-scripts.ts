import { COMMAND_DIRECTORY } from '../../cassandra-contract/node-commands';
import { DATA_DIRECTORY, JOINED_FILE, SNAPSHOT_MANIFEST } from '../../cassandra-contract/node-paths';
import { quotePython } from '../../core/quote';
import type { CassandraConfiguration } from '../cassandra-configuration';
import { CANARY } from './canary';
import { CQL_CLIENT } from './cql-client';
import { DISK_CONTENT } from './disk-content';
import { MANIFEST_ARCHIVE } from './manifest-archive';
import type { NodeFile } from './node-file';
import { ROW_READER } from './row-reader';

/** Program of the guest scripts. */
const PROGRAM = `${COMMAND_DIRECTORY}/cassandra-snapshot`;

/** Folder of the scripts that Google's guest agent runs before and after a snapshot with a guest flush. */
const GUEST_SCRIPTS = '/etc/google/snapshots';

/** systemd units of the watchdog. */
const WATCHDOG = 'cassandra-thaw';

/** Present while the data disk is frozen for a snapshot. */
const FROZEN_RECORD = '/run/cassandra-snapshot-frozen';

/** Command that thaws the data disk; it fails if the disk is not frozen. */
export const THAW_DATA_DISK = `/usr/sbin/fsfreeze --unfreeze ${DATA_DIRECTORY}`;

/** Maximum time in seconds that the data disk stays frozen. Writes to the node wait meanwhile. */
export const FREEZE_SECONDS = 30;

/** Time limit of each guest script for the guest agent, in seconds: its maximum. */
export const GUEST_SCRIPT_SECONDS = 300;

/** Time limit of the script before a snapshot, in seconds. */
const PREPARE_SECONDS = 240;

const SERVICE = `[Unit]
Description=Thaws the data disk when the guest script after a snapshot does not

[Service]
Type=oneshot
ExecStart=-${THAW_DATA_DISK}
ExecStart=-/bin/rm -f ${SNAPSHOT_MANIFEST} ${FROZEN_RECORD}
`;

const TIMER = `[Unit]
Description=Limit of the time for which the data disk is frozen

[Timer]
OnActiveSec=${FREEZE_SECONDS}
AccuracySec=1
RemainAfterElapse=no
`;

/**
 * Guest scripts for snapshots with a guest flush, and the watchdog that thaws the data disk in any case. Without such a snapshot they never
 * run.
 *
 * Before the snapshot all memtables are flushed, the manifest is written, and the file system is frozen; after it, it is thawed. A write that
 * was acknowledged before the request of the snapshot is therefore in it, and the manifest lists the files of exactly this snapshot. If the
 * scripts fail, or the watchdog thawed the disk before its time, there is no snapshot. With an archive, the manifest is kept for its upload
 * after the thaw.
 */
export function snapshotFiles(configuration: CassandraConfiguration): readonly NodeFile[] {
  const script = (command: string): string => `#!/bin/bash\nexec ${PROGRAM} ${command}\n`;
  return [
    { path: PROGRAM, mode: '0700', content: program(configuration) },
    { path: `${GUEST_SCRIPTS}/pre.sh`, mode: '0755', content: script('prepare') },
    { path: `${GUEST_SCRIPTS}/post.sh`, mode: '0755', content: script('finish') },
    { path: `/etc/systemd/system/${WATCHDOG}.service`, content: SERVICE },
    { path: `/etc/systemd/system/${WATCHDOG}.timer`, content: TIMER },
  ];
}

function program({ clusterName, datacenter, rack, nodeName, addresses, repairOrder, archive }: CassandraConfiguration): string {
  const isArchived = archive !== undefined;
  return `#!/usr/bin/python3
"""Guest scripts of snapshots of the data disk.

cassandra-snapshot prepare | finish

  prepare  writes a canary, flushes all tables, writes the manifest, and freezes the data disk for at most ${FREEZE_SECONDS} s
  finish   thaws the data disk; fails if it was thawed before: the snapshot is not that of the manifest then${isArchived ? FINISH_ARCHIVED : ''}

Exit codes: 0 done; 1 failed, and nothing is frozen: no snapshot is to be taken.
"""
IDENTITY = {
    'cluster': ${quotePython(clusterName)},
    'datacenter': ${quotePython(datacenter)},
    'rack': ${quotePython(rack)},
    'node': ${quotePython(nodeName)},
}
DATA, JOINED, MANIFEST = '${DATA_DIRECTORY}', '${JOINED_FILE}', '${SNAPSHOT_MANIFEST}'
FROZEN, WATCHDOG = '${FROZEN_RECORD}', '${WATCHDOG}.timer'
CQL_CLIENT = '${CQL_CLIENT}'
# Nodes of the ring, and whether this one is the first of them.
NODES, IS_FIRST = ${addresses.length}, ${repairOrder.index === 0 ? 'True' : 'False'}
FREEZE_SECONDS, PREPARE_SECONDS = ${FREEZE_SECONDS}, ${PREPARE_SECONDS}
${DISK_CONTENT}${ROW_READER}${CANARY}${isArchived ? MANIFEST_ARCHIVE : ''}${renderScript(isArchived)}`;
}

const FINISH_ARCHIVED = `;
           hands the manifest over to the archive`;

const renderScript = (isArchived: boolean): string => String.raw`
import fcntl
import signal
import subprocess
import sys
from datetime import datetime, timezone

FLUSH_SECONDS = 120
# For the rows of all tables, and for the metadata of their SSTables.
ROWS_SECONDS = 40
# A compaction may change the SSTables between their listing and the freeze.
ATTEMPTS = 5
# Of the token ring, from small to large: the rows of the largest that can be read in time are in the manifest.
PARTS = (4096, 64, 1)


class Failed(Exception):
    pass


def say(text):
    print('cassandra-snapshot: ' + text, file=sys.stderr, flush=True)


def run(*words, seconds=60):
    """Runs a command that has to succeed. Returns its output."""
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Failed('%s did not end within %d s' % (' '.join(words[:2]), seconds))
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().split('\n')
        raise Failed('%s ended with %d: %s' % (' '.join(words[:2]), done.returncode, lines[-1][:300]))
    return done.stdout


def remove(path):
    if os.path.exists(path):
        os.unlink(path)


def thaw():
    """Thaws the data disk. Returns whether it was frozen."""
    return subprocess.run(['fsfreeze', '--unfreeze', DATA], stderr=subprocess.DEVNULL).returncode == 0


def clean_up():
    """Nothing remains of a snapshot: a later one without a guest flush must not have this manifest."""
    remove(MANIFEST + '.new')
    remove(MANIFEST)
    subprocess.run(['systemctl', 'stop', WATCHDOG], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    remove(FROZEN)


# --- the manifest ---


def connect():
    client = load_client(CQL_CLIENT)
    return client['Connection'](client['ADDRESS'], client['SUPERUSER'], client['password']())


def with_connection(work, end):
    """Other nodes may be frozen, and the roles cannot be read meanwhile: that passes."""
    while True:
        try:
            return work(connect())
        except Failed:
            raise
        except Exception as error:
            if time.monotonic() > end:
                raise Failed('the content of the tables cannot be read: %s' % error)
            time.sleep(1)


def describe_node(connection):
    query = 'SELECT host_id, tokens, release_version FROM system.local'
    [[host, tokens, version]] = connection.rows(query, LEVEL_ONE)
    return {'hostId': host, 'tokens': sorted(re.findall(r'-?\d+', tokens)), 'cassandraVersion': version}


def read_rows(connection):
    """Rows of user tables. Only where the data centre has as many replicas as nodes: a read at ONE is local then, and the node has all rows."""
    end = time.monotonic() + ROWS_SECONDS
    places = [row[0] for table in ('local', 'peers_v2') for row in connection.rows('SELECT data_center FROM system.' + table, LEVEL_ONE)]
    nodes = places.count(IDENTITY['datacenter'])
    keyspaces = connection.rows('SELECT keyspace_name, replication FROM system_schema.keyspaces', LEVEL_ONE)
    replicas = {keyspace: count_replicas(replication) for keyspace, replication in keyspaces}
    tables = [row for row in connection.rows('SELECT keyspace_name, table_name FROM system_schema.tables', LEVEL_ONE)]
    own = sorted((keyspace, table) for keyspace, table in tables if keyspace not in SYSTEM_KEYSPACES and replicas[keyspace] >= nodes)
    found = []
    for index, (keyspace, table) in enumerate(own):
        # What a table does not need is left to the others.
        begin = time.monotonic()
        limit = begin + max(0, end - begin) / (len(own) - index)
        best = None
        for parts in PARTS:
            try:
                rows, digest = read_table(connection, keyspace, table, LEVEL_ONE, parts, limit)
            except TimeoutError:
                # The rest of its pages is of no use.
                connection = connect()
                break
            best = {'keyspace': keyspace, 'table': table, 'parts': parts, 'rows': rows, 'hash': digest}
        if best:
            found.append(best)
    return found


def read_metadata(listed):
    """Newest write in the SSTables of the user tables, in microseconds, and tables none of whose cells expire."""
    tables = {
        '%s/data/%s/%s-%s/%s-Data.db' % (DATA, *each['table'].split('.', 1), each['id'], each['name']): each['table']
        for each in listed['sstables']
        if each['table'].split('.')[0] not in SYSTEM_KEYSPACES
    }
    paths = sorted(tables)
    end = time.monotonic() + ROWS_SECONDS
    newest, lasting = None, set()
    for begin in range(0, len(paths), 100):
        try:
            about = run('sstablemetadata', *paths[begin : begin + 100], seconds=max(1, end - time.monotonic()))
        except Failed as error:
            say('the metadata of the SSTables is unknown: %s' % error)
            break
        for section in about.split('SSTable: ')[1:]:
            path = section.split('\n', 1)[0].strip() + '-Data.db'
            # Either as the number alone, or with the date before it.
            written = re.search(r'^Maximum timestamp: (?:.*[ (])?(\d{11,})', section, re.M)
            life = re.search(r'^TTL max: (\d+)', section, re.M)
            newest = max(newest or 0, int(written.group(1)) if written else 0)
            if path in tables and life and int(life.group(1)) == 0:
                lasting.add(path)
    expiring = {tables[path] for path in paths if path not in lasting}
    return newest, set(tables.values()) - expiring


def files_of(listed, name):
    """SSTables of a table, or of a keyspace with a dot at its end."""
    return [each for each in listed['sstables'] if each['table'] == name or name.endswith('.') and each['table'].startswith(name)]


def write_manifest(manifest):
    with open(MANIFEST + '.new', 'w') as file:
        json.dump(manifest, file, separators=(',', ':'))
        file.flush()
        os.fsync(file.fileno())
    os.chmod(MANIFEST + '.new', 0o600)
    os.rename(MANIFEST + '.new', MANIFEST)


def describe():
    """What takes time, before the freeze. Returns it with the files that it describes."""
    files = list_disk(DATA)

    def read(connection):
        return {**describe_node(connection), 'schemaDigest': digest_schema(connection), 'rows': read_rows(connection)}

    content = with_connection(read, time.monotonic() + PREPARE_SECONDS / 2)
    content['newestWrite'], lasting = read_metadata(files)
    content['rows'] = [row for row in content['rows'] if row['rows'] == 0 or name_of(row) in lasting]
    return files, content


def try_canary():
    """A snapshot without a canary is better than none: its verification reports it."""

    def write(connection):
        return write_canary(connection, describe_node(connection)['hostId'])

    try:
        return with_connection(write, time.monotonic() + PREPARE_SECONDS / 6)
    except Failed as error:
        say('no canary: %s' % error)
        return None


def name_of(row):
    return row['keyspace'] + '.' + row['table']


def freeze(files, content, canary):
    """Writes the manifest and freezes. Returns whether the manifest lists what is frozen."""
    listed = list_disk(DATA)
    rows = [row for row in content['rows'] if files_of(files, name_of(row)) == files_of(listed, name_of(row))]
    now = datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    write_manifest({'formatVersion': 1, **IDENTITY, **content, 'takenAt': now, **listed, 'rows': rows, 'canary': canary})
    run('sync', '--file-system', DATA)
    # Before the freeze: it thaws even if this program ends now.
    run('systemctl', 'restart', WATCHDOG)
    with open(FROZEN, 'w'):
        pass
    run('fsfreeze', '--freeze', DATA)
    if list_disk(DATA) == listed:
        say('frozen: %d SSTables, %d commit logs, rows of %d tables' % (len(listed['sstables']), len(listed['commitLogs']), len(rows)))
        return True
    thaw()
    return False


def is_frozen_for_another():
    """A record that outlives the watchdog is of a machine that was cut off."""
    return os.path.exists(FROZEN) and time.time() - os.path.getmtime(FROZEN) < FREEZE_SECONDS + 10


def prepare():
    lock = open(FROZEN + '.lock', 'w')
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failed('another snapshot of the data disk is being prepared')
    if is_frozen_for_another():
        raise Failed('another snapshot of the data disk is being taken')
    if not os.path.exists(JOINED):
        raise Failed('the node has not joined the ring yet')
    try:
        canary = try_canary()
        run('nodetool', 'flush', seconds=FLUSH_SECONDS)
        files, content = describe()
        for _ in range(ATTEMPTS):
            # A change of the schema writes SSTables of it.
            if files_of(list_disk(DATA), 'system_schema.') != files_of(files, 'system_schema.'):
                files, content = describe()
            if freeze(files, content, canary):
                signal.alarm(0)
                return
        raise Failed('the SSTables changed at each of %d attempts' % ATTEMPTS)
    except BaseException:
        thaw()
        clean_up()
        raise


def finish():
${isArchived ? '    manifest = read_frozen_manifest()\n' : ''}    was_frozen = thaw()
    clean_up()
    if not was_frozen:
        raise Failed('the data disk was not frozen any more, the snapshot may have been taken later')
${isArchived ? '    archive_manifest(manifest)\n' : ''}

def end(number, _):
    raise Failed('it took more than %d s' % PREPARE_SECONDS if number == signal.SIGALRM else 'it was ended by signal %d' % number)


def main():
    commands = {'prepare': prepare, 'finish': finish}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    if sys.argv[1] == 'prepare':
        signal.alarm(PREPARE_SECONDS)
    try:
        commands[sys.argv[1]]()
    except Failed as error:
        sys.exit('cassandra-snapshot: ' + str(error))


main()
`;
