import {
  ARCHIVE_COMMAND,
  ARCHIVE_CONFIGURATION,
  ARCHIVE_FOLDER,
  ARCHIVE_FOLDERS,
  ARCHIVE_PROPERTIES,
  ARCHIVE_SECONDS,
  ARCHIVE_UNIT,
  MANIFEST_FOLDER,
  nodePrefix,
} from '../../cassandra-contract/commit-log-archive';
import { DATA_DISK_KEY } from '../../cassandra-contract/metadata-keys';
import { COMMAND_DIRECTORY } from '../../cassandra-contract/node-commands';
import { DATA_DIRECTORY, PENDING_RECORD } from '../../cassandra-contract/node-paths';
import { CASSANDRA_SERVICE } from '../../cassandra-contract/units';
import type { CassandraConfiguration } from '../cassandra-configuration';
import type { NodeFile } from './node-file';

const PROGRAM = `${COMMAND_DIRECTORY}/${ARCHIVE_COMMAND}`;

/** Hands over what an earlier run of Cassandra left, before a start and after an end. A failure does not keep Cassandra from starting. */
const DROP_IN = `[Service]
ExecStartPre=+-${PROGRAM} begin
ExecStopPost=+-${PROGRAM} end
`;

const SERVICE = `[Unit]
Description=Upload of Cassandra's commit logs to their archive

[Service]
Type=oneshot
ExecStart=${PROGRAM} upload
TimeoutStartSec=infinity
# No two lines in the journal every minute.
LogLevelMax=notice
`;

const TIMER = `[Unit]
Description=Upload of Cassandra's commit logs to their archive

[Timer]
OnBootSec=${ARCHIVE_SECONDS.upload}
OnUnitInactiveSec=${ARCHIVE_SECONDS.upload}
AccuracySec=5

[Install]
WantedBy=timers.target
`;

/** Drop-in of Cassandra's unit that hands over commit logs. */
export const ARCHIVE_DROP_IN = `/etc/systemd/system/${CASSANDRA_SERVICE}.d/archive.conf`;

/** Files that Cassandra's start needs: the program, its configuration, and the properties that name it. */
export function archiveStartFiles({ archive, ringName, nodeName }: CassandraConfiguration): readonly NodeFile[] {
  if (archive === undefined) return [];
  return [
    { path: PROGRAM, mode: '0755', content: SCRIPT },
    { path: ARCHIVE_CONFIGURATION, content: `${JSON.stringify({ bucket: archive, prefix: nodePrefix(ringName, nodeName) })}\n` },
    { path: ARCHIVE_PROPERTIES, content: `archive_command=${PROGRAM} keep %path %name\n`, readAtStart: true },
    { path: ARCHIVE_DROP_IN, content: DROP_IN },
  ];
}

/** Service and timer of the upload. */
export function archiveUploadFiles({ archive }: CassandraConfiguration): readonly NodeFile[] {
  if (archive === undefined) return [];
  return [
    { path: `/etc/systemd/system/${ARCHIVE_UNIT}.service`, content: SERVICE },
    { path: `/etc/systemd/system/${ARCHIVE_UNIT}.timer`, content: TIMER },
  ];
}

const SCRIPT = String.raw`#!/usr/bin/python3
"""Archive of Cassandra's commit logs, and of the manifests of snapshots.

${ARCHIVE_COMMAND} keep PATH NAME | manifest | begin | end | upload [--open]

  keep      keeps a closed segment, which Cassandra deletes later: its archive_command
  manifest  keeps the manifest of a snapshot, from standard input
  begin     before a start of Cassandra: keeps what an earlier run left, and records the start
  end       after Cassandra has ended: keeps what it left
  upload    uploads what was kept, and every few minutes, or with --open, a copy of the segments that Cassandra writes

A file is removed from this disk only once its content was compared with that of its object.
"""
import base64
import fcntl
import gzip
import hashlib
import http.client
import json
import os
import re
import sys
import time
import urllib.parse
import urllib.request

CONFIGURATION, PENDING, PROPERTIES = '${ARCHIVE_CONFIGURATION}', '${PENDING_RECORD}', '${ARCHIVE_PROPERTIES}'
DATA, FOLDER = '${DATA_DIRECTORY}', '${ARCHIVE_FOLDER}'
LOGS = DATA + '/commitlog'
SPOOL, KEPT, STATE = FOLDER + '/spool', FOLDER + '/kept', FOLDER + '/state.json'
METADATA = 'http://metadata.google.internal/computeMetadata/v1/instance/'
HOST = 'storage.googleapis.com'
SEGMENT = re.compile(r'CommitLog-(\d+)-(\d+)\.log')
START = re.compile(r'start-(\d+-(?:none|\d+-\d+))')
MANIFEST = re.compile(r'manifest-(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ-[0-9a-f]{64}\.json)')
OPEN_SECONDS, LAG_SECONDS = ${ARCHIVE_SECONDS.openCopy}, ${ARCHIVE_SECONDS.copyLag}
# A segment without writes has its header only.
EMPTY_BYTES = 64
# Lines of KEPT from which on those of segments that are gone are removed.
KEPT_LINES = 2000
PART = 2**20


class Failed(Exception):
    pass


def now_ms():
    return int(time.time() * 1000)


def number_of(name):
    return int(SEGMENT.fullmatch(name).group(2))


def list_segments(folder=LOGS):
    """Names of the segments in a folder, oldest first. Cassandra makes its folder at its first start."""
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return sorted((name for name in names if SEGMENT.fullmatch(name)), key=number_of)


def sync_folder(path):
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def lock(name, wait=True):
    file = open(FOLDER + '/' + name, 'a')
    own(file.name)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        file.close()
        return None
    return file


def own(path):
    """Cassandra keeps segments as its own user."""
    if os.geteuid() == 0:
        owner = os.stat(DATA)
        os.chown(path, owner.st_uid, owner.st_gid)


def make_folders():
    for path in (FOLDER, SPOOL):
        if not os.path.isdir(path):
            os.mkdir(path, 0o750)
            sync_folder(os.path.dirname(path))
        own(path)


def read_kept():
    """Time of the last write to each segment that was kept, in milliseconds since 1970."""
    try:
        with open(KEPT) as file:
            # A machine that was cut off may have left a part of a line.
            return {name: int(at) for name, at in re.findall(r'^(CommitLog-\d+-\d+\.log) (\d{13})$', file.read(), re.M)}
    except FileNotFoundError:
        return {}


def keep(path, name):
    """A hard link: Cassandra may delete its own name of the file."""
    if not SEGMENT.fullmatch(name):
        raise Failed('%s is not a commit log' % name)
    make_folders()
    with lock('kept.lock'):
        if name in read_kept():
            return
        target = SPOOL + '/' + name
        try:
            os.link(path, target)
        except FileExistsError:
            if not os.path.samefile(path, target):
                raise Failed('%s exists, and is not %s' % (target, path))
        sync_folder(SPOOL)
        # The last write to the file: it may wait for its turn to be kept, and later writes are in the next one.
        closed = min(now_ms(), int(os.path.getmtime(target) * 1000))
        with open(KEPT, 'a') as file:
            file.write('\n%s %d\n' % (name, closed))
            file.flush()
            os.fsync(file.fileno())
        own(KEPT)


def keep_manifest():
    """Its name has time and digest: the same manifest is the same object."""
    content = sys.stdin.buffer.read()
    name = 'manifest-%s-%s.json' % (json.loads(content)['takenAt'], hashlib.sha256(content).hexdigest())
    if not MANIFEST.fullmatch(name):
        raise Failed('%s is not the name of a manifest' % name)
    make_folders()
    path = SPOOL + '/' + name
    with open(path + '.new', 'wb') as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    own(file.name)
    os.rename(file.name, path)
    sync_folder(SPOOL)


def end():
    make_folders()
    for name in list_segments():
        keep(LOGS + '/' + name, name)


def begin():
    """A later reader of the archive knows by the record that no segment is missing between the last one before the start and the first one after it."""
    end()
    names = list_segments()
    last = '%s-%s' % SEGMENT.fullmatch(names[-1]).groups() if names else 'none'
    path = '%s/start-%d-%s' % (SPOOL, now_ms(), last)
    with open(path, 'w'):
        pass
    own(path)
    sync_folder(SPOOL)


def forget_old():
    """Segments that are neither in the spool nor in Cassandra's folder are not kept again."""
    with lock('kept.lock'):
        kept = read_kept()
        if len(kept) < KEPT_LINES:
            return
        present = {*list_segments(SPOOL), *list_segments()}
        with open(KEPT + '.new', 'w') as file:
            file.writelines('%s %d\n' % each for each in kept.items() if each[0] in present)
            file.flush()
            os.fsync(file.fileno())
        own(KEPT + '.new')
        os.rename(KEPT + '.new', KEPT)


# --- upload ---


def read_metadata(path):
    with urllib.request.urlopen(urllib.request.Request(METADATA + path, headers={'Metadata-Flavor': 'Google'}), timeout=10) as answer:
        return answer.read().decode()


def file_digest(path):
    digest = hashlib.md5()
    with open(path, 'rb') as file:
        for part in iter(lambda: file.read(PART), b''):
            digest.update(part)
    return base64.b64encode(digest.digest()).decode()


class Bucket:
    def __init__(self, name):
        self.path = '/b/%s/o' % urllib.parse.quote(name, safe='')
        token = json.loads(read_metadata('service-accounts/default/token'))['access_token']
        self.headers = {'Authorization': 'Bearer ' + token}

    def call(self, method, path, headers=(), body=None):
        """Returns the status and the answer."""
        connection = http.client.HTTPSConnection(HOST, timeout=120)
        try:
            connection.request(method, path, body, {**self.headers, **dict(headers)})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        try:
            found = json.loads(text)
        except ValueError:
            found = {}
        return answer.status, found if isinstance(found, dict) else {}

    def put(self, name, size, digest, parts, metadata):
        """Creates an object, and compares what the bucket has with the file. An object that is there already has to have the same content."""
        boundary = 'segment'
        about = json.dumps({'name': name, 'md5Hash': digest, 'metadata': metadata})
        head = '--%s\r\nContent-Type: application/json\r\n\r\n%s\r\n--%s\r\nContent-Type: application/octet-stream\r\n\r\n' % (boundary, about, boundary)
        tail = '\r\n--%s--' % boundary
        headers = {'Content-Type': 'multipart/related; boundary=' + boundary, 'Content-Length': str(len(head) + size + len(tail))}

        def body():
            yield head.encode()
            yield from parts()
            yield tail.encode()

        status, found = self.call('POST', '/upload/storage/v1%s?uploadType=multipart&ifGenerationMatch=0' % self.path, headers, body())
        if status == 412:
            status, found = self.call('GET', '/storage/v1%s/%s' % (self.path, urllib.parse.quote(name, safe='')))
        if status != 200:
            message = found.get('error', {}).get('message') if isinstance(found.get('error'), dict) else None
            raise Failed('%s is not uploaded: HTTP %d%s' % (name, status, message and ', ' + str(message)[:300] or ''))
        if (found.get('md5Hash'), str(found.get('size'))) != (digest, str(size)):
            raise Failed('the object %s has the digest %s and %s bytes, and the file %s and %d' % (name, found.get('md5Hash'), found.get('size'), digest, size))

    def put_file(self, name, path, metadata):
        def parts():
            with open(path, 'rb') as file:
                for part in iter(lambda: file.read(PART), b''):
                    yield part

        self.put(name, os.path.getsize(path), file_digest(path), parts, metadata)

    def put_bytes(self, name, content, metadata):
        digest = base64.b64encode(hashlib.md5(content).digest()).decode()
        self.put(name, len(content), digest, lambda: iter([content]), metadata)


def read_state():
    try:
        with open(STATE) as file:
            state = json.load(file)
            return {'until': int(state['until']), 'copied': int(state['copied'])}
    except (OSError, ValueError, KeyError, TypeError):
        return {'until': 0, 'copied': 0}


def write_state(state):
    with open(STATE + '.new', 'w') as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(STATE + '.new', STATE)


def is_pending():
    """Cassandra runs since before its properties were written: it deletes segments that were not kept."""
    try:
        with open(PENDING) as file:
            return PROPERTIES in file.read().split('\n')
    except FileNotFoundError:
        return False


def spooled(kept):
    """Files to upload, oldest first. A segment that is not in the list of kept ones is being kept."""
    names = os.listdir(SPOOL)
    starts = [(int(name.split('-')[1]), name) for name in names if START.fullmatch(name)]
    manifests = [(int(os.path.getmtime(SPOOL + '/' + name) * 1000), name) for name in names if MANIFEST.fullmatch(name)]
    return sorted(starts + manifests + [(kept[name], name) for name in list_segments(SPOOL) if name in kept])


def upload_spool(bucket, node, disk):
    """The manifests of all disks of a node are together: a disk that was restored may have one of the former disk."""
    kept = read_kept()
    for at, name in spooled(kept):
        path = SPOOL + '/' + name
        start, manifest = START.fullmatch(name), MANIFEST.fullmatch(name)
        if manifest:
            bucket.put_file(node + '${MANIFEST_FOLDER}' + manifest.group(1), path, {})
        elif start:
            bucket.put_bytes(disk + '${ARCHIVE_FOLDERS.starts}' + start.group(1), b'', {})
        else:
            bucket.put_file(disk + '${ARCHIVE_FOLDERS.closed}' + name, path, {'closed': str(at)})
        os.unlink(path)


def copy_open(bucket, prefix, at):
    """Copies the segments that Cassandra writes, oldest first, with one time before all of them: what is written since need not be in the copies.
    A reader sees by the same time of two copies that the older segment may be closed, and its copy incomplete."""
    for name in list_segments():
        if name in read_kept():
            continue
        try:
            with open(LOGS + '/' + name, 'rb') as file:
                content = file.read()
        except FileNotFoundError:
            continue
        if len(content.rstrip(b'\0')) > EMPTY_BYTES:
            bucket.put_bytes('%s${ARCHIVE_FOLDERS.open}%s.%d.gz' % (prefix, name, at), gzip.compress(content, 1), {'copied': str(at)})


def upload(with_open):
    with open(CONFIGURATION) as file:
        configuration = json.load(file)
    if not os.path.ismount(DATA) or not os.path.isdir(LOGS):
        return
    make_folders()
    held = lock('upload.lock', with_open)
    if held is None:
        return
    if is_pending():
        raise Failed('Cassandra has to be restarted: it does not keep its commit logs yet')
    node = configuration['prefix']
    disk = '%s%s/' % (node, read_metadata('attributes/${DATA_DISK_KEY}').strip())
    bucket = Bucket(configuration['bucket'])
    state = read_state()
    begun = now_ms()
    upload_spool(bucket, node, disk)
    if with_open or begun - state['copied'] >= OPEN_SECONDS * 1000:
        copy_open(bucket, disk, begun)
        # A segment that was closed since the copies began.
        upload_spool(bucket, node, disk)
        write_state({'until': begun - LAG_SECONDS * 1000, 'copied': begun})
    forget_old()


def main():
    words = sys.argv[1:]
    commands = {'keep': (2, keep), 'manifest': (0, keep_manifest), 'begin': (0, begin), 'end': (0, end)}
    if not words or words[0] != 'upload' and len(words) - 1 != commands.get(words[0], (-1,))[0] or words[0] == 'upload' and words[1:] not in ([], ['--open']):
        sys.exit(__doc__)
    if not os.path.exists(CONFIGURATION):
        return
    try:
        if words[0] == 'upload':
            upload(words[1:] == ['--open'])
        else:
            commands[words[0]][1](*words[1:])
    except (Failed, OSError, http.client.HTTPException, ValueError, KeyError) as error:
        # At the level of a warning.
        sys.exit('%s${ARCHIVE_COMMAND}: %s' % ('<4>' if 'JOURNAL_STREAM' in os.environ else '', error))


main()
`;
