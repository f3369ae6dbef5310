import { COMMAND_DIRECTORY } from '../../cassandra-contract/node-commands';
import { AUTHORITY_FILE, NODE_KEY_FILE } from '../../cassandra-contract/node-paths';
import { STORAGE_PORT } from '../../cassandra-contract/ports';
import { CQL_CLIENT } from './cql-client';

/** Command with which seeds with empty disks determine if the ring has begun. */
export const RENDEZVOUS = `${COMMAND_DIRECTORY}/cassandra-rendezvous`;

/**
 * Script of the command. A seed with an empty disk joins a ring at once and looks healthy, whatever data the ring holds. Therefore it starts
 * only after every other seed has confirmed an empty disk, at the port and with the keys of Cassandra, which no other process may use.
 */
export const RENDEZVOUS_SCRIPT = `#!/usr/bin/python3
"""Finds out whether this node, whose disk is empty, may begin the ring with the other seeds or has to join it.

cassandra-rendezvous ADDRESS SECONDS SEED,SEED...

Prints begin when all other seeds have empty disks or hold no rows, join when one holds rows; a node that is no seed only ever joins. Exit
code 1, naming the seeds that are silent, when that could not be found out.
"""
import socket
import ssl
import subprocess
import sys
import threading
import time

AUTHORITY, KEY, CQL = '${AUTHORITY_FILE}', '${NODE_KEY_FILE}', '${CQL_CLIENT}'
PORT = ${STORAGE_PORT}
EMPTY = b'empty\\n'
heard = set()


def receive(connection):
    connection.settimeout(3)
    data = b''
    while len(data) < len(EMPTY):
        part = connection.recv(len(EMPTY) - len(data))
        if not part:
            break
        data += part
    return data


def answer(server):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(KEY)
    context.load_verify_locations(AUTHORITY)
    context.verify_mode = ssl.CERT_REQUIRED
    while True:
        plain, (address, _) = server.accept()
        try:
            plain.settimeout(3)
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.sendall(EMPTY)
                if receive(connection) == EMPTY:
                    heard.add(address)
        except OSError:
            plain.close()


def reports_empty(seed, address):
    """True when both sides reported an empty disk. False when the port answers otherwise, None when it does not answer."""
    context = ssl.create_default_context(cafile=AUTHORITY)
    context.load_cert_chain(KEY)
    try:
        plain = socket.create_connection((seed, PORT), timeout=3, source_address=(address, 0))
    except OSError:
        return None
    with plain:
        plain.settimeout(3)
        try:
            with context.wrap_socket(plain, server_hostname=seed) as connection:
                connection.sendall(EMPTY)
                return receive(connection) == EMPTY
        except OSError:
            return False


def keyspaces(seed, *role):
    query = 'SELECT keyspace_name FROM system_schema.keyspaces'
    result = subprocess.run([CQL, *role, '--host', seed, query], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return result.stdout.split() if result.returncode == 0 else None


def holds_rows(seed):
    """True, False, or None when the seed does not answer. A ring that has its superuser has begun, rows or none."""
    if keyspaces(seed) is not None:
        return True
    names = keyspaces(seed, '--default-role')
    return None if names is None else any(name.split('_')[0] != 'system' for name in names)


def main():
    address, seconds, seeds = sys.argv[1:]
    silent = [seed for seed in seeds.split(',') if seed != address]
    may_begin = address in seeds.split(',')
    if may_begin:
        try:
            server = socket.create_server((address, PORT))
        except OSError as error:
            print('%s itself: %s' % (address, error))
            return 1
        threading.Thread(target=answer, args=(server,), daemon=True).start()
    end = time.monotonic() + float(seconds)
    while silent:
        for seed in silent:
            empty = True if seed in heard else reports_empty(seed, address)
            if empty:
                if may_begin:
                    heard.add(seed)
                continue
            # A seed whose port does not answer runs no Cassandra either.
            rows = None if empty is None else holds_rows(seed)
            if rows:
                print('join')
                return 0
            if may_begin and rows is False:
                heard.add(seed)
        silent = [seed for seed in silent if seed not in heard]
        if silent and time.monotonic() > end:
            print(', '.join(silent))
            return 1
        if silent:
            time.sleep(1)
    print('begin')
    return 0


sys.exit(main())
`;
