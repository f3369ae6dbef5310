import { CANARY_TABLE } from '../../cassandra/node-files/canary';
import { ARCHIVE_FOLDERS, ARCHIVE_PROPERTIES } from '../../cassandra-contract/commit-log-archive';
import {
  CASSANDRA_YAML,
  CONFIGURATION_DIRECTORY,
  DATA_DIRECTORY,
  HINTS_DIRECTORY,
  SNAPSHOT_MANIFEST,
  SYSTEM_LOG,
} from '../../cassandra-contract/node-paths';
import { type Level, MANIFEST_CHECKS } from '../verification';
import { DISK_CHECKS, type DiskStep } from './disk-checks';

/** Folder of the programs and logs on a recovery VM. */
export const RECOVERY_FOLDER = '/run/recovery';

/** Steps of a task, each deeper than the one before. */
export type RecoveryStep = 'identity' | 'files' | 'boot' | 'rows' | 'containment' | 'assertions' | 'replay' | DiskStep;

type ExpectedCheck = readonly [level: Level, code: string];

/** Checks that need a manifest, of some levels. */
function manifestChecks(...levels: readonly Level[]): readonly ExpectedCheck[] {
  return MANIFEST_CHECKS.filter(([level]) => levels.includes(level));
}

/** Time limit of each phase of a node, in seconds. */
export const PHASE_SECONDS = {
  identity: 300,
  files: 14_400,
  boot: 3600,
  rows: 43_200,
  containment: 3600,
  assertions: 3600,
  flush: 3600,
  shutdown: 900,
  'single-node': 3600,
  restart: 3600,
  fetch: 14_400,
  replay: 14_400,
  'replayed-rows': 43_200,
} as const;

/** Checks of each step: level and code. One that is not reported was not run. */
export const EXPECTED_CHECKS: Readonly<Record<RecoveryStep, readonly ExpectedCheck[]>> = {
  identity: [[1, 'file-system'], [1, 'ownership-marker'], [1, 'joined-identity'], [1, 'cassandra-version'], ...manifestChecks(1)],
  files: [[2, 'system-tables'], [2, 'sstable-complete'], [2, 'sstable-digest'], [2, 'commit-log-files'], ...manifestChecks(2)],
  boot: [
    [3, 'boot'],
    [3, 'saved-tokens'],
    [3, 'commit-log-replay'],
    [1, 'host-identity'],
    [2, 'table-directories'],
    [3, 'clean-shutdown'],
  ],
  rows: [[4, 'rows'], ...manifestChecks(4, 5)],
  containment: [
    [3, 'isolated-network'],
    [5, 'newer-rows'],
  ],
  assertions: [[6, 'assertions']],
  replay: [
    [2, 'archive-files'],
    [3, 'archive-begins'],
    [3, 'archive-replay'],
    [4, 'replayed-truncate'],
    [4, 'replayed-rows'],
  ],
  ...DISK_CHECKS,
};

/**
 * Python program of a recovery VM: verifies the clones of its task one after another, and reports by guest attributes.
 *
 * Each clone is mounted, read and booted by a child process in network, mount and process namespaces of its own: its network has loopback
 * only, and nothing of it remains when it ends.
 */
export const RECOVERY_PROGRAM = String.raw`
import base64
import calendar
import fcntl
import gzip
import hashlib
import json
import os
import pwd
import re
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback
import urllib.parse
import urllib.request
import zlib
from datetime import datetime, timezone

from disk_content import SYSTEM_KEYSPACES, digest_schema, list_commit_logs, list_disk, list_names, list_sstables, list_tables, read_text
from disk_facts import count_copies, parse_map
from row_reader import LEVEL_ONE, load_client, read_table

FOLDER = '${RECOVERY_FOLDER}'
DATA = '${DATA_DIRECTORY}'
MARKER = DATA + '/.cassandra_fs_ownership'
# Segments that are replayed, on the file system of the commit log.
REPLAYED = DATA + '/replayed'
LOG = '${SYSTEM_LOG}'
INSTANCE = 'http://metadata.google.internal/computeMetadata/v1/instance/'
ATTRIBUTES = INSTANCE + 'guest-attributes/recovery/'
STORAGE = 'https://storage.googleapis.com/storage/v1/b/%s/o/%s?alt=media'
PIECE = 2000
MANIFEST = '${SNAPSHOT_MANIFEST}'
# A manifest is written after the request of its snapshot, within the time limit of guest scripts; clocks differ a little.
MANIFEST_SECONDS = (-60, 600)
# A canary may be older or newer than its manifest by this: the time limit of guest scripts, and the difference of the clocks of nodes.
CANARY_SECONDS = (300, 60)

# Between the clocks of two machines.
CLOCK_SECONDS = 60

# Characters of a value that an assertion found.
FOUND_LENGTH = 1000

LIMITS = ${JSON.stringify(PHASE_SECONDS)}

# Tables of the schema, which is replayed before the rows if it has changed.
SCHEMA_TABLES = 'keyspaces tables columns column_masks dropped_columns triggers types functions aggregates views indexes'.split()

# Checks of each step of the task. One that is not reported was not run.
CHECKS = ${JSON.stringify(EXPECTED_CHECKS)}


def publish(key, value):
    for attempt in range(6):
        try:
            request = urllib.request.Request(ATTRIBUTES + key, value.encode(), {'Metadata-Flavor': 'Google'}, method='PUT')
            urllib.request.urlopen(request, timeout=10).close()
            return
        except OSError:
            if attempt == 5:
                raise
            time.sleep(2**attempt)


def say(text):
    print('cassandra-recovery: ' + text, flush=True)


# --- the clone of one node, in its namespaces ---


class Damaged(Exception):
    """Ends the verification of a node: deeper checks make no sense."""


class Node:
    def __init__(self, task, node):
        self.task, self.node = task, node
        self.name = node['name']
        self.failed = set()
        self.cassandra = None
        self.level = LEVEL_ONE
        self.rows_code = 'rows'
        self.sstables = {}
        self.directories = {}
        # Of the snapshot; None if the disk has none.
        self.manifest = None

    def tell(self, **message):
        print(json.dumps(message), flush=True)

    def check(self, level, code, problem=None, detail=None, table=None):
        """Reports a check: failed if there is a problem."""
        if problem:
            self.failed.add(code)
        found = {'level': level, 'code': code, 'outcome': 'failed' if problem else 'passed', 'node': self.name}
        if table:
            found['table'] = table
        if problem or detail:
            found['detail'] = problem or detail
        self.tell(check=found)
        return not problem

    def require(self, level, code, problem, detail=None):
        if not self.check(level, code, problem, detail):
            raise Damaged()

    def run(self, part='verify'):
        try:
            if part == 'fetch':
                self.phase('fetch', self.fetch)
            elif part == 'replay':
                self.replay()
            else:
                self.verify()
        except Damaged:
            pass
        finally:
            if self.cassandra is not None and self.cassandra.poll() is None:
                self.cassandra.kill()
                self.cassandra.wait()
            subprocess.run(['umount', DATA], stderr=subprocess.DEVNULL)

    def verify(self):
        steps = self.task['steps']
        self.phase('identity', self.identity)
        if 'files' in steps:
            self.phase('files', self.files)
        if 'boot' in steps or 'rows' in steps:
            self.phase('boot', self.boot)
            if 'rows' in steps:
                self.phase('rows', self.rows)
            if 'containment' in steps:
                self.phase('containment', self.containment)
            if 'assertions' in steps:
                self.phase('assertions', self.assertions)
            if self.task.get('flush'):
                self.phase('flush', self.flush)
            self.phase('shutdown', self.shutdown)

    def phase(self, name, work):
        self.tell(phase=name)
        began = time.monotonic()
        try:
            work()
        finally:
            self.tell(phase=name, seconds=round(time.monotonic() - began, 1))

    # level 1

    def identity(self):
        self.mount()
        if 'replay' in self.task['steps']:
            self.remember('newest', [segment_number(name) for name in list_commit_logs(DATA)])
        self.check_joined()

    def remember(self, name, value):
        """For a later child, which has another mount."""
        write_text('%s/%s.%s.json' % (FOLDER, self.name, name), json.dumps(value))

    def recall(self, name):
        return json.loads(read_text('%s/%s.%s.json' % (FOLDER, self.name, name)))

    def mount(self):
        device = '/dev/disk/by-id/google-' + self.node['device']
        for _ in range(60):
            if os.path.exists(device):
                break
            time.sleep(1)
        else:
            self.require(1, 'file-system', 'there is no ' + device)
        kind = output('blkid', '-p', '-s', 'TYPE', '-o', 'value', device)
        if kind not in ('xfs', 'ext4'):
            self.require(1, 'file-system', 'must be xfs or ext4, got %s' % (kind or 'none: the disk is blank, or its file system is destroyed'))
        options = 'noatime,nodev,nosuid' + (',nouuid' if kind == 'xfs' else '')
        os.makedirs(DATA, exist_ok=True)
        mounted = subprocess.run(['mount', '-t', kind, '-o', options, device, DATA], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        problem = mounted.returncode and 'the %s file system cannot be mounted: %s' % (kind, last_line(mounted.stdout))
        self.require(1, 'file-system', problem, kind)

    def check_joined(self):
        self.require(1, 'ownership-marker', self.marker_problem())
        joined = read_properties(DATA + '/joined')
        self.joined = joined
        if joined is None:
            self.require(1, 'joined-identity', "there is no file 'joined': the disk is no member of a ring")
        task = self.task
        expected = {
            'cluster_name': task['cluster'],
            'datacenter': task['datacenter'],
            'rack': self.node['rack'],
            'num_tokens': str(task['numTokens']),
        }
        wrong = ['%s must be %s, got %s' % (key, value, joined.get(key)) for key, value in expected.items() if joined.get(key) != value]
        self.require(1, 'joined-identity', '; '.join(wrong))
        version, installed = joined.get('cassandra_version', ''), task['cassandraVersion']
        problem = version_number(version) > version_number(installed) and 'must be at most %s, got %s' % (installed, version)
        self.require(1, 'cassandra-version', problem, version)
        if os.path.exists(MANIFEST):
            self.check(1, 'manifest', self.read_manifest(), self.manifest and 'of %s' % self.manifest['takenAt'])

    def read_manifest(self):
        """Reads the manifest. Returns the problem; a manifest with one is not used."""
        try:
            with open(MANIFEST, 'rb') as file:
                content = file.read()
            manifest = json.loads(content)
            if manifest['formatVersion'] != 1:
                return 'its formatVersion must be 1, got %s' % manifest['formatVersion']
            expected = {'cluster': self.task['cluster'], 'datacenter': self.task['datacenter'], 'rack': self.node['rack'], 'node': self.name}
            if 'host_id' in self.joined:
                expected['hostId'] = self.joined['host_id']
            wrong = ['%s must be %s, got %s' % (key, value, manifest[key]) for key, value in expected.items() if manifest[key] != value]
            taken = read_time(manifest['takenAt'])
            requested = self.node.get('takenAt')
            if requested is not None and not MANIFEST_SECONDS[0] <= taken - requested <= MANIFEST_SECONDS[1]:
                moment = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(requested))
                wrong.append('it is of %s, and the snapshot of %s' % (manifest['takenAt'], moment))
            for key in ('tokens', 'sstables', 'commitLogs', 'rows'):
                if not isinstance(manifest[key], list):
                    wrong.append('%s must be a list' % key)
            if not isinstance(manifest['schemaDigest'], str):
                wrong.append('schemaDigest must be a text')
            if wrong:
                return '; '.join(wrong)
        except (OSError, ValueError, KeyError, TypeError) as error:
            return 'it cannot be read: %s %s' % (type(error).__name__, error)
        self.manifest = manifest
        self.tell(manifest={'node': self.name, 'takenAt': manifest['takenAt'], 'sha256': hashlib.sha256(content).hexdigest()})

    def marker_problem(self):
        found = [MARKER] if os.path.exists(MARKER) else []
        for entry in os.scandir(DATA):
            if entry.is_dir(follow_symlinks=False) and os.path.exists(entry.path + '/.cassandra_fs_ownership'):
                found.append(entry.path)
        if len(found) != 1 or found[0] != MARKER:
            return 'must be one file in the root of the disk, got %d' % len(found)
        token = (read_properties(MARKER) or {}).get('ownership_token')
        if token != self.node['ownershipToken']:
            return 'must be %s, got %s' % (self.node['ownershipToken'], token)

    # level 2

    def files(self):
        count = bytes_read = 0
        for name, number, path, places in list_tables(DATA):
            self.directories[(*name.split('.', 1), number)] = True
            for place in places:
                sstables = list_sstables(path + '/' + place)
                for sstable, components in sorted(sstables.items()):
                    count += 1
                    bytes_read += self.check_sstable(name, (path + '/' + place).rstrip('/'), sstable, components)
                if not place:
                    self.sstables[name] = self.sstables.get(name, []) + [path + '/' + sstable for sstable in sorted(sstables)]
        empty = [keyspace for keyspace in ('system', 'system_schema') if not any(self.sstables[t] for t in self.sstables if t.startswith(keyspace + '.'))]
        self.check(2, 'system-tables', empty and 'no SSTables of %s' % ' and '.join(empty))
        for code in ('sstable-complete', 'sstable-digest'):
            if code not in self.failed:
                self.check(2, code, None, '%d SSTables, %d bytes' % (count, bytes_read))
        self.check(2, 'commit-log-files', *self.commit_log_files())
        if self.manifest:
            self.compare_files()

    def compare_files(self):
        """The disk was frozen when its files were listed: it has exactly these."""
        found = list_disk(DATA)

        def by_name(sstables):
            return {(each['table'], each['id'], each['name']): each for each in sstables}

        listed, there = by_name(self.manifest['sstables']), by_name(found['sstables'])
        for key in sorted(listed.keys() | there.keys()):
            problem = None
            if key not in there:
                problem = '%s of %d bytes is in the manifest, and not on the disk' % (key[2], listed[key]['bytes'])
            elif key not in listed:
                problem = '%s is on the disk, and not in the manifest' % key[2]
            elif listed[key] != there[key]:
                problem = '%s has %s bytes and digest %s, and in the manifest %s and %s' % (
                    key[2], there[key]['bytes'], there[key]['digest'], listed[key]['bytes'], listed[key]['digest'])
            if problem:
                self.check(2, 'manifest-sstables', problem, None, key[0])
        if 'manifest-sstables' not in self.failed:
            self.check(2, 'manifest-sstables', None, '%d SSTables' % len(listed))
        logs, files = [sorted(each['name'] for each in listing['commitLogs']) for listing in (self.manifest, found)]
        missing, unknown = [name for name in logs if name not in files], [name for name in files if name not in logs]
        problem = missing and 'the disk has no ' + ', '.join(missing) or unknown and 'not in the manifest: ' + ', '.join(unknown)
        self.check(2, 'manifest-commit-logs', problem, '%d segments' % len(logs))

    def check_sstable(self, table, folder, sstable, components):
        """Returns the number of bytes that were read."""
        path = folder + '/' + sstable + '-'
        toc = read_text(path + 'TOC.txt')
        # An SSTable that was streamed from another node has none, and that of a running node may be empty.
        listed = set((toc or '').split()) | {'Data.db', 'Statistics.db', 'Digest.crc32', 'Partitions.db' if sstable.endswith('bti') else 'Index.db'}
        missing = sorted(listed - components)
        if missing:
            self.check(2, 'sstable-complete', '%s has no %s' % (sstable, ', '.join(missing)), None, table)
        # Cassandra does not sync Summary.db and TOC.txt: a crash, or a snapshot of a running node, may leave them empty. It needs neither.
        needed = {'Data.db', 'Index.db', 'Partitions.db', 'Statistics.db', 'CompressionInfo.db', 'Digest.crc32'}
        empty = sorted(each for each in components & needed if os.path.getsize(path + each) == 0)
        if empty:
            self.check(2, 'sstable-complete', '%s has 0 bytes in %s' % (sstable, ', '.join(empty)), None, table)
        digest = read_text(path + 'Digest.crc32')
        if 'Data.db' not in components:
            return 0
        if digest is None:
            return 0
        problem, size = None, 0
        try:
            checksum, size = checksum_file(path + 'Data.db')
            if digest.strip() != str(checksum):
                problem = 'the digest of %s is %s, and its Data.db has %d' % (sstable, digest.strip()[:20], checksum)
        except OSError as error:
            problem = '%s cannot be read: %s' % (sstable, error.strerror)
        if problem:
            self.check(2, 'sstable-digest', problem, None, table)
        return size

    def commit_log_files(self):
        folder = DATA + '/commitlog'
        sizes = {name: os.path.getsize(folder + '/' + name) for name in list_commit_logs(DATA)}
        if not sizes:
            return 'there is none: writes of a running node are in it', None
        largest = max(sizes.values())
        cut = sorted(name for name, size in sizes.items() if size != largest or size % 2**20)
        return cut and '%s has %d bytes, and others have %d' % (cut[0], sizes[cut[0]], largest), '%d segments' % len(sizes)

    # level 3

    def boot(self):
        user = pwd.getpwnam('cassandra')
        if os.stat(DATA).st_uid != user.pw_uid or self.owner_differs(user):
            subprocess.run(['chown', '-R', 'cassandra:cassandra', DATA], check=True)
        self.configure()
        log = self.start('boot', '-Dcassandra.load_ring_state=false')
        self.check_log(log)
        self.connection = self.connect()
        self.check_host()
        self.check_directories()
        if 'replay' in self.task['steps']:
            self.remember('schema', digest_schema(self.connection))
            self.remember('truncated', self.read_truncated())

    def start(self, code, options):
        """Starts Cassandra, and waits until it takes clients. Returns its log."""
        log, problem = self.launch(options)
        if problem and code == 'boot':
            self.check_log(log)
        self.require(3, code, problem)
        return log

    def launch(self, options):
        """Returns the log, and the problem if Cassandra has ended."""
        if os.path.exists(LOG):
            os.unlink(LOG)
        begin_limits()
        options += ' -Dcassandra.skip_wait_for_gossip_to_settle=0'
        with open(FOLDER + '/%s.out' % self.name, 'w') as out:
            self.cassandra = subprocess.Popen(
                ['setpriv', '--reuid=cassandra', '--regid=cassandra', '--init-groups', '/usr/sbin/cassandra', '-f'],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd='/',
                env={'PATH': os.environ['PATH'], 'JVM_EXTRA_OPTS': options, 'HOME': DATA, 'LANG': 'C.UTF-8'},
            )
        while True:
            log = read_log()
            if 'Starting listening for CQL clients' in log:
                return log, None
            if self.cassandra.poll() is not None:
                out = read_text(FOLDER + '/%s.out' % self.name) or ''
                return log, 'Cassandra ended with %s: %s' % (self.cassandra.returncode, last_error(log + '\n' + out))
            time.sleep(0.5)

    def owner_differs(self, user):
        return any(entry.stat(follow_symlinks=False).st_uid != user.pw_uid for entry in os.scandir(DATA) if entry.name != 'lost+found')

    def settings(self):
        address = '127.0.0.1'
        settings = {
            'cluster_name': self.joined['cluster_name'],
            'num_tokens': int(self.joined['num_tokens']),
            'partitioner': 'org.apache.cassandra.dht.Murmur3Partitioner',
            'endpoint_snitch': 'GossipingPropertyFileSnitch',
            'seed_provider': [{'class_name': 'org.apache.cassandra.locator.SimpleSeedProvider', 'parameters': [{'seeds': address}]}],
            'listen_address': address,
            'rpc_address': address,
            'data_file_directories': [DATA + '/data'],
            'commitlog_directory': DATA + '/commitlog',
            'hints_directory': '${HINTS_DIRECTORY}',
            'saved_caches_directory': DATA + '/saved_caches',
            'cdc_raw_directory': DATA + '/cdc_raw',
            'commitlog_sync': 'periodic',
            'commitlog_sync_period': '1s',
            'authenticator': 'AllowAllAuthenticator',
            'authorizer': 'AllowAllAuthorizer',
            'hinted_handoff_enabled': False,
            'auto_snapshot': False,
            'concurrent_compactors': 1,
            # A damaged table fails its reads, and the others are read.
            'disk_failure_policy': 'ignore',
            'commit_failure_policy': 'die',
            'startup_checks': {'check_filesystem_ownership': {'enabled': True, 'ownership_token': self.node['ownershipToken']}},
        }
        if version_number(self.task['cassandraVersion']) >= version_number('5.0.4'):
            settings['compressed_read_ahead_buffer_size'] = '0KiB'
        return settings

    def place(self):
        """Lines of the file of data centre and rack."""
        places = re.findall('^(datacenter|rack)=(.*)$', open(DATA + '/joined').read(), re.M)
        return ''.join('%s=%s\n' % (key.replace('datacenter', 'dc'), value) for key, value in places)

    def configure(self):
        write_text('${CASSANDRA_YAML}', json.dumps(self.settings(), indent=2) + '\n')
        write_text('${CONFIGURATION_DIRECTORY}/cassandra-rackdc.properties', self.place())
        memory = int(re.search(r'^MemTotal: *(\d+)', open('/proc/meminfo').read(), re.M).group(1)) // 1024
        heap = min(max(memory // 4, 256), 4096)
        write_text('${CONFIGURATION_DIRECTORY}/jvm-server.options', read_text(FOLDER + '/jvm-server.options') + '-Xms%dM\n-Xmx%dM\n' % (heap, heap))
        write_text('${CONFIGURATION_DIRECTORY}/logback.xml', read_text(FOLDER + '/logback.xml'))
        # The second one may be that of the point in time of another node.
        for path in ('${CONFIGURATION_DIRECTORY}/cassandra-topology.properties', '${ARCHIVE_PROPERTIES}'):
            if os.path.exists(path):
                os.unlink(path)

    def check_log(self, log):
        tokens = 'Using saved tokens' in log and 'Generated random tokens' not in log
        self.check(3, 'saved-tokens', not tokens and 'Cassandra did not start with the tokens of the disk')
        ignored = re.search('Ignoring commit log replay error.*', log)
        failed = re.search('(Could not read commit log|Exiting due to error while processing commit log).*', log)
        problem = None
        if ignored or failed:
            problem = (ignored or failed).group(0)[:300]
        elif not re.search('Log replay complete', log):
            problem = 'the commit log was not replayed'
        replayed = re.search(r'Log replay complete, (\d+) replayed mutations', log)
        self.check(3, 'commit-log-replay', problem, replayed and '%s mutations' % replayed.group(1))

    def connect(self):
        client = load_client(FOLDER + '/cql_client.py')

        class Loopback(client['Connection']):
            def __init__(self):
                self.socket = socket.create_connection(('127.0.0.1', 9042), timeout=600)
                words = b''.join(len(part).to_bytes(2, 'big') + part for part in (b'CQL_VERSION', b'3.0.0'))
                self.ask(client['STARTUP'], b'\0\1' + words)

        for attempt in range(30):
            try:
                return Loopback()
            except OSError:
                if attempt == 29 or self.cassandra.poll() is not None:
                    raise
                time.sleep(1)

    def check_host(self):
        [[cluster, datacenter, rack, host, tokens]] = self.connection.rows(
            'SELECT cluster_name, data_center, rack, host_id, tokens FROM system.local', LEVEL_ONE
        )
        expected = [self.task['cluster'], self.task['datacenter'], self.node['rack'], self.joined.get('host_id', host), str(self.task['numTokens'])]
        found = [cluster, datacenter, rack, host, str(len(tokens.strip('{}').split(', ')))]
        names = ['cluster', 'datacenter', 'rack', 'host id', 'number of tokens']
        wrong = ['%s must be %s, got %s' % each for each in zip(names, expected, found) if each[1] != each[2]]
        self.check(1, 'host-identity', '; '.join(wrong), host)
        if self.manifest:
            self.compare_identity(host, tokens)

    def compare_identity(self, host, tokens):
        own = {'hostId': host, 'tokens': sorted(re.findall(r'-?\d+', tokens))}
        wrong = [key for key, value in own.items() if self.manifest[key] != value]
        if wrong:
            self.check(1, 'manifest', 'its %s is not that of the disk' % ' and '.join(wrong))
        same = digest_schema(self.connection) == self.manifest['schemaDigest']
        self.check(4, 'manifest-schema', not same and 'the schema is not that of the manifest')

    def check_directories(self):
        """Tables of the schema whose folder was not on the disk: Cassandra makes it, empty, at its start."""
        if not self.directories:
            return
        missing = 0
        for keyspace, table, number in self.connection.rows('SELECT keyspace_name, table_name, id FROM system_schema.tables', LEVEL_ONE):
            if (keyspace, table, number.replace('-', '')) not in self.directories and keyspace not in SYSTEM_KEYSPACES:
                missing += 1
                self.check(2, 'table-directories', 'the table is in the schema, and its folder was not on the disk', None, keyspace + '.' + table)
        if not missing:
            self.check(2, 'table-directories')

    # level 4

    def rows(self):
        tables = [row for row in self.connection.rows('SELECT keyspace_name, table_name FROM system_schema.tables', LEVEL_ONE)]
        own = sorted((keyspace, table) for keyspace, table in tables if keyspace not in SYSTEM_KEYSPACES)
        nodes, listed = self.tell_replicas()
        expected = {each['keyspace'] + '.' + each['table']: each for each in (self.manifest or {'rows': []})['rows']}
        equal, later = [], []
        total = 0
        for keyspace, table in own:
            name = keyspace + '.' + table
            try:
                count, digest = read_table(self.connection, keyspace, table, self.level)
            except Exception as error:
                # Cassandra may have ended, or the answer did not come in time: the connection is of no more use.
                self.check(4, self.rows_code, 'cannot be read: %s' % error, None, name)
                if self.cassandra.poll() is not None:
                    raise Damaged()
                self.connection = self.connect()
                continue
            total += count
            self.tell(table={'node': self.name, 'keyspace': keyspace, 'table': table, 'rows': count, 'hash': digest})
            if count == 0 and self.has_live_partitions(name):
                self.check(4, self.rows_code, 'has SSTables with partitions that are not deleted, and no rows', None, name)
            if name in expected:
                self.compare_rows(expected.pop(name), count, digest, equal, later)
        if self.rows_code not in self.failed:
            self.check(4, self.rows_code, None, '%d rows in %d tables' % (total, len(own)))
        if self.manifest and self.manifest.get('canary'):
            self.check(5, 'canary', *self.check_canary(self.manifest['canary']))
        for name in expected:
            self.check(4, 'manifest-rows', 'is in the manifest, and was not read', None, name)
        if self.manifest and not self.manifest['rows'] and own and not any(keyspace in listed for keyspace, _ in own):
            self.check_unlisted(nodes)
        if (equal or later) and 'manifest-rows' not in self.failed:
            detail = '%d of %d tables have the rows of the manifest' % (len(equal), len(own))
            self.check(4, 'manifest-rows', None, detail + (later and '; not empty, and written after their reading: ' + ', '.join(later) or ''))

    def tell_replicas(self):
        """
        Tells the replicas in the data centre, by keyspace. SimpleStrategy ignores racks and data centres: they count when every node of the ring has one.
        Returns the number of nodes of the data centre, and the keyspaces whose rows a manifest lists.
        """
        datacenter = self.task['datacenter']
        peers = [row[0] for row in self.connection.rows('SELECT data_center FROM system.peers_v2', LEVEL_ONE)]
        nodes, listed = 1 + peers.count(datacenter), set()
        for keyspace, replication in self.connection.rows('SELECT keyspace_name, replication FROM system_schema.keyspaces', LEVEL_ONE):
            if keyspace in SYSTEM_KEYSPACES:
                continue
            copies, by_rack = count_copies(parse_map(replication), datacenter)
            if by_rack and copies >= nodes:
                listed.add(keyspace)
            self.tell(keyspace=keyspace, replicas=copies if by_rack or copies > len(peers) else 0)
        return nodes, listed

    def check_unlisted(self, nodes):
        """The manifest lists no rows, as that of each node of such a ring. The comparison of all disks takes the place of this one."""
        detail = 'nothing to compare: NetworkTopologyStrategy gives no keyspace a replica on each of %d nodes' % nodes
        if self.task.get('hasAllDisks'):
            self.check(4, 'manifest-rows', None, detail + '; the disks are compared with each other')
        else:
            detail += '; the disks of all zones can be compared with each other'
            self.tell(check={'level': 4, 'code': 'manifest-rows', 'outcome': 'not-run', 'node': self.name, 'detail': detail})

    def check_canary(self, expected):
        """The disk has the canary that was written for this snapshot, and none that is newer. Returns the problem and a detail."""
        try:
            canaries = list(self.connection.rows('SELECT host, id, at FROM ${CANARY_TABLE}', LEVEL_ONE))
        except Exception as error:
            return 'the canaries cannot be read: %s' % error, None
        moment = read_time(self.manifest['takenAt'])
        for host, _, at in canaries:
            if datetime.fromisoformat(at).timestamp() > moment + CANARY_SECONDS[1]:
                return 'the canary of %s is of %s, and the snapshot of %s: these rows are not of the snapshot' % (host, at, self.manifest['takenAt']), None
        own = [(number, at) for host, number, at in canaries if host == self.manifest['hostId']]
        if not own:
            return 'the canary %s is not on the disk' % expected['id'], None
        [(number, at)] = own
        written = datetime.fromisoformat(at).timestamp()
        if number != expected['id'] or round(written * 1000) != expected['at']:
            return 'must be %s, got %s of %s' % (expected['id'], number, at), None
        if written < moment - CANARY_SECONDS[0]:
            return 'it is of %s, and the snapshot of %s' % (at, self.manifest['takenAt']), None
        return None, 'of %s' % at

    def compare_rows(self, expected, count, digest, equal, later):
        """Compares the rows of a table with those of the manifest. A table that was written afterwards must have rows if it had: what was
        written since is in the commit log, and was replayed."""
        keyspace, table = expected['keyspace'], expected['table']
        name = keyspace + '.' + table
        if expected['rows'] > 0 and count == 0:
            self.check(4, 'manifest-rows', 'has no rows, and had %d or more' % expected['rows'], None, name)
            return
        writes = self.connection.rows(
            "SELECT keyspace_name, table_name, count FROM system_views.local_write_latency WHERE keyspace_name = '%s' AND table_name = '%s'" % (keyspace, table),
            LEVEL_ONE,
        )
        if any(int(each) > 0 for _, _, each in writes):
            later.append(name)
            return
        if expected['parts'] > 1:
            count, digest = read_table(self.connection, keyspace, table, LEVEL_ONE, expected['parts'])
        if (count, digest) == (expected['rows'], expected['hash']):
            equal.append(name)
        else:
            self.check(4, 'manifest-rows', 'has %d rows (%s), and in the manifest %d (%s)' % (count, digest[:12], expected['rows'], expected['hash'][:12]), None, name)

    def has_live_partitions(self, table):
        """Has rows none of which can be deleted: no SSTable of the table, those of the replayed commit log included, has a deletion or cells that expire."""
        folders = {os.path.dirname(path) for path in self.sstables.get(table, [])}
        paths = [folder + '/' + name for folder in folders for name in list_names(folder) if name.endswith('-Data.db')]
        about = read_metadata(paths)
        # One that cannot be read may have deletions.
        complete = set(about) == set(paths) and not any(map(may_delete, about.values()))
        return complete and any(count_rows(each) > 0 for each in about.values())

    # drill: the clone is apart from the live ring, and has what the application expects

    def containment(self):
        up = [name for _, name in socket.if_nameindex() if name != 'lo' and is_up(name)]
        self.check(3, 'isolated-network', up and 'must have loopback only, got %s' % ', '.join(up), 'loopback only')
        limit = self.node['latestWrite']
        if self.manifest:
            # It is written right before the freeze.
            limit = min(limit, (read_time(self.manifest['takenAt']) + CLOCK_SECONDS) * 1000)
        times, problem = newest_writes(DATA)
        if problem:
            self.check(5, 'newer-rows', problem)
            return
        late = sorted(table for table, time_ms in times.items() if time_ms > limit)
        for table in late:
            problem = 'has a write of %s, and the snapshot was taken before %s' % (format_time(times[table]), format_time(limit))
            self.check(5, 'newer-rows', problem, None, table)
        if not late:
            self.check(5, 'newer-rows', None, 'newest write %s' % format_time(max(times.values())) if times else 'no writes')

    def assertions(self):
        for index, assertion in enumerate(self.task['assertions']):
            cql, expect = assertion['cql'], assertion['expect']
            found = problem = None
            try:
                row = next(iter(self.connection.rows(cql, LEVEL_ONE)), None)
                if row is None:
                    problem = 'no row'
                else:
                    found = row[0][:FOUND_LENGTH]
            except Exception as error:
                problem = str(error)[:300]
                if self.cassandra.poll() is not None:
                    self.check(6, 'assertions', '%s: Cassandra ended' % cql)
                    raise Damaged()
                self.connection = self.connect()
            result = {'node': self.name, 'index': index}
            self.tell(assertion=result if found is None else {**result, 'found': found})
            if found != expect:
                self.check(6, 'assertions', '%s must be %s, got %s' % (cql, expect, problem if found is None else found))
        if 'assertions' not in self.failed:
            self.check(6, 'assertions', None, '%d assertions' % len(self.task['assertions']))

    def flush(self):
        """Leaves SSTables and definition of tables in a snapshot."""
        names = self.task['flush']
        keyspaces = sorted({name for name in names if '.' not in name})
        tables = sorted({name for name in names if '.' in name and name.split('.')[0] not in keyspaces})
        # Of another run, if the disk has it.
        subprocess.run(['nodetool', 'clearsnapshot', '-t', 'recovery'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for words in [['-kt', ','.join(tables)]] * bool(tables) + [keyspaces] * bool(keyspaces):
            done = subprocess.run(['nodetool', 'snapshot', '-t', 'recovery', *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.require(4, 'flush', done.returncode and nodetool_error(done.stdout))

    # point in time: the commit logs of the archive are replayed on the verified clone

    def fetch(self):
        """Downloads the segments. Runs with a network, and starts nothing of the disk."""
        self.mount()
        # All of their writes are in SSTables: the verification has ended with a drain.
        clear_folder(DATA + '/commitlog')
        os.makedirs(REPLAYED, exist_ok=True)
        clear_folder(REPLAYED)
        # Of the snapshot: the disk has later rows from now on.
        if os.path.exists(MANIFEST):
            os.unlink(MANIFEST)
        replay = self.node['replay']
        token = json.loads(read_url(INSTANCE + 'service-accounts/default/token', {'Metadata-Flavor': 'Google'}).read())['access_token']
        total = count = 0
        for version, first, number in replay['segments']:
            for each in range(first, first + number):
                name = 'CommitLog-%d-%d.log' % (version, each)
                total += self.download(replay, token, '${ARCHIVE_FOLDERS.closed}' + name, name)
                count += 1
        if 'open' in replay:
            total += self.download(replay, token, '${ARCHIVE_FOLDERS.open}' + replay['open'], re.sub(r'\.\d+\.gz$', '', replay['open']))
            count += 1
        self.require(3, 'clean-shutdown', self.unmount())
        self.check(2, 'archive-files', None, '%d segments, %d bytes' % (count, total))

    def download(self, replay, token, name, target):
        """Returns the number of bytes."""
        url = STORAGE % (replay['bucket'], urllib.parse.quote(replay['prefix'] + name, safe=''))
        path = REPLAYED + '/' + target
        problem = None
        for attempt in range(4):
            try:
                with read_url(url, {'Authorization': 'Bearer ' + token}) as answer, open(path, 'wb') as file:
                    wanted = re.search(r'md5=([^,\s]+)', ','.join(answer.headers.get_all('x-goog-hash') or []))
                    digest = hashlib.md5()
                    for part in iter(lambda: answer.read(2**20), b''):
                        digest.update(part)
                        file.write(part)
                found = base64.b64encode(digest.digest()).decode()
                problem = (not wanted or wanted.group(1) != found) and 'the digest of %s is %s, and must be %s' % (name, found, wanted and wanted.group(1))
                if not problem:
                    break
            except OSError as error:
                problem = '%s cannot be read: %s' % (name, error)
            time.sleep(2**attempt)
        self.require(2, 'archive-files', problem)
        if name.endswith('.gz'):
            with open(path, 'rb') as file:
                content = gzip.decompress(file.read())
            with open(path, 'wb') as file:
                file.write(content)
        return os.path.getsize(path)

    def replay(self):
        self.phase('replay', self.replay_archive)
        self.rows_code = 'replayed-rows'
        self.phase('replayed-rows', self.rows)
        self.phase('shutdown', self.shutdown)

    def replay_archive(self):
        self.mount()
        self.joined = read_properties(DATA + '/joined')
        names = list_names(REPLAYED)
        newest, first = max(self.recall('newest'), default=0), min(segment_number(name) for name in names)
        problem = first > newest and 'the newest commit log of the snapshot is %d, and the archive begins with %d' % (newest, first)
        self.require(3, 'archive-begins', problem, 'with %d' % first)
        subprocess.run(['chown', '-R', 'cassandra:cassandra', REPLAYED], check=True)
        self.configure()
        write_text('${ARCHIVE_PROPERTIES}', 'restore_point_in_time=%s\n' % self.node['replay']['until'])
        log, problem = self.replay_once(names, '')
        if not problem:
            self.connection = self.connect()
        if problem or 'mutations from unknown' in log or digest_schema(self.connection) != self.recall('schema'):
            # Rows of a new table or column cannot be replayed before its definition.
            self.replay_schema(names, problem)
            log, problem = self.replay_once(names, '')
            self.require(3, 'archive-replay', problem)
            self.connection = self.connect()
        self.check_replay(log)
        self.check_truncated()
        clear_folder(REPLAYED)
        os.rmdir(REPLAYED)

    def replay_once(self, names, options):
        """Returns the log, and the problem if Cassandra has ended."""
        clear_folder(DATA + '/commitlog')
        for name in names:
            os.link(REPLAYED + '/' + name, DATA + '/commitlog/' + name)
        return self.launch('-Dcassandra.load_ring_state=false' + options)

    def replay_schema(self, names, problem):
        if not problem:
            self.require(3, 'archive-replay', self.stop())
        tables = ','.join('system_schema.' + name for name in SCHEMA_TABLES)
        # What the present schema does not know is read again, with the schema of then.
        _, problem = self.replay_once(names, ' -Dcassandra.commitlog.ignorereplayerrors=true -Dcassandra.replayList=' + tables)
        self.require(3, 'archive-replay', problem)
        self.connection = self.connect()
        self.require(3, 'archive-replay', self.stop())

    def check_replay(self, log):
        ignored = re.search('(Ignoring commit log replay error|Could not read commit log).*', log)
        replayed = re.search(r'Log replay complete, (\d+) replayed mutations', log)
        problem = ignored and ignored.group(0)[:300] or not replayed and 'the commit logs were not replayed'
        # Of tables that were dropped before the point in time.
        skipped = sum(int(number) for number in re.findall(r'Skipped (\d+) mutations from unknown', log))
        detail = replayed and '%s mutations until %s%s' % (
            replayed.group(1), self.node['replay']['until'], skipped and ', %d of dropped tables skipped' % skipped or '')
        self.require(3, 'archive-replay', problem, detail)

    def read_truncated(self):
        """Record of the last TRUNCATE, by the id of a table."""
        [[text]] = self.connection.rows('SELECT truncated_at FROM system.local', LEVEL_ONE)
        return dict(re.findall(r'([0-9a-f]{8}-[0-9a-f-]{27}): ([^,}]+)', text or ''))

    def check_truncated(self):
        """A TRUNCATE removes SSTables, which no replay does."""
        before, now = self.recall('truncated'), self.read_truncated()
        changed = {number for number, record in now.items() if before.get(number) != record}
        for keyspace, table, number in self.connection.rows('SELECT keyspace_name, table_name, id FROM system_schema.tables', LEVEL_ONE):
            if number in changed and keyspace not in SYSTEM_KEYSPACES:
                problem = 'was truncated after the set, which no replay repeats: restore a later set, or an earlier time'
                self.check(4, 'replayed-truncate', problem, None, keyspace + '.' + table)
        if 'replayed-truncate' not in self.failed:
            self.check(4, 'replayed-truncate')

    def shutdown(self):
        problem = self.stop()
        self.check(3, 'clean-shutdown', problem or self.unmount())

    def stop(self):
        """Drains and ends Cassandra. Returns the problem."""
        self.connection.socket.close()
        drained = subprocess.run(['nodetool', 'drain'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        problem = drained.returncode and 'the drain failed: ' + nodetool_error(drained.stdout)
        self.cassandra.terminate()
        try:
            self.cassandra.wait(300)
        except subprocess.TimeoutExpired:
            problem = problem or 'Cassandra does not end'
            self.cassandra.kill()
            self.cassandra.wait()
        return problem

    def unmount(self):
        """Returns the problem."""
        unmounted = subprocess.run(['umount', DATA], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return unmounted.returncode and 'the disk cannot be unmounted: ' + last_line(unmounted.stdout)


def segment_number(name):
    return int(re.fullmatch(r'CommitLog-\d+-(\d+)\.log', name).group(1))


def clear_folder(folder):
    for name in list_names(folder):
        if os.path.isfile(folder + '/' + name):
            os.unlink(folder + '/' + name)


def read_url(url, headers):
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=120)


def is_up(interface):
    """Tunnels that the kernel adds to every network namespace are down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as query:
        answer = fcntl.ioctl(query, 0x8913, struct.pack('256s', interface.encode()))  # SIOCGIFFLAGS
    return struct.unpack_from('<H', answer, 16)[0] & 1 == 1


def format_time(milliseconds):
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
        return moment.strftime('%Y-%m-%dT%H:%M:%SZ')
    except (ValueError, OverflowError, OSError):
        return '%d ms after 1970' % milliseconds


def read_time(text):
    return calendar.timegm(time.strptime(text, '%Y-%m-%dT%H:%M:%SZ'))


def newest_writes(data):
    """
    Times of the newest write of each user table in milliseconds, or the problem. They are those of its SSTables: after the replay of the commit log
    no row is in memory only.
    """

    def list_all():
        return {
            '%s/%s-Data.db' % (path, sstable): table
            for table, _, path, _ in list_tables(data)
            if table.split('.')[0] not in SYSTEM_KEYSPACES
            for sstable in list_sstables(path)
        }

    for _ in range(10):
        files, times = list_all(), {}
        for path, about in read_metadata(files).items():
            # The number alone, before the date, or in parentheses after it: releases differ.
            newest = re.search(r'^Maximum timestamp: (?:(\d+)(?: .*)?|.*\((\d+)\))$', about, re.M)
            if newest:
                times[path] = int(newest.group(1) or newest.group(2)) // 1000
        # A compaction removes SSTables in between.
        if set(times) == set(files) == set(list_all()):
            newest = {}
            for path, time_ms in times.items():
                newest[files[path]] = max(time_ms, newest.get(files[path], 0))
            return newest, None
        time.sleep(2)
    return {}, 'the metadata of SSTables cannot be read: %s' % (', '.join(sorted(set(files) - set(times)))[:300] or 'they change')


def read_metadata(paths):
    """Output of sstablemetadata by SSTable, without those that cannot be read. One process reads many of them: its start takes a second."""
    paths, wanted, found = sorted(paths), set(paths), {}
    for begin in range(0, len(paths), 100):
        about = output('sstablemetadata', *paths[begin : begin + 100])
        for part in re.split('^SSTable: ', about, flags=re.M)[1:]:
            path = part.split('\n', 1)[0].strip() + '-Data.db'
            if path in wanted:
                found[path] = part
    return found


# Earliest time of a deletion, where there is none: until Cassandra 4.1, and since.
NO_DELETION = ('2147483647', '9223372036854775807')


def may_delete(metadata):
    """Whether an SSTable has deletions or cells that expire, from the output of sstablemetadata; True if it does not show that."""
    # Either as the number alone, or with its meaning before it.
    found = re.search(r'^SSTable min local deletion time: (?:.*[ (])?(\d+)\)?$', metadata, re.M)
    return not found or found.group(1) not in NO_DELETION


def count_rows(metadata):
    found = re.search(r'^totalRows: (\d+)', metadata, re.M)
    return int(found.group(1)) if found else 0


def output(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()


def last_line(text):
    lines = [line for line in text.strip().split('\n') if line.strip()]
    return lines[-1][:300] if lines else 'no message'


def nodetool_error(text):
    found = re.search('^error: .*', text, re.M)
    return found.group(0)[:300] if found else last_line(text)


def last_error(log):
    """The last error of Cassandra, without its frames."""
    lines = [line for line in log.split('\n') if line.strip() and not re.match(r'\s+at |\s+\.\.\. ', line)]
    errors = [line for line in lines if re.match('ERROR|Caused by|Exception|org\\.apache', line)]
    return (errors or lines or ['its log is empty'])[-1][:400]


def read_log():
    return read_text(LOG) or ''


def write_text(path, text):
    with open(path, 'w') as file:
        file.write(text)


def read_properties(path):
    text = read_text(path)
    if text is None:
        return None
    found = {}
    for line in text.split('\n'):
        key, equals, value = line.partition('=')
        if equals and not key.startswith('#'):
            found[key.strip()] = re.sub(r'\\(u[0-9A-Fa-f]{4}|.)', unescape, value)
    return found


def unescape(match):
    word = match.group(1)
    return chr(int(word[1:], 16)) if len(word) == 5 else {'n': '\n', 't': '\t', 'r': '\r', 'f': '\f'}.get(word, word)


def version_number(text):
    return [int(part) for part in re.findall(r'\d+', text)]


def checksum_file(path):
    checksum = size = 0
    with open(path, 'rb') as file:
        while True:
            part = file.read(2**20)
            if not part:
                return checksum, size
            checksum = zlib.crc32(part, checksum)
            size += len(part)


def begin_limits():
    for number in (1000000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (number, number))
            return
        except (ValueError, OSError):
            pass


# --- the VM ---


class Report:
    def __init__(self, task):
        self.task = task
        self.checks, self.tables, self.assertions, self.seconds, self.replicas, self.disk = [], [], [], {}, {}, None
        # Those that were used, for the comparison with the archive.
        self.manifests = []

    def add_seconds(self, phase, seconds):
        self.seconds[phase] = round(self.seconds.get(phase, 0) + seconds, 1)

    def verify(self, node):
        """Verifies the clone of a node in child processes."""
        self.run_child(node, 'identity')
        if 'replay' in self.task['steps'] and not self.has_failed(node['name']):
            self.run_child(node, 'fetch', ['fetch'], [])
            if not self.has_failed(node['name']):
                # Those of the snapshot are not those of the point in time.
                self.tables = [table for table in self.tables if table['node'] != node['name']]
                self.run_child(node, 'replay', ['replay'])
        self.add_missing(node['name'])

    def has_failed(self, node):
        return any(check['outcome'] != 'passed' for check in self.checks if check['node'] == node)

    def run_child(self, node, phase, words=(), network=('--net',)):
        limits = {**LIMITS, **self.task.get('limits', {})}
        command = ['unshare', *network, '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private']
        command += ['sh', '-c', 'ip link set lo up && exec python3 "$@"', 'sh', FOLDER + '/recovery.py', node['name'], *words]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        end, rest = time.monotonic() + limits[phase], b''
        is_late = False
        while not is_late:
            ready, _, _ = select.select([child.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                is_late = True
                break
            part = os.read(child.stdout.fileno(), 65536)
            if not part:
                break
            *lines, rest = (rest + part).split(b'\n')
            for line in lines:
                message = json.loads(line)
                if 'check' in message:
                    self.checks.append(message['check'])
                    if message['check']['outcome'] != 'passed':
                        say(json.dumps(message['check']))
                elif 'table' in message:
                    self.tables.append(message['table'])
                elif 'assertion' in message:
                    self.assertions.append(message['assertion'])
                elif 'keyspace' in message:
                    self.replicas[message['keyspace']] = message['replicas']
                elif 'disk' in message:
                    self.disk = message['disk']
                elif 'manifest' in message:
                    self.manifests.append(message['manifest'])
                elif 'seconds' in message:
                    self.add_seconds(message['phase'], message['seconds'])
                    # Its end may be read late, together with what follows.
                    if message['seconds'] > limits[message['phase']]:
                        phase, is_late = message['phase'], True
                        break
                else:
                    phase = message['phase']
                    end = time.monotonic() + limits[phase]
                    publish('state', 'running: %s of %s' % (phase, node['name']))
                    say('%s of %s begins' % (phase, node['name']))
        if is_late:
            os.killpg(child.pid, signal.SIGKILL)
        status = child.wait()
        level = {'identity': 1, 'files': 2, 'boot': 3, 'rows': 4, 'containment': 5, 'assertions': 6, 'fetch': 2, 'replayed-rows': 4}.get(phase, 3)
        if is_late:
            detail = 'the phase %s took more than %d s' % (phase, limits[phase])
            self.checks.append({'level': level, 'code': 'time-limit', 'outcome': 'failed', 'node': node['name'], 'detail': detail})
        elif status != 0:
            detail = 'the phase %s ended with status %d' % (phase, status)
            self.checks.append({'level': level, 'code': 'program', 'outcome': 'failed', 'node': node['name'], 'detail': detail})

    def add_missing(self, node):
        reported = {check['code'] for check in self.checks if check['node'] == node}
        for step in self.task['steps']:
            for level, code in CHECKS[step]:
                if code not in reported:
                    self.checks.append({'level': level, 'code': code, 'outcome': 'not-run', 'node': node})

    def send(self):
        report = {
            'run': self.task['run'],
            'checks': self.checks,
            'tables': self.tables,
            'assertions': self.assertions,
            'seconds': self.seconds,
            'replicas': self.replicas,
            'manifests': self.manifests,
        }
        if self.disk is not None:
            report['disk'] = self.disk
        text = json.dumps(report)
        data = base64.b64encode(text.encode()).decode()
        pieces = [data[begin : begin + PIECE] for begin in range(0, len(data), PIECE)]
        for index, piece in enumerate(pieces):
            publish('report-%03d' % index, piece)
        publish('state', 'done %d %s' % (len(pieces), hashlib.sha256(text.encode()).hexdigest()))


def main():
    with open(FOLDER + '/task.json') as file:
        task = json.load(file)
    if len(sys.argv) > 1:
        [node] = [node for node in task['nodes'] if node['name'] == sys.argv[1]]
        if 'recover' in task:
            from disk import RecoveredNode

            RecoveredNode(task, node).run()
        else:
            Node(task, node).run(*sys.argv[2:])
        return
    report = Report(task)
    report.add_seconds('install', float(os.environ.get('INSTALL_SECONDS', '0')))
    for node in task['nodes']:
        report.verify(node)
    report.send()
    say('done')


if __name__ == '__main__':
    try:
        main()
    except Exception:
        traceback.print_exc()
        sys.exit(1)
`;
