import { ARCHIVE_FOLDER } from '../../cassandra-contract/commit-log-archive';
import { COMMAND_DIRECTORY } from '../../cassandra-contract/node-commands';
import { CLIENT_FIREWALL, DATA_DIRECTORY, JOINED_FILE, LAST_REPAIR_FILE, NODE_KEY_FILE } from '../../cassandra-contract/node-paths';
import { CQL_PORT } from '../../cassandra-contract/ports';
import { quotePython } from '../../core/quote';
import type { CassandraConfiguration } from '../cassandra-configuration';
import type { NodeFile } from './node-file';

/** Prefix of the types of the metrics that a node writes. */
export const NODE_METRICS = 'custom.googleapis.com/cassandra';

const SERVICE = `[Unit]
Description=What only the node knows of itself, for Cloud Monitoring

[Service]
Type=oneshot
ExecStart=${COMMAND_DIRECTORY}/cassandra-metrics
TimeoutStartSec=60
`;

const TIMER = `[Unit]
Description=What only the node knows of itself, for Cloud Monitoring

[Timer]
OnCalendar=*:0/5
RandomizedDelaySec=30

[Install]
WantedBy=timers.target
`;

/** Files for the node's own metrics, which neither Compute Engine nor the Ops Agent collects. */
export function metricFiles(configuration: CassandraConfiguration): readonly NodeFile[] {
  return [
    { path: `${COMMAND_DIRECTORY}/cassandra-metrics`, mode: '0755', content: script(configuration) },
    { path: '/etc/systemd/system/cassandra-metrics.service', content: SERVICE },
    { path: '/etc/systemd/system/cassandra-metrics.timer', content: TIMER },
  ];
}

function script({ projectId, clusterName, nodeName, address, repair, archive }: CassandraConfiguration): string {
  return `#!/usr/bin/python3
"""Writes to Cloud Monitoring whether Cassandra takes clients and clients are let in, how full its disk is, how far the clock is off, how old the last repair is,
how long its certificate is valid, and until when its commit logs are archived.

cassandra-metrics [--print]

  --print  shows what it would write
"""
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from datetime import datetime, timezone
from urllib.request import Request, urlopen

PROJECT = ${quotePython(projectId)}
LABELS = {'cluster': ${quotePython(clusterName)}, 'node': ${quotePython(nodeName)}}
ADDRESS = ${quotePython(address)}
REPAIRS = ${repair === 'timer' ? 'True' : 'False'}
ARCHIVES, ARCHIVE_STATE = ${archive === undefined ? 'False' : 'True'}, '${ARCHIVE_FOLDER}/state.json'
DATA, LAST_REPAIR, JOINED = '${DATA_DIRECTORY}', '${LAST_REPAIR_FILE}', '${JOINED_FILE}'
CERTIFICATE, CLIENT_FIREWALL = '${NODE_KEY_FILE}', '${CLIENT_FIREWALL}'
TYPE = '${NODE_METRICS}/'
${SCRIPT}`;
}

const SCRIPT = `METADATA = 'http://metadata.google.internal/computeMetadata/v1/'
MONITORING = 'https://monitoring.googleapis.com/v3/projects/' + PROJECT + '/timeSeries'
# Seconds that the metric of the clock's offset has while the clock is not synchronised.
UNKNOWN_TIME = 86400.0


def takes_clients():
    try:
        socket.create_connection((ADDRESS, ${CQL_PORT}), timeout=5).close()
        return 1
    except OSError:
        return 0


def lets_clients_in():
    """0 until the ring is secured: the table of nftables closes the port to clients. It is there from before Cassandra starts. None if
    nft does not answer; a node without nft has no such table."""
    try:
        command = ['nft', 'list', 'table', 'inet', CLIENT_FIREWALL]
        table = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=10)
        return {0: 0, 1: 1}.get(table.returncode)
    except FileNotFoundError:
        return 1
    except (OSError, subprocess.TimeoutExpired):
        return None


def disk_used():
    """In percent, as df counts: what only root may fill is not counted."""
    disk = os.statvfs(DATA)
    used = disk.f_blocks - disk.f_bfree
    return 100 * used / ((used + disk.f_bavail) or 1)


def clock_offset():
    try:
        fields = subprocess.run(['chronyc', '-c', 'tracking'], stdout=subprocess.PIPE, text=True, timeout=10).stdout.strip().split(',')
        return abs(float(fields[4])) if fields[-1] == 'Normal' else UNKNOWN_TIME
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return UNKNOWN_TIME


def repair_age():
    """Since the node joined, as long as nothing was repaired; None before that."""
    try:
        with open(LAST_REPAIR) as file:
            return int(time.time()) - int(file.read())
    except (OSError, ValueError):
        return int(time.time() - os.path.getmtime(JOINED)) if os.path.exists(JOINED) else None


def certificate_left():
    """In seconds, less than 0 once it has ended; None without a certificate. It never outlives the authority that signed it."""
    try:
        command = ['openssl', 'x509', '-in', CERTIFICATE, '-noout', '-enddate']
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=10).stdout
        return int(ssl.cert_time_to_seconds(answer.strip().split('=', 1)[1]) - time.time())
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return None


def archive_lag():
    """Since the time until which all writes are in the archive; since the node joined, as long as nothing was archived; None before that."""
    try:
        with open(ARCHIVE_STATE) as file:
            return int(time.time() - json.load(file)['until'] / 1000)
    except (OSError, ValueError, KeyError, TypeError):
        return int(time.time() - os.path.getmtime(JOINED)) if os.path.exists(JOINED) else None


def values():
    yield 'up', 'int64Value', str(takes_clients())
    let_in = lets_clients_in()
    if let_in is not None:
        yield 'clients_let_in', 'int64Value', str(let_in)
    if os.path.ismount(DATA):
        yield 'disk_used_percent', 'doubleValue', disk_used()
    yield 'clock_offset_seconds', 'doubleValue', clock_offset()
    age = repair_age() if REPAIRS else None
    if age is not None:
        yield 'repair_age_seconds', 'int64Value', str(age)
    lag = archive_lag() if ARCHIVES else None
    if lag is not None:
        yield 'archive_lag_seconds', 'int64Value', str(lag)
    left = certificate_left()
    if left is not None:
        yield 'certificate_seconds_left', 'int64Value', str(left)


def read(path):
    with urlopen(Request(METADATA + path, headers={'Metadata-Flavor': 'Google'}), timeout=10) as answer:
        return answer.read().decode()


def series():
    zone = read('instance/zone').split('/')[-1]
    resource = {'type': 'gce_instance', 'labels': {'project_id': PROJECT, 'instance_id': read('instance/id'), 'zone': zone}}
    now = datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    return [
        {
            'metric': {'type': TYPE + name, 'labels': LABELS},
            'resource': resource,
            'metricKind': 'GAUGE',
            'valueType': kind.replace('Value', '').upper(),
            'points': [{'interval': {'endTime': now}, 'value': {kind: value}}],
        }
        for name, kind, value in values()
    ]


def main():
    body = json.dumps({'timeSeries': series()})
    if sys.argv[1:] == ['--print']:
        print(body)
        return
    token = json.loads(read('instance/service-accounts/default/token'))['access_token']
    headers = {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json'}
    urlopen(Request(MONITORING, data=body.encode(), headers=headers), timeout=20).close()


try:
    main()
except OSError as error:
    sys.exit('cassandra-metrics: %s' % error)
`;
