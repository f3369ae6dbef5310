import { cqlClient } from '../../../lib/cassandra/node-files/cql-client';
import { Authority } from '../authority';
import { bytes, type CqlAnswer, CqlServer, int } from './cql-server';
import { ScriptMachine } from './python-script';

const PASSWORD = "it's 1 secret";
const [TEXT, INT, BOOLEAN, UUID, TIMESTAMP, BLOB] = [[0x0d], [0x09], [0x04], [0x0c], [0x0b], [0x03]] as const;

describe('cassandra-cql', () => {
  let machine: ScriptMachine;
  let authority: Authority;
  let server: CqlServer;
  let address: string;

  beforeEach(() => {
    machine = new ScriptMachine();
    authority = new Authority();
    address = machine.addresses[0]!;
    machine.write('etc/cassandra/tls/ca.pem', authority.certificate);
    machine.write('usr/local/sbin/cassandra-secret', `#!/bin/sh\n[ "$1" = staging-cassandra-superuser ] && echo "${PASSWORD}"\n`);
    machine.write('usr/local/sbin/cassandra-cql', cqlClient({ ringName: 'staging-cassandra', superuser: 'operator', address }));
  });
  afterEach(() => {
    server.close();
    machine.remove();
  });

  async function serve(answer: (statement: string) => CqlAnswer, { pageSize = 1000, pem = authority.key({ address }) } = {}) {
    server = new CqlServer(pem, answer, pageSize);
    server.passwords.operator = PASSWORD;
    await server.listen(address);
  }
  const cql = (words: readonly string[], stdin = '') => machine.run('usr/local/sbin/cassandra-cql', words, { stdin });

  test('logs in as the superuser over TLS and prints rows with tab-separated columns', async () => {
    await serve(() => ({
      columns: [TEXT, INT, BOOLEAN, UUID, TIMESTAMP, BLOB, [0x21, 0x0d, 0x09], [0x22, 0x0d], [0x31, 2, 0x09, 0x0d], [0x06], [0x11]],
      rows: [
        [
          Buffer.from('a\tb\nc'),
          int(-7),
          Buffer.from([1]),
          Buffer.from('6f4c2a9e000040008000000000000001', 'hex'),
          Buffer.from('0000018bcfe56800', 'hex'),
          Buffer.from('cafe', 'hex'),
          Buffer.concat([int(1), bytes(Buffer.from('dc1')), bytes(int(3))]),
          Buffer.concat([int(2), bytes(Buffer.from('x')), bytes(Buffer.from('y'))]),
          Buffer.concat([bytes(int(5)), bytes(null)]),
          Buffer.from('000000010f', 'hex'),
          Buffer.from('80004d0b', 'hex'),
        ],
        Array.from({ length: 11 }, () => null),
      ],
    }));
    const { status, stdout, stderr } = await cql(['SELECT * FROM shop.orders;']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'a\\tb\\nc\t-7\ttrue\t6f4c2a9e-0000-4000-8000-000000000001\t2023-11-14T22:13:20.000+00:00\t0xcafe\t{dc1: 3}\t{x, y}\t(5, null)\t1.5\t2024-01-01',
      Array.from({ length: 11 }, () => 'null').join('\t'),
      '',
    ]);
    expect(server.asked).toEqual(['operator 6: SELECT * FROM shop.orders']);
  });

  test('runs statements from standard input, one per line, at the requested consistency level', async () => {
    await serve(() => 'void');
    const { status } = await cql(
      ['--consistency', 'QUORUM'],
      "INSERT INTO shop.orders (id) VALUES (1);\n\nUPDATE shop.orders SET a = 'ü';\n",
    );
    expect(status).toBe(0);
    expect(server.asked).toEqual(['operator 4: INSERT INTO shop.orders (id) VALUES (1)', "operator 4: UPDATE shop.orders SET a = 'ü'"]);
  });

  test('fetches all pages of a long result', async () => {
    await serve(() => ({ columns: [INT], rows: Array.from({ length: 25 }, (_, row) => [int(row)]) }), { pageSize: 10 });
    expect((await cql(['SELECT id FROM shop.orders'])).stdout.trim().split('\n')).toEqual(Array.from({ length: 25 }, (_, row) => `${row}`));
    expect(server.asked).toHaveLength(3);
  });

  test('waits until the nodes agree on a changed schema', async () => {
    let asked = 0;
    const version = (digit: string) => Buffer.from(digit.repeat(32), 'hex');
    await serve((statement) => {
      if (statement.startsWith('CREATE')) return 'schema change';
      if (statement.endsWith('.local')) return { columns: [UUID], rows: [[version('a')]] };
      asked += 1;
      return { columns: [UUID], rows: [[version(asked < 3 ? 'b' : 'a')]] };
    });
    expect(await cql(['CREATE KEYSPACE shop'])).toMatchObject({ status: 0, stderr: '' });
    expect(asked).toBe(3);
  });

  test('inserts the password into a statement, and keeps it off the command line', async () => {
    await serve(() => 'void');
    await cql(['CREATE ROLE operator WITH PASSWORD = :superuser_password AND LOGIN = true']);
    expect(server.asked).toEqual(["operator 6: CREATE ROLE operator WITH PASSWORD = 'it''s 1 secret' AND LOGIN = true"]);
  });

  test("logs in as Cassandra's default role on request", async () => {
    await serve(() => 'void');
    server.passwords.cassandra = 'cassandra';
    expect((await cql(['--default-role', 'SELECT 1'])).status).toBe(0);
    expect(server.asked).toEqual(['cassandra 6: SELECT 1']);
  });

  test("fails with the server's message, and runs no further statement", async () => {
    await serve((statement) => (statement === 'one' ? new Error('unconfigured table one') : 'void'));
    expect(await cql(['one', 'two'])).toEqual({ status: 1, stdout: '', stderr: 'unconfigured table one\n' });
    expect(server.asked).toHaveLength(1);
  });

  test('fails with 3 when the login is refused', async () => {
    await serve(() => 'void');
    server.passwords.operator = 'another';
    expect(await cql(['SELECT 1'])).toEqual({
      status: 3,
      stdout: '',
      stderr: 'Provided username operator and/or password are incorrect\n',
    });
  });

  test('never uses an empty secret as a password', async () => {
    await serve(() => 'void');
    machine.write('usr/local/sbin/cassandra-secret', `#!/bin/sh\n[ "$2" = 1 ] && echo "${PASSWORD}" || true\n`);
    const alter = 'ALTER ROLE :superuser WITH PASSWORD = :superuser_password';
    expect(await cql(['--password-version', '1', alter])).toMatchObject({
      status: 1,
      stderr: 'version latest of secret staging-cassandra-superuser is empty\n',
    });
    expect(server.asked).toEqual([]);
  });

  test('fails without a traceback when the password cannot be read', async () => {
    await serve(() => 'void');
    server.passwords.cassandra = 'cassandra';
    machine.write('usr/local/sbin/cassandra-secret', '#!/bin/sh\necho "secret cannot be read (HTTP 404)" >&2\nexit 1\n');
    const sentence = 'secret cannot be read (HTTP 404)\n';
    expect(await cql(['SELECT 1'])).toEqual({ status: 4, stdout: '', stderr: sentence });
    expect(await cql(['--default-role', 'CREATE ROLE x WITH PASSWORD = :superuser_password'])).toEqual({
      status: 1,
      stdout: '',
      stderr: sentence,
    });
  });

  test.each([
    ['of another authority', () => new Authority('other').key({ address })],
    ['for another address', () => authority.key({ address: '127.0.0.1' })],
  ])('fails with 4, and sends no password, for a server with a certificate %s', async (_, pem) => {
    await serve(() => 'void', { pem: pem() });
    const { status, stderr } = await cql(['SELECT 1']);
    expect(status).toBe(4);
    expect(stderr).toMatch(new RegExp(`^no connection to ${address}: .*certificate verify failed`));
    expect(server.asked).toEqual([]);
  });
});
