import { HEARTBEAT_FILE, HINTS_DIRECTORY, JOINED_FILE } from '../../cassandra-contract/node-paths';

/**
 * Python functions on one data disk without the rest of its ring: the identity in the SSTables of `system.local`, and the share of all rows
 * that a node has.
 */
export const DISK_FACTS = String.raw`
import re

TOKENS = 2**64


def merge_cells(dumps):
    """Newest values of a table of one row, from the output of sstabledump -t for each of its SSTables."""
    values, elements, cleared = {}, {}, {}
    for partitions in dumps:
        for row in (row for partition in partitions for row in partition.get('rows', [])):
            written = row.get('liveness_info', {}).get('tstamp', 0)
            for cell in row.get('cells', []):
                name, deletion = cell['name'], cell.get('deletion_info')
                if 'marked_deleted' in (deletion or {}):
                    cleared[name] = max(cleared.get(name, -TOKENS), int(deletion['marked_deleted']))
                    continue
                target, key = (elements.setdefault(name, {}), str(cell['path'][0])) if 'path' in cell else (values, name)
                time = int(cell.get('tstamp', written))
                if time >= target.get(key, (-TOKENS,))[0]:
                    target[key] = (time, None if deletion else cell.get('value', ''))
    found = {name: value for name, (time, value) in values.items() if value is not None}
    for name, cells in elements.items():
        found[name] = sorted(key for key, (time, value) in cells.items() if value is not None and time > cleared.get(name, -TOKENS))
    return found


def parse_map(text):
    """A CQL map of simple texts."""
    return dict(part.split(': ', 1) for part in text.strip('{}').split(', ') if ': ' in part)


def parse_set(text):
    return [part for part in text.strip('{}').split(', ') if part and part != 'null']


def count_copies(replication, datacenter):
    """Replicas in a data centre, and whether they are placed by rack; no replicas if the strategy is none of Cassandra's."""
    strategy = replication.get('class', '').split('.')[-1]
    text = {'NetworkTopologyStrategy': replication.get(datacenter), 'SimpleStrategy': replication.get('replication_factor')}.get(strategy)
    return (int(re.match(r'\d+', text).group(0)) if text else 0), strategy == 'NetworkTopologyStrategy'


def owned_share(own, nodes, copies, by_rack):
    """Share of all rows that a node has, from 0 to 1. Nodes: rack and tokens by name, as Cassandra places replicas."""
    ring = sorted((token, name) for name, (_, tokens) in nodes.items() for token in tokens)
    racks = {rack for rack, tokens in nodes.values() if tokens}
    wanted = min(copies, len({name for _, name in ring}))
    owned = 0
    for index, (token, _) in enumerate(ring):
        replicas, seen, repeats = [], set(), copies - len(racks)
        for step in range(len(ring)):
            name = ring[(index + step) % len(ring)][1]
            rack = nodes[name][0]
            if len(replicas) == wanted:
                break
            if name in replicas:
                continue
            if by_rack and rack in seen:
                if repeats <= 0:
                    continue
                repeats -= 1
            seen.add(rack)
            replicas.append(name)
        if own in replicas:
            owned += (token - ring[index - 1][0]) % TOKENS or TOKENS
    return owned / TOKENS
`;

/**
 * Python program of a recovery VM that verifies one data disk as a database of one node. Everything that it has to know is read from the
 * disk, which may be that of another installation: without ownership marker, with another owner of its files.
 */
export const DISK_PROGRAM = String.raw`
import json
import os
import re
import subprocess

from disk_content import SYSTEM_KEYSPACES, list_folders, list_names, list_sstables
from disk_facts import count_copies, merge_cells, owned_share, parse_map, parse_set
from recovery import (
    DATA,
    LEVEL_ONE,
    MARKER,
    Damaged,
    Node,
    last_line,
    read_properties,
    version_number,
)
from row_reader import quote_name

LEVEL_QUORUM = 4
PARTITIONER = 'org.apache.cassandra.dht.Murmur3Partitioner'
JOINED = '${JOINED_FILE}'


def list_folders(folder):
    return [name for name in list_names(folder) if os.path.isdir(folder + '/' + name)]


def quote_text(text):
    return "'%s'" % text.replace("'", "''")


def property_value(text):
    """A value in a Java properties file."""
    text = ''.join(c if ' ' <= c <= '~' else '\\u%04x' % ord(c) for c in text.replace('\\', '\\\\'))
    return '\\' + text if text.startswith(' ') else text


def folder_bytes(path):
    """Bytes of the SSTables in a folder of a table, without its snapshots."""
    total = 0
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if name not in ('snapshots', 'backups')]
        total += sum(os.path.getsize(folder + '/' + name) for name in names)
    return total


class RecoveredNode(Node):
    def verify(self):
        self.phase('identity', self.identity)
        self.phase('files', self.files)
        self.phase('boot', self.boot)
        self.phase('single-node', self.become_single)
        self.phase('restart', self.restart)
        self.phase('rows', self.rows)
        self.phase('shutdown', self.shutdown)

    # level 1

    def identity(self):
        self.mount()
        self.require(1, 'disk-identity', self.layout_problem())
        local = self.read_local()
        missing = [key for key in ('cluster_name', 'data_center', 'rack', 'host_id', 'release_version', 'tokens') if not local.get(key)]
        self.require(1, 'disk-identity', missing and 'system.local has no %s' % ', '.join(missing))
        self.joined = {
            'cluster_name': local['cluster_name'],
            'datacenter': local['data_center'],
            'rack': local['rack'],
            'num_tokens': str(len(local['tokens'])),
            'cassandra_version': local['release_version'],
            'host_id': local['host_id'],
        }
        self.disk = {
            'cluster': local['cluster_name'],
            'datacenter': local['data_center'],
            'rack': local['rack'],
            'hostId': local['host_id'],
            'cassandraVersion': local['release_version'],
            'tokens': local['tokens'],
            'hasMarker': os.path.exists(MARKER),
            'owner': os.stat(DATA + '/data').st_uid,
        }
        self.tell(disk=self.disk)
        self.require(1, 'disk-identity', self.identity_problem(local), local['host_id'])
        version, installed = local['release_version'], self.task['cassandraVersion']
        problem = version_number(version) > version_number(installed) and 'must be at most %s, got %s' % (installed, version)
        self.require(1, 'cassandra-version', problem, version)

    def layout_problem(self):
        if any(name.startswith('local-') for name in list_folders(DATA + '/data/system')):
            return None
        places = [folder[len(DATA) + 1 :] for folder, _, _ in os.walk(DATA) if re.search('/system/local-[0-9a-f]{32}$', folder)]
        if places:
            return "the folder 'data' must be in the root of the disk, got %s" % places[0]
        return "there is no 'data/system/local-*': the disk is not a data disk of Cassandra, or it is empty"

    def read_local(self):
        """Row of system.local. Cassandra flushes it with each change, so that it is never in the commit log alone."""
        # The tool reads a configuration, and needs nothing that is in it.
        self.joined = {'cluster_name': 'recovery', 'num_tokens': '1', 'datacenter': 'recovery', 'rack': 'recovery'}
        self.configure()
        dumps = []
        for name in list_folders(DATA + '/data/system'):
            if re.fullmatch('local-[0-9a-f]{32}', name):
                folder = DATA + '/data/system/' + name
                for sstable in sorted(list_sstables(folder)):
                    words = ['sstabledump', folder + '/' + sstable + '-Data.db', '-t']
                    dump = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                    problem = dump.returncode and 'system.local cannot be read: ' + last_line(dump.stderr)
                    self.require(1, 'disk-identity', problem)
                    dumps.append(json.loads(dump.stdout))
        return merge_cells(dumps)

    def identity_problem(self, local):
        if local.get('partitioner') != PARTITIONER:
            return 'the partitioner must be %s, got %s' % (PARTITIONER, local.get('partitioner'))
        if local.get('bootstrapped') != 'COMPLETED':
            return 'the node must have joined its ring, got bootstrapped = %s: it does not have all of its rows' % local.get('bootstrapped')

    # level 3

    def settings(self):
        settings = super().settings()
        # The marker of another node is no damage, and a disk of another installation has none.
        settings.pop('startup_checks')
        return settings

    def place(self):
        return 'dc=%s\nrack=%s\n' % tuple(property_value(self.joined[key]) for key in ('datacenter', 'rack'))

    def check_host(self):
        [[cluster, datacenter, rack, host, tokens]] = self.connection.rows(
            'SELECT cluster_name, data_center, rack, host_id, tokens FROM system.local', LEVEL_ONE
        )
        found = [cluster, datacenter, rack, host, sorted(parse_set(tokens))]
        expected = [self.disk[key] for key in ('cluster', 'datacenter', 'rack', 'hostId')] + [sorted(self.disk['tokens'])]
        names = ['cluster', 'datacenter', 'rack', 'host id', 'tokens']
        wrong = ['%s must be %s, got %s' % each for each in zip(names, expected, found) if each[1] != each[2]]
        self.check(1, 'host-identity', '; '.join(wrong), host)

    def become_single(self):
        """Reads what the node knows of its ring, and makes it a ring of its own."""
        peers = list(self.connection.rows('SELECT peer, peer_port, data_center, rack, tokens FROM system.peers_v2', LEVEL_ONE))
        self.describe_ring(peers)
        self.tell(disk=self.disk)
        # The others first: otherwise changes of the schema wait for their agreement.
        for address, port, *_ in peers:
            self.execute('DELETE FROM system.peers_v2 WHERE peer = %s AND peer_port = %s' % (quote_text(address), port))
        for [address] in list(self.connection.rows('SELECT peer FROM system.peers', LEVEL_ONE)):
            self.execute('DELETE FROM system.peers WHERE peer = ' + quote_text(address))
        for keyspace in self.disk['keyspaces']:
            single = {'NetworkTopologyStrategy': self.joined['datacenter'], 'SimpleStrategy': 'replication_factor'}.get(keyspace['strategy'])
            if single is None:
                self.check(3, 'single-node', 'keyspace %s has the strategy %s' % (keyspace['name'], keyspace['strategy']))
                continue
            words = (quote_name(keyspace['name']), keyspace['strategy'], quote_text(single))
            self.execute("ALTER KEYSPACE %s WITH replication = {'class': '%s', %s: 1}" % words)
        if self.task['recover'].get('prepare'):
            self.close_default_role()

    def execute(self, statement):
        try:
            list(self.connection.rows(statement, LEVEL_ONE))
        except Exception as error:
            self.require(3, 'single-node', '%s: %s' % (statement, error))

    def describe_ring(self, peers):
        datacenter = self.joined['datacenter']
        nodes = {'': (self.joined['rack'], [int(token) for token in self.disk['tokens']])}
        others = {}
        for address, port, dc, rack, tokens in peers:
            target = nodes if dc == datacenter else others
            target[address + ':' + port] = (rack, [int(token) for token in parse_set(tokens)])
        self.disk['peers'] = [
            {'address': address, 'datacenter': dc, 'rack': rack, 'tokens': len(parse_set(tokens))} for address, _, dc, rack, tokens in peers
        ]
        tables = {}
        for keyspace, table, number in self.connection.rows('SELECT keyspace_name, table_name, id FROM system_schema.tables', LEVEL_ONE):
            size = folder_bytes('%s/data/%s/%s-%s' % (DATA, keyspace, table, number.replace('-', '')))
            tables.setdefault(keyspace, []).append({'name': table, 'bytes': size})
        self.disk['keyspaces'] = []
        for keyspace, text in self.connection.rows('SELECT keyspace_name, replication FROM system_schema.keyspaces', LEVEL_ONE):
            replication = parse_map(text)
            strategy = replication['class'].split('.')[-1]
            if strategy == 'LocalStrategy':
                continue
            copies, by_rack = count_copies(replication, datacenter)
            share = owned_share('', nodes if by_rack else {**nodes, **others}, copies, by_rack)
            options = {key: value for key, value in replication.items() if key != 'class'}
            found = {'name': keyspace, 'strategy': strategy, 'replication': options, 'copies': copies, 'share': share}
            self.disk['keyspaces'].append({**found, 'isSystem': keyspace in SYSTEM_KEYSPACES, 'tables': tables.get(keyspace, [])})

    def close_default_role(self):
        """The startup script of a node admits no clients while Cassandra's default role can log in."""
        try:
            roles = list(self.connection.rows("SELECT role FROM system_auth.roles WHERE role = 'cassandra'", LEVEL_ONE))
        except Exception as error:
            self.require(4, 'roles', 'cannot be read: %s' % error)
        for [role] in roles:
            self.execute("UPDATE system_auth.roles SET can_login = false, is_superuser = false WHERE role = '%s'" % role)

    def restart(self):
        """Starts as the node of a stack does: with the ring that is on the disk."""
        problem = self.stop()
        self.require(3, 'restart', problem)
        self.start('restart', '')
        self.connection = self.connect()
        known = [row[0] for row in self.connection.rows('SELECT address FROM system_views.gossip_info', LEVEL_ONE)]
        known += [row[0] for row in self.connection.rows('SELECT peer FROM system.peers_v2', LEVEL_ONE)]
        others = sorted(set(known) - {'127.0.0.1'})
        self.check(3, 'single-node', others and 'the ring must be this node alone, got also %s' % ', '.join(others))
        self.level = LEVEL_QUORUM

    # level 4

    def rows(self):
        try:
            roles = list(self.connection.rows('SELECT role FROM system_auth.roles', LEVEL_QUORUM))
            self.check(4, 'roles', None, '%d roles' % len(roles))
        except Exception as error:
            self.check(4, 'roles', 'cannot be read at QUORUM: %s' % error)
        super().rows()

    # the way back into a ring

    def shutdown(self):
        problem = self.stop()
        if self.task['recover'].get('prepare') and not problem:
            self.prepare(self.task['recover']['prepare'])
        self.check(3, 'clean-shutdown', problem or self.unmount())

    def prepare(self, files):
        """Gives the disk the identity files of the node whose place it takes."""
        for name in ('joining', 'beginning', 'cassandra-first-start'):
            remove(DATA + '/' + name)
        # Of another time: deletions cannot have been missed, for there are no other disks.
        remove('${HEARTBEAT_FILE}')
        # For nodes that no longer exist.
        for name in list_names('${HINTS_DIRECTORY}'):
            remove('${HINTS_DIRECTORY}/' + name)
        rest = 'cassandra_version=%s\nhost_id=%s\n' % (self.task['cassandraVersion'], self.joined['host_id'])
        for path, content in ((MARKER, files['marker']), (JOINED, files['joined'] + rest)):
            with open(path + '.new', 'w') as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.rename(path + '.new', path)
        os.sync()
        written = read_properties(JOINED) or {}
        expected = {**self.joined, 'cassandra_version': self.task['cassandraVersion']}
        wrong = ['%s must be %s, got %s' % (key, value, written.get(key)) for key, value in expected.items() if written.get(key) != value]
        self.check(1, 'prepared', self.marker_problem() or '; '.join(wrong))


def remove(path):
    if os.path.isfile(path):
        os.unlink(path)
`;
