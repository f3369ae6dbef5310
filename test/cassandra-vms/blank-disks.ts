import { staging } from '../../environments';
import { NUM_TOKENS } from '../../lib/cassandra/cassandra-configuration';
import { createRingStatus, RingState } from '../../lib/operations';
import { underCpuLoad } from './cpu-load';
import { CLUSTER_NODE_ADDRESS, POD_ADDRESS, type RealRing } from './real-ring';
import { step } from './steps';

/** OPTIONS of Cassandra's native protocol, the first message a client sends in clear. */
const CQL_OPTIONS = '040000000500000000';

/** The first message between nodes in clear: its magic number, and flags of version 12. */
const NODE_HELLO = 'ca552dfa0c0c0c00';

/** Rows that later steps look for. Half of them are on disk already when the first node goes away, half in the commit log. */
export const CANARY_ROWS = 200;

/** First start of three nodes on an overloaded host, so that concurrent steps of the nodes run in different orders. */
export function comesUp(ring: () => RealRing): void {
  step(
    'three nodes start from blank disks under CPU load, each with its own tokens',
    ring,
    async () => {
      await underCpuLoad(() => ring().ready(undefined, 420));
      await ring().allUp();
      const tokens = await Promise.all(ring().nodeNames.map(async (node) => (await ring().run(node, TOKENS)).stdout.trim().split('\n')));
      for (const own of tokens) expect(own).toHaveLength(NUM_TOKENS);
      expect(new Set(tokens.flat()).size).toBe(NUM_TOKENS * ring().nodeNames.length);
      for (const node of ring().nodeNames) expect(ring().vm(node).serialConsole()).toContain('formatting the blank data disk');
    },
    520,
  );
}

/** Command that prints the tokens of a node, one per line. */
const TOKENS = "nodetool info --tokens | sed -n 's/^Token *: *//p'";

/** Racks, TLS, logins and replication of the new ring. */
export function isSecure(ring: () => RealRing): void {
  step('each node is in the rack of its zone', ring, async () => {
    const racks = Object.fromEntries((await ring().status('b')).map(({ address, rack }) => [address, rack]));
    const zones = Object.values(staging.cassandraNodes).map(({ address, zone }) => [address, zone]);
    expect(racks).toEqual(Object.fromEntries(zones));
  });

  step('nodes connect to each other over TLS, only with keys of the ring', ring, async () => {
    const tls = 'openssl s_client -brief -connect 10.10.8.12:7000 -verify_return_error -CAfile /etc/cassandra/tls/ca.pem';
    const asNode = '-cert /etc/cassandra/tls/node.pem -key /etc/cassandra/tls/node.pem';
    const { stderr } = await ring().run('b', `echo | timeout 5 ${tls} ${asNode}`);
    expect(stderr).toContain('Verification: OK');
    const anonymous = await ring().vm('b').exec(`(sleep 1; echo hello) | timeout 5 ${tls} -tls1_2`);
    expect(anonymous.stderr).toMatch(/alert (bad certificate|certificate required|handshake failure)/);
    expect(await plainFromNode(ring(), '10.10.8.12', 7000, NODE_HELLO)).toBe('refused');
  });

  step('clients connect only over TLS, and only from admitted addresses', ring, async () => {
    const plain = (from: string, node: string, port: number, hello: string) =>
      ring().client(from, 'plain.js', [ring().address(node), String(port), hello]);
    const nodes = ring().nodeNames;
    const answers = Promise.all([
      plain(CLUSTER_NODE_ADDRESS, 'b', 9042, CQL_OPTIONS),
      plain(POD_ADDRESS, 'b', 7000, NODE_HELLO),
      ...nodes.map((node) => plain(POD_ADDRESS, node, 9042, CQL_OPTIONS)),
    ]);
    for (const node of nodes) expect(await ring().client(POD_ADDRESS, 'login.js', [ring().address(node), 'operator'])).toBe('in');
    expect(await answers).toEqual(['unreachable', 'unreachable', ...nodes.map(() => 'refused')]);
  });

  step('the role cassandra can no longer log in with its default password', ring, async () => {
    for (const node of ring().nodeNames) {
      const answer = await ring().client(POD_ADDRESS, 'login.js', [ring().address(node), 'cassandra'], 'cassandra');
      expect(answer).toMatch(/cassandra is not permitted to log in|Provided username cassandra and\/or password are incorrect/);
    }
  });

  step('status reports superusers and roles that the stack does not declare', ring, async () => {
    const described = ring().described();
    const status = async () => createRingStatus(described, await RingState.collect(ring().shell, described));
    const roles = async () => {
      const { findings, undeclaredRoles } = await status();
      return { findings: findings.filter(({ code }) => code.includes('role') || code.includes('superuser')), undeclaredRoles };
    };
    expect(await roles()).toEqual({ findings: [], undeclaredRoles: [] });
    await ring().cql('b', [
      'ALTER ROLE cassandra WITH LOGIN = true',
      "CREATE ROLE reports WITH PASSWORD = 'reports' AND LOGIN = true",
      'CREATE ROLE spare WITH SUPERUSER = true',
    ]);
    expect(await roles()).toEqual({
      findings: [
        { code: 'default-role', canLogin: true, isSuperuser: false },
        { code: 'undeclared-superuser', role: 'spare' },
      ],
      undeclaredRoles: [
        { name: 'reports', canLogin: true, isSuperuser: false },
        { name: 'spare', canLogin: false, isSuperuser: true },
      ],
    });
    await ring().cql('b', ['ALTER ROLE cassandra WITH LOGIN = false', 'DROP ROLE reports', 'DROP ROLE spare']);
  });

  step('a node reads its own key and no key of another node', ring, async () => {
    for (const node of ring().nodeNames) {
      for (const other of ring().nodeNames) {
        const { status, stderr } = await ring().vm(node).exec(`cassandra-secret staging-cassandra-${other}-tls >/dev/null`);
        expect({ status, stderr }).toEqual(
          node === other
            ? { status: 0, stderr: '' }
            : { status: 1, stderr: `secret staging-cassandra-${other}-tls cannot be read (HTTP 403)\n` },
        );
      }
    }
  });

  step('roles and permissions have a replica in every rack', ring, async () => {
    const query = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'system_auth'";
    const [[replication] = []] = await ring().cql('b', [query]);
    expect(replication).toContain('NetworkTopologyStrategy');
    expect(replication).toContain(`${staging.region}: 3`);
  });
}

/** Writes the rows that later steps read. */
export function takesCanary(ring: () => RealRing): void {
  step('rows written at QUORUM are read on each node', ring, async () => {
    const replication = `{'class': 'NetworkTopologyStrategy', '${staging.region}': 3}`;
    await ring().cql('b', [
      `CREATE KEYSPACE proof WITH replication = ${replication}`,
      'CREATE TABLE proof.canary (id int PRIMARY KEY, value text)',
      'CREATE TABLE proof.load (id int PRIMARY KEY, value text)',
    ]);
    const insert = (id: number) => `INSERT INTO proof.canary (id, value) VALUES (${id}, 'canary ${id}')`;
    const ids = Array.from({ length: CANARY_ROWS }, (_, id) => id);
    await ring().cql('b', ids.slice(0, CANARY_ROWS / 2).map(insert));
    await Promise.all(ring().nodeNames.map((node) => ring().run(node, 'nodetool flush proof')));
    await ring().cql('b', ids.slice(CANARY_ROWS / 2).map(insert));
    await expectCanary(ring());
  });
}

/** Expects all canary rows, read through every node. */
export async function expectCanary(ring: RealRing, consistency = 'QUORUM'): Promise<void> {
  const found = await Promise.all(ring.nodeNames.map((node) => ring.cql(node, ['SELECT id, value FROM proof.canary'], consistency)));
  for (const rows of found) expect(rows.filter(([id, value]) => value === `canary ${id}`)).toHaveLength(CANARY_ROWS);
}

/** The same as `clients/plain.js`, from a node. */
async function plainFromNode(ring: RealRing, address: string, port: number, hex: string): Promise<string> {
  const script = `
import socket
s = socket.create_connection(('${address}', ${port}), 3)
s.settimeout(5)
s.sendall(bytes.fromhex('${hex}'))
try:
    data = s.recv(64)
    print('answered' if data and data[0] != 0x15 else 'refused')
except ConnectionError:
    print('refused')
except socket.timeout:
    print('silent')
`;
  return (await ring.run('b', ['python3', '-c', script])).stdout.trim();
}
