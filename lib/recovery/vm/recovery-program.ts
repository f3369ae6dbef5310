import { CASSANDRA_YAML, CONFIGURATION_DIRECTORY, DATA_DIRECTORY, HINTS_DIRECTORY, SYSTEM_LOG } from '../../cassandra-contract/node-paths';
import type { Level } from '../verification';

/** Folder of the programs and logs on a recovery VM. */
export const RECOVERY_FOLDER = '/run/recovery';

/** Steps of a task, each deeper than the one before. */
export type RecoveryStep = 'identity' | 'files' | 'boot' | 'rows';

/** Checks of each step: level and code. One that is not reported was not run. */
export const EXPECTED_CHECKS: Readonly<Record<RecoveryStep, readonly (readonly [level: Level, code: string])[]>> = {
  identity: [
    [1, 'file-system'],
    [1, 'ownership-marker'],
    [1, 'joined-identity'],
    [1, 'cassandra-version'],
  ],
  files: [
    [2, 'system-tables'],
    [2, 'sstable-complete'],
    [2, 'sstable-digest'],
    [2, 'commit-log-files'],
  ],
  boot: [
    [3, 'boot'],
    [3, 'saved-tokens'],
    [3, 'commit-log-replay'],
    [1, 'host-identity'],
    [2, 'table-directories'],
    [3, 'clean-shutdown'],
  ],
  rows: [[4, 'rows']],
};

/**
 * Python program of a recovery VM: verifies the clones of its task one after another, and reports by guest attributes.
 *
 * Each clone is mounted, read and booted by a child process in network, mount and process namespaces of its own: its network has loopback
 * only, and nothing of it remains when it ends.
 */
export const RECOVERY_PROGRAM = String.raw`
import base64
import hashlib
import json
import os
import pwd
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
import urllib.request
import zlib

from row_reader import LEVEL_ONE, load_client, read_table

FOLDER = '${RECOVERY_FOLDER}'
DATA = '${DATA_DIRECTORY}'
MARKER = DATA + '/.cassandra_fs_ownership'
LOG = '${SYSTEM_LOG}'
ATTRIBUTES = 'http://metadata.google.internal/computeMetadata/v1/instance/guest-attributes/recovery/'
PIECE = 2000
SYSTEM_KEYSPACES = ('system', 'system_schema', 'system_auth', 'system_distributed', 'system_traces', 'system_views', 'system_virtual_schema')

# Seconds of each phase of a node.
LIMITS = {'identity': 300, 'files': 14400, 'boot': 3600, 'rows': 43200, 'flush': 3600, 'shutdown': 900}

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
        self.sstables = {}
        self.directories = {}

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

    def run(self):
        steps = self.task['steps']
        try:
            self.phase('identity', self.identity)
            if 'files' in steps:
                self.phase('files', self.files)
            if 'boot' in steps or 'rows' in steps:
                self.phase('boot', self.boot)
                if 'rows' in steps:
                    self.phase('rows', self.rows)
                if self.task.get('flush'):
                    self.phase('flush', self.flush)
                self.phase('shutdown', self.shutdown)
        except Damaged:
            pass
        finally:
            if self.cassandra is not None and self.cassandra.poll() is None:
                self.cassandra.kill()
                self.cassandra.wait()
            subprocess.run(['umount', DATA], stderr=subprocess.DEVNULL)

    def phase(self, name, work):
        self.tell(phase=name)
        began = time.monotonic()
        try:
            work()
        finally:
            self.tell(phase=name, seconds=round(time.monotonic() - began, 1))

    # level 1

    def identity(self):
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
        root = DATA + '/data'
        count = bytes_read = 0
        for keyspace in list_folders(root):
            for folder in list_folders(root + '/' + keyspace):
                table, _, number = folder.rpartition('-')
                if not re.fullmatch('[0-9a-f]{32}', number):
                    continue
                name = keyspace + '.' + table
                self.directories[keyspace, table, number] = True
                path = '%s/%s/%s' % (root, keyspace, folder)
                for place in [path] + [path + '/' + index for index in list_folders(path) if index.startswith('.')]:
                    sstables = list_sstables(place)
                    for sstable, components in sorted(sstables.items()):
                        count += 1
                        bytes_read += self.check_sstable(name, place, sstable, components)
                    if place == path:
                        self.sstables[name] = self.sstables.get(name, []) + [place + '/' + sstable for sstable in sorted(sstables)]
        empty = [keyspace for keyspace in ('system', 'system_schema') if not any(self.sstables[t] for t in self.sstables if t.startswith(keyspace + '.'))]
        self.check(2, 'system-tables', empty and 'no SSTables of %s' % ' and '.join(empty))
        for code in ('sstable-complete', 'sstable-digest'):
            if code not in self.failed:
                self.check(2, code, None, '%d SSTables, %d bytes' % (count, bytes_read))
        self.check(2, 'commit-log-files', *self.commit_log_files())

    def check_sstable(self, table, folder, sstable, components):
        """Returns the number of bytes that were read."""
        path = folder + '/' + sstable + '-'
        toc = read_text(path + 'TOC.txt')
        # An SSTable that was streamed from another node has none.
        listed = set((toc or '').split()) | {'Data.db', 'Statistics.db', 'Digest.crc32', 'Partitions.db' if sstable.endswith('bti') else 'Index.db'}
        missing = sorted(listed - components)
        if missing:
            self.check(2, 'sstable-complete', '%s has no %s' % (sstable, ', '.join(missing)), None, table)
        needed = {'Data.db', 'Index.db', 'Partitions.db', 'Statistics.db', 'Summary.db', 'CompressionInfo.db', 'Digest.crc32', 'TOC.txt'}
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
        sizes = {name: os.path.getsize(folder + '/' + name) for name in list_names(folder) if re.fullmatch(r'CommitLog-\d+-\d+\.log', name)}
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
        if os.path.exists(LOG):
            os.unlink(LOG)
        begin_limits()
        options = '-Dcassandra.load_ring_state=false -Dcassandra.skip_wait_for_gossip_to_settle=0'
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
                break
            if self.cassandra.poll() is not None:
                out = read_text(FOLDER + '/%s.out' % self.name) or ''
                self.check_log(log)
                self.require(3, 'boot', 'Cassandra ended with %s: %s' % (self.cassandra.returncode, last_error(log + '\n' + out)))
            time.sleep(0.5)
        self.check(3, 'boot')
        self.check_log(log)
        self.connection = self.connect()
        self.check_host()
        self.check_directories()

    def owner_differs(self, user):
        return any(entry.stat(follow_symlinks=False).st_uid != user.pw_uid for entry in os.scandir(DATA) if entry.name != 'lost+found')

    def configure(self):
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
        write_text('${CASSANDRA_YAML}', json.dumps(settings, indent=2) + '\n')
        joined = open(DATA + '/joined').read()
        places = re.findall('^(datacenter|rack)=(.*)$', joined, re.M)
        write_text('${CONFIGURATION_DIRECTORY}/cassandra-rackdc.properties', ''.join('%s=%s\n' % (key.replace('datacenter', 'dc'), value) for key, value in places))
        memory = int(re.search(r'^MemTotal: *(\d+)', open('/proc/meminfo').read(), re.M).group(1)) // 1024
        heap = min(max(memory // 4, 256), 4096)
        write_text('${CONFIGURATION_DIRECTORY}/jvm-server.options', read_text(FOLDER + '/jvm-server.options') + '-Xms%dM\n-Xmx%dM\n' % (heap, heap))
        write_text('${CONFIGURATION_DIRECTORY}/logback.xml', read_text(FOLDER + '/logback.xml'))
        if os.path.exists('${CONFIGURATION_DIRECTORY}/cassandra-topology.properties'):
            os.unlink('${CONFIGURATION_DIRECTORY}/cassandra-topology.properties')

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

    def check_directories(self):
        """Tables of the schema whose folder was not on the disk: Cassandra makes it, empty, at its start."""
        if 'files' not in self.task['steps']:
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
        for keyspace, replication in self.connection.rows('SELECT keyspace_name, replication FROM system_schema.keyspaces', LEVEL_ONE):
            copies = re.search(r"[{ ]%s: (\d+)[,}]" % re.escape(self.task['datacenter']), replication)
            if keyspace not in SYSTEM_KEYSPACES:
                self.tell(keyspace=keyspace, replicas=int(copies.group(1)) if copies else 0)
        total = 0
        for keyspace, table in own:
            name = keyspace + '.' + table
            try:
                count, digest = read_table(self.connection, keyspace, table, LEVEL_ONE)
            except Exception as error:
                # Cassandra may have ended, or the answer did not come in time: the connection is of no more use.
                self.check(4, 'rows', 'cannot be read: %s' % error, None, name)
                if self.cassandra.poll() is not None:
                    raise Damaged()
                self.connection = self.connect()
                continue
            total += count
            self.tell(table={'node': self.name, 'keyspace': keyspace, 'table': table, 'rows': count, 'hash': digest})
            if count == 0 and self.has_live_partitions(name):
                self.check(4, 'rows', 'has SSTables with partitions that are not deleted, and no rows', None, name)
        if 'rows' not in self.failed:
            self.check(4, 'rows', None, '%d rows in %d tables' % (total, len(own)))

    def has_live_partitions(self, table):
        for path in self.sstables.get(table, []):
            if os.path.exists(path + '-Data.db'):
                about = output('sstablemetadata', path + '-Data.db')
                rows = re.search(r'^totalRows: (\d+)', about, re.M)
                # All of its cells are deleted or expire otherwise.
                if rows and int(rows.group(1)) > 0 and not re.search(r'^ +\d{9,} +\d+', about, re.M):
                    return True
        return False

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

    def shutdown(self):
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
        unmounted = subprocess.run(['umount', DATA], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        problem = problem or (unmounted.returncode and 'the disk cannot be unmounted: ' + last_line(unmounted.stdout))
        self.check(3, 'clean-shutdown', problem)


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


def read_text(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        return 'unreadable: %s' % error.strerror


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


def list_names(folder):
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def list_folders(folder):
    return [name for name in list_names(folder) if os.path.isdir(folder + '/' + name)]


def list_sstables(folder):
    """SSTables of a folder with their components, without those of transactions that Cassandra completes or undoes at its start."""
    found, begun = {}, ''
    for name in list_names(folder):
        match = re.fullmatch(r'([a-z]{2}-[^-]+-(?:big|bti))-(.+)', name)
        if match and not name.endswith('.tmp'):
            found.setdefault(match.group(1), set()).add(match.group(2))
        elif '_txn_' in name and name.endswith('.log'):
            begun += read_text(folder + '/' + name) or ''
    return {sstable: components for sstable, components in found.items() if '/' + sstable + '-' not in begun}


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
        self.checks, self.tables, self.seconds, self.replicas = [], [], {}, {}

    def add_seconds(self, phase, seconds):
        self.seconds[phase] = round(self.seconds.get(phase, 0) + seconds, 1)

    def verify(self, node):
        """Verifies the clone of a node in a child process."""
        limits = {**LIMITS, **self.task.get('limits', {})}
        words = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private']
        words += ['sh', '-c', 'ip link set lo up && exec python3 "$@"', 'sh', FOLDER + '/recovery.py', node['name']]
        child = subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
        phase, end, rest = 'identity', time.monotonic() + limits['identity'], b''
        problem = None
        while True:
            ready, _, _ = select.select([child.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                problem = 'the phase %s took more than %d s' % (phase, limits[phase])
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
                elif 'keyspace' in message:
                    self.replicas[message['keyspace']] = message['replicas']
                elif 'seconds' in message:
                    self.add_seconds(message['phase'], message['seconds'])
                else:
                    phase = message['phase']
                    end = time.monotonic() + limits[phase]
                    publish('state', 'running: %s of %s' % (phase, node['name']))
                    say('%s of %s begins' % (phase, node['name']))
        if problem:
            os.killpg(child.pid, signal.SIGKILL)
        status = child.wait()
        level = {'identity': 1, 'files': 2, 'boot': 3, 'rows': 4}.get(phase, 3)
        if problem:
            self.checks.append({'level': level, 'code': 'time-limit', 'outcome': 'failed', 'node': node['name'], 'detail': problem})
        elif status != 0:
            detail = 'the phase %s ended with status %d' % (phase, status)
            self.checks.append({'level': level, 'code': 'program', 'outcome': 'failed', 'node': node['name'], 'detail': detail})
        self.add_missing(node['name'])

    def add_missing(self, node):
        reported = {check['code'] for check in self.checks if check['node'] == node}
        for step in self.task['steps']:
            for level, code in CHECKS[step]:
                if code not in reported:
                    self.checks.append({'level': level, 'code': code, 'outcome': 'not-run', 'node': node})

    def send(self):
        text = json.dumps({'run': self.task['run'], 'checks': self.checks, 'tables': self.tables, 'seconds': self.seconds, 'replicas': self.replicas})
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
        Node(task, node).run()
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
