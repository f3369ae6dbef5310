import { spawnSync } from 'node:child_process';
import { findRing, type RebuildDatacenterOptions, type RingNode, rebuildDatacenter, type ShellAnswer } from '../../lib/operations';
import { FakeRing } from './fake-ring';
import { stackWithRing } from './rings';

const NTS = 'org.apache.cassandra.locator.NetworkTopologyStrategy';
const LOCAL = 'europe-west1';

/** Three nodes of europe-west1 without rows, and one of dc1 that is not in the stack. */
class FakeDatacenters extends FakeRing {
  public readonly replication = new Map([
    ['shop', `{class: ${NTS}, dc1: 3}`],
    ['system', '{class: org.apache.cassandra.locator.LocalStrategy}'],
    ['system_auth', `{class: ${NTS}, dc1: 3}`],
    ['system_traces', '{class: org.apache.cassandra.locator.SimpleStrategy, replication_factor: 2}'],
  ]);

  /** Records of the nodes, and those with the mark of a complete rebuild. */
  public readonly records = new Map<string, Set<string>>();
  public readonly complete: string[] = [];
  public other: { state: string; release: string; schema: string } | undefined;
  public defaultRole = 'false\tfalse';

  /** Steps in their order, without what only reads. */
  public readonly steps: string[] = [];

  /** Nodes that refuse the login until the roles are copied. */
  public readonly roleless = new Set<string>();

  /** A step that fails. */
  public fails = '';

  constructor() {
    super({ ...findRing(stackWithRing()), datacenter: LOCAL, joins: 'dc1' });
    this.other = { state: 'UN', release: '5.0.8', schema: this.of('b').schema };
    for (const node of this.nodes) Object.assign(node, { code: 'starting-rebuild', says: 'starting: waits' });
  }

  public override async run(node: RingNode, script: string): Promise<ShellAnswer> {
    const answer = (stdout = ''): ShellAnswer => ({ status: 0, stdout, stderr: '' });
    if (script.includes('==begin')) return answer(this.withOther((await super.run(node, script)).stdout));
    if (script.includes('gke-platform-lock')) return super.run(node, script);
    expect(spawnSync('bash', ['-n'], { input: script }).status).toBe(0);
    const record = this.records.get(node.name) ?? new Set();
    this.records.set(node.name, record);
    if (script.includes('SELECT keyspace_name')) return answer([...this.replication].map((columns) => columns.join('\t')).join('\n'));
    if (script.includes('SELECT can_login')) return answer(this.defaultRole);
    if (script.includes('ALTER KEYSPACE')) return this.alter(node, script);
    if (script.startsWith('status=0') && !this.roleless.has(node.name)) return answer();
    this.roleless.delete(node.name);
    const [, command = script] = /^(nodetool .*)$/m.exec(script) ?? [];
    const [, line] = /^echo '(.*)' >>/m.exec(script) ?? [];
    if (line !== undefined && record.has(line)) return answer();
    if (script.includes('grep -vxF')) {
      for (const [, , words] of script.matchAll(/-e ('?)((?:rebuilt|repaired) \w+)\1/g)) record.delete(words!);
      return answer();
    }
    if (script.includes('/complete')) {
      this.complete.push(node.name);
      return answer();
    }
    this.steps.push(`${node.name}: ${command.replace('systemctl restart google-startup-scripts.service', 'startup script')}`);
    this.before(`${node.name}: ${command}`);
    if (`${node.name}: ${command}` === this.fails) return { status: 1, stdout: '', stderr: 'nodetool: it failed\n' };
    if (line !== undefined) record.add(line);
    if (script.includes('google-startup-scripts')) {
      const isOpen = this.complete.includes(node.name) && /europe-west1: 3/.test(this.replication.get('system_auth')!);
      if (isOpen) Object.assign(this.of(node.name), { code: 'ready', says: 'ready: takes clients' });
    }
    return answer();
  }

  private alter(node: RingNode, script: string): ShellAnswer {
    for (const [, keyspace, options] of script
      .replaceAll("'\\''", "'")
      .matchAll(/ALTER KEYSPACE "(\w+)" WITH replication = \{([^}]*)\}/g)) {
      this.steps.push(`${node.name}: ALTER ${keyspace} ${options!.replace(/'class': 'NetworkTopologyStrategy', /, '')}`);
      this.replication.set(keyspace!, `{${options!.replaceAll("'", '').replace('class: Net', 'class: org.apache.cassandra.locator.Net')}}`);
    }
    return { status: 0, stdout: '', stderr: '' };
  }

  private withOther(stdout: string): string {
    if (this.other === undefined) return stdout;
    const { state, release, schema } = this.other;
    const member = `Datacenter: dc1\n===\n${state}  10.8.0.5  1 KiB  16  100.0%  00000009-aaaa-bbbb-cccc-000000000000  r1`;
    const gossip = `/10.8.0.5\n  SCHEMA:11:${schema}\n  RELEASE_VERSION:5:${release}\n  HOST_ID:2:9\n  STATUS_WITH_PORT:18:NORMAL,-1`;
    return stdout.replace(/(==begin status\n)(Datacenter)/, `$1${member}\n\n$2`).replace(/(==begin gossip\n)(\/)/, `$1${gossip}\n$2`);
  }
}

let fake: FakeDatacenters;
let compared: string[][];
beforeEach(() => {
  fake = new FakeDatacenters();
  compared = [];
});

const rebuild = (more: Partial<RebuildDatacenterOptions> = {}) =>
  rebuildDatacenter({
    ...{ shell: fake, ring: fake.ring, clock: fake.clock, confirm: async () => {} },
    compare: async (keyspaces) => {
      compared.push([...keyspaces]);
      fake.steps.push('compared');
      return undefined;
    },
    ...more,
  });

const ROLES = ['b', 'c', 'd'].map((node) => `${node}: nodetool rebuild -ks system_auth -- dc1`);

test('keyspaces get replicas, rows are copied, repaired and compared; then the roles, and clients are let in', async () => {
  expect(await rebuild()).toBeUndefined();
  expect(fake.steps).toEqual([
    "b: ALTER shop 'dc1': '3', 'europe-west1': '3'",
    ...['b', 'c', 'd'].map((node) => `${node}: nodetool rebuild -ks shop -- dc1`),
    'b: nodetool repair --full shop',
    'compared',
    "b: ALTER system_auth 'dc1': '3', 'europe-west1': '3'",
    ...ROLES,
    'b: nodetool repair --full system_auth',
    ...['b', 'c', 'd'].map((node) => `${node}: startup script`),
  ]);
  expect(compared).toEqual([['shop']]);
  expect(fake.complete).toEqual(['b', 'c', 'd']);
});

test('a second run continues after the last completed step', async () => {
  fake.fails = 'c: nodetool rebuild -ks shop -- dc1';
  expect(await rebuild()).toBe("'nodetool rebuild -ks shop -- dc1' on c ended with 1: nodetool: it failed");
  expect(fake.complete).toEqual([]);
  fake.fails = '';
  fake.steps.length = 0;
  expect(await rebuild()).toBeUndefined();
  expect(fake.steps.slice(0, 3)).toEqual([
    'c: nodetool rebuild -ks shop -- dc1',
    'd: nodetool rebuild -ks shop -- dc1',
    'b: nodetool repair --full shop',
  ]);
});

test('roles that an interrupted run has placed are copied first: there is no login without them', async () => {
  for (const node of ['b', 'c', 'd']) fake.roleless.add(node);
  fake.replication.set('system_auth', `{class: ${NTS}, dc1: 3, europe-west1: 3}`);
  expect(await rebuild()).toBeUndefined();
  expect(fake.steps.slice(0, 4)).toEqual([...ROLES, "b: ALTER shop 'dc1': '3', 'europe-west1': '3'"]);
});

test('a keyspace that was dropped and created again is copied again', async () => {
  await rebuild();
  fake.replication.set('shop', `{class: ${NTS}, dc1: 3}`);
  fake.steps.length = 0;
  expect(await rebuild()).toBeUndefined();
  expect(fake.steps).toContain('d: nodetool rebuild -ks shop -- dc1');
});

test('no client is let in when rows differ, and the roles are not placed', async () => {
  expect(await rebuild({ compare: async () => 'the rows of shop.orders are not complete' })).toBe(
    'the rows of shop.orders are not complete',
  );
  expect(fake.complete).toEqual([]);
  expect(fake.replication.get('system_auth')).not.toContain(LOCAL);
});

test('replicas of another data center that were changed meanwhile are a problem', async () => {
  const { replication } = fake;
  const set = replication.set.bind(replication);
  replication.set = (name, text) => set(name, text.replace('dc1: 3', 'dc1: 1'));
  expect(await rebuild()).toBe(
    'the replication of shop was changed by another client: expected dc1: 3, europe-west1: 3, got dc1: 1, europe-west1: 3',
  );
});

test('a node that lets no clients in is a problem', async () => {
  fake.before = (command) => {
    if (command.includes('c: systemctl')) Object.assign(fake.of('c'), { code: 'waiting-roles', says: 'waiting: no login' });
    if (command.includes('c: systemctl')) fake.complete.splice(fake.complete.indexOf('c'), 1);
  };
  expect(await rebuild()).toBe('c reports waiting: no login');
});

test('an interruption ends it between two keyspaces', async () => {
  const controller = new AbortController();
  fake.before = () => controller.abort();
  expect(await rebuild({ signal: controller.signal })).toBe('interrupted');
  expect(fake.steps).toEqual(["b: ALTER shop 'dc1': '3', 'europe-west1': '3'", 'b: nodetool rebuild -ks shop -- dc1']);
});

test('a dry run prints the commands, and changes nothing', async () => {
  const said: string[] = [];
  expect(await rebuild({ dryRun: true, onProgress: (text) => said.push(text) })).toBeUndefined();
  expect(fake.steps).toEqual([]);
  expect(said).toHaveLength(2 + 6 + 2 + 3);
  expect(said[0]).toContain('on b: cassandra-cql');
  expect(said).toContain('on d: nodetool rebuild -ks shop -- dc1');
});

describe('refuses before anything is changed', () => {
  afterEach(() => expect(fake.steps).toEqual([]));

  test('a ring that joins no other one', async () => {
    await expect(rebuild({ ring: { ...fake.ring, joins: undefined } })).rejects.toThrow('joins no other data center');
  });

  test.each<[string, () => void, string]>([
    ['an unreachable node', () => Object.assign(fake.of('c'), { unreachable: 'no answer' }), 'c is unreachable: no answer'],
    ['a node that is no member', () => Object.assign(fake.of('c'), { upFrom: Number.POSITIVE_INFINITY }), 'Cassandra on c does not answer'],
    ['no node of the other data center', () => Object.assign(fake, { other: undefined }), 'b sees no node of data center dc1'],
    ['a node there that is down', () => Object.assign(fake.other!, { state: 'DN' }), '10.8.0.5 of data center dc1 is DN as seen by b'],
    [
      'another release there',
      () => Object.assign(fake.other!, { release: '4.1.3' }),
      '10.8.0.5 of data center dc1 must run Cassandra 5.0, as b, got 4.1.3',
    ],
    [
      'another schema there',
      () => Object.assign(fake.other!, { schema: 'x' }),
      '10.8.0.5 of data center dc1 and b do not agree on the schema',
    ],
    [
      'a keyspace without data centers',
      () => fake.replication.set('shop', '{class: org.apache.cassandra.locator.SimpleStrategy, replication_factor: 3}'),
      'keyspace shop has SimpleStrategy, whose replicas ignore data centers: in data center dc1, change it to NetworkTopologyStrategy',
    ],
    [
      'roles without data centers',
      () => fake.replication.set('system_auth', '{class: org.apache.cassandra.locator.SimpleStrategy, replication_factor: 1}'),
      'keyspace system_auth has SimpleStrategy',
    ],
    ['a default role that can log in', () => Object.assign(fake, { defaultRole: 'true\tfalse' }), "Cassandra's default role cassandra"],
  ])('%s', async (_, change, message) => {
    change();
    await expect(rebuild()).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
  });

  test('without confirmation', async () => {
    const lines: string[] = [];
    const confirm = async (all: readonly string[]): Promise<void> => {
      lines.push(...all);
      throw new Error('not confirmed');
    };
    await expect(rebuild({ confirm })).rejects.toThrow('not confirmed');
    expect(lines[0]).toBe('Data center europe-west1 gets replicas of: shop, system_auth.');
    expect(lines[1]).toContain('LOCAL_QUORUM');
  });
});
