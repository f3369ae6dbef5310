import { COMMAND_DIRECTORY, CQL_COMMAND, CQL_EXIT } from '../../cassandra-contract/node-commands';
import { AUTHORITY_FILE } from '../../cassandra-contract/node-paths';
import { CQL_PORT } from '../../cassandra-contract/ports';
import { superuserSecret } from '../../cassandra-contract/secret-names';
import { quotePython } from '../../core/quote';
import { SECRET_READER } from './secret-reader';

/** Command that runs CQL statements on the node. */
export const CQL_CLIENT = `${COMMAND_DIRECTORY}/${CQL_COMMAND}`;

/** Options of `cqlClient`. */
export interface CqlClientOptions {
  readonly ringName: string;
  readonly superuser: string;
  readonly address: string;
}

/**
 * CQL client for operators and the startup script; cqlsh is not needed. Speaks version 4 of Cassandra's native protocol over TLS, and reads
 * the superuser's password from Secret Manager: it never appears in an argument, environment variable or file.
 */
export function cqlClient({ ringName, superuser, address }: CqlClientOptions): string {
  return `#!/usr/bin/python3
"""Runs CQL statements as the ring's superuser, over TLS.

${CQL_COMMAND} [--host ADDRESS] [--consistency LEVEL] [--default-role | --password-version NUMBER] [STATEMENT...]

Without statements it reads them from standard input, one a line. Rows are printed as lines, columns divided by tabs.
:superuser in a statement stands for the name of the superuser, :superuser_password for the newest version of its password in
Secret Manager, as a CQL string.

  --host ADDRESS       asks another node (default: this one)
  --consistency LEVEL  such as QUORUM or ALL (default: LOCAL_QUORUM)
  --default-role       logs in as Cassandra's own cassandra, which exists until the ring's superuser does
  --password-version   logs in with this version of the password (default: the newest)

Exit codes: ${CQL_EXIT.done} all done; ${CQL_EXIT.statementFailed} a statement failed; ${CQL_EXIT.loginRefused} the login was refused; ${CQL_EXIT.noConnection} no connection.
"""
import argparse
import re
import socket
import ssl
import struct
import subprocess
import sys
import time
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_address

SUPERUSER = ${quotePython(superuser)}
ADDRESS = ${quotePython(address)}
AUTHORITY = '${AUTHORITY_FILE}'
SECRET = ['${SECRET_READER}', ${quotePython(superuserSecret(ringName))}]
${CLIENT}`;
}

const CLIENT = String.raw`
ERROR, STARTUP, READY, AUTHENTICATE, QUERY, RESULT, AUTH_RESPONSE, AUTH_SUCCESS = 0, 1, 2, 3, 7, 8, 15, 16
LEVELS = ['ANY', 'ONE', 'TWO', 'THREE', 'QUORUM', 'ALL', 'LOCAL_QUORUM', 'EACH_QUORUM', 'SERIAL', 'LOCAL_SERIAL', 'LOCAL_ONE']


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Reader:
    """Takes values from the front of a message."""

    def __init__(self, data):
        self.data = data

    def take(self, length):
        taken, self.data = self.data[:length], self.data[length:]
        return taken

    def number(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def string(self):
        return self.take(self.number('>H')).decode()

    def value(self):
        length = self.number('>i')
        return None if length < 0 else self.take(length)

    def type(self):
        kind = self.number('>H')
        if kind == 0x00:
            return kind, self.string()
        if kind in (0x20, 0x22):
            return kind, [self.type()]
        if kind == 0x21:
            return kind, [self.type(), self.type()]
        if kind == 0x30:
            self.string(), self.string()
            return kind, [(self.string(), self.type())[1] for _ in range(self.number('>H'))]
        if kind == 0x31:
            return kind, [self.type() for _ in range(self.number('>H'))]
        return kind, None


NUMBERS = {0x02: '>q', 0x05: '>q', 0x07: '>d', 0x08: '>f', 0x09: '>i', 0x13: '>h', 0x14: '>b'}


def text(kind, value):
    """A value as CQL would print it."""
    kind, parts = kind
    if value is None:
        return 'null'
    if kind in (0x01, 0x0D):
        return value.decode()
    if kind in NUMBERS:
        return str(struct.unpack(NUMBERS[kind], value)[0])
    if kind == 0x04:
        return 'true' if value != b'\0' else 'false'
    if kind in (0x0C, 0x0F):
        return str(uuid.UUID(bytes=value))
    if kind == 0x0B:
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=struct.unpack('>q', value)[0])
        return moment.isoformat(timespec='milliseconds')
    if kind == 0x06:
        return str(Decimal(int.from_bytes(value[4:], 'big', signed=True)).scaleb(-struct.unpack('>i', value[:4])[0]))
    if kind == 0x11:
        return str(date(1970, 1, 1) + timedelta(days=struct.unpack('>I', value)[0] - 2**31))
    if kind == 0x0E:
        return str(int.from_bytes(value, 'big', signed=True))
    if kind == 0x10:
        return str(ip_address(value))
    reader = Reader(value)
    if kind in (0x20, 0x22):
        items = [text(parts[0], reader.value()) for _ in range(reader.number('>i'))]
        return ('[%s]' if kind == 0x20 else '{%s}') % ', '.join(items)
    if kind == 0x21:
        pairs = [': '.join([text(parts[0], reader.value()), text(parts[1], reader.value())]) for _ in range(reader.number('>i'))]
        return '{%s}' % ', '.join(pairs)
    if kind in (0x30, 0x31):
        return '(%s)' % ', '.join(text(part, reader.value() if reader.data else None) for part in parts)
    return '0x' + value.hex()


class Connection:
    def __init__(self, host, user, password):
        context = ssl.create_default_context(cafile=AUTHORITY)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        plain = socket.create_connection((host, ${CQL_PORT}), timeout=10)
        # Only this node answers on loopback, and its certificate is for its address.
        self.socket = context.wrap_socket(plain, server_hostname=ADDRESS if host == '127.0.0.1' else host)
        self.socket.settimeout(120)
        version = struct.pack('>H', 1) + b''.join(struct.pack('>H', len(part)) + part for part in (b'CQL_VERSION', b'3.0.0'))
        opcode, _ = self.ask(STARTUP, version)
        if opcode == AUTHENTICATE:
            login = b'\0' + user.encode() + b'\0' + password.encode()
            self.ask(AUTH_RESPONSE, struct.pack('>i', len(login)) + login)

    def ask(self, opcode, body):
        self.socket.sendall(struct.pack('>BBhBi', 4, 0, 0, opcode, len(body)) + body)
        _, flags, _, opcode, length = struct.unpack('>BBhBi', self.receive(9))
        answer = Reader(self.receive(length))
        if flags & 0x02:
            answer.take(16)
        if flags & 0x08:
            for _ in range(answer.number('>H')):
                print('${CQL_COMMAND}: ' + answer.string(), file=sys.stderr)
        if opcode == ERROR:
            raise Refused(answer.number('>i'), answer.string())
        return opcode, answer

    def receive(self, length):
        data = b''
        while len(data) < length:
            part = self.socket.recv(length - len(data))
            if not part:
                raise OSError('the node closed the connection')
            data += part
        return data

    def rows(self, statement, level):
        """Yields the rows of a statement, as lists of texts."""
        query = statement.encode()
        page = None
        while True:
            body = struct.pack('>i', len(query)) + query + struct.pack('>HBi', level, 0x04 | (0x08 if page else 0), 1000)
            if page:
                body += struct.pack('>i', len(page)) + page
            _, answer = self.ask(QUERY, body)
            result = answer.number('>i')
            if result == 5:
                self.await_schema()
            if result != 2:
                return
            flags, count = answer.number('>i'), answer.number('>i')
            page = answer.value() if flags & 0x02 else None
            if flags & 0x01:
                answer.string(), answer.string()
            types = []
            for _ in range(count):
                if not flags & 0x01:
                    answer.string(), answer.string()
                answer.string()
                types.append(answer.type())
            for _ in range(answer.number('>i')):
                yield [text(kind, answer.value()) for kind in types]
            if page is None:
                return

    def await_schema(self):
        """A change of tables is there when all nodes that are up know it."""
        local = LEVELS.index('ONE')
        for _ in range(60):
            versions = [row[0] for table in ('local', 'peers') for row in self.rows('SELECT schema_version FROM system.' + table, local)]
            if len(set(versions)) == 1:
                return
            time.sleep(0.5)
        print('${CQL_COMMAND}: the nodes do not agree on the schema yet', file=sys.stderr)


def password(version='latest'):
    text = subprocess.run([*SECRET, version], stdout=subprocess.PIPE, check=True, text=True).stdout.rstrip('\n')
    if not text:
        # An empty secret must never become the password.
        print('version %s of secret %s is empty' % (version, SECRET[1]), file=sys.stderr)
        raise subprocess.CalledProcessError(1, SECRET)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--host', default=ADDRESS)
    parser.add_argument('--consistency', default='LOCAL_QUORUM', choices=LEVELS)
    parser.add_argument('--default-role', action='store_true')
    parser.add_argument('--password-version', default='latest')
    parser.add_argument('statement', nargs='*')
    arguments = parser.parse_args()
    level = LEVELS.index(arguments.consistency)
    try:
        if arguments.default_role:
            connection = Connection(arguments.host, 'cassandra', 'cassandra')
        else:
            connection = Connection(arguments.host, SUPERUSER, password(arguments.password_version))
    except Refused as error:
        print(error, file=sys.stderr)
        return ${CQL_EXIT.loginRefused}
    except subprocess.CalledProcessError:
        return ${CQL_EXIT.noConnection}
    except OSError as error:
        print('no connection to %s: %s' % (arguments.host, error), file=sys.stderr)
        return ${CQL_EXIT.noConnection}
    for statement in arguments.statement or sys.stdin:
        statement = statement.strip().rstrip(';')
        if not statement:
            continue
        try:
            statement = re.sub(r':superuser\b', SUPERUSER, statement)
            if ':superuser_password' in statement:
                statement = statement.replace(':superuser_password', "'%s'" % password().replace("'", "''"))
            for row in connection.rows(statement, level):
                print('\t'.join(column.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n') for column in row), flush=True)
        except (Refused, OSError) as error:
            print(error, file=sys.stderr)
            return ${CQL_EXIT.statementFailed}
        except subprocess.CalledProcessError:
            return ${CQL_EXIT.statementFailed}
    return ${CQL_EXIT.done}


sys.exit(main())
`;
