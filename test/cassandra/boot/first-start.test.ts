import { mkdirSync, writeFileSync } from 'node:fs';
import type { CassandraConfiguration } from '../../../lib/cassandra/cassandra-configuration';
import { TestMachine } from './test-machine';

const machines: TestMachine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.remove();
});

function newMachine(configuration: Partial<CassandraConfiguration> = {}): TestMachine {
  const machine = new TestMachine(configuration);
  machines.push(machine);
  return machine;
}

const UP = ['10.10.16.11', '10.10.16.12', '10.10.16.13'];

/** Value of `initial_token` in the node's `cassandra.yaml`. */
function initialTokens(machine: TestMachine): string[] {
  const [, tokens] = /^initial_token: (.*)$/m.exec(machine.read('etc/cassandra/cassandra.yaml')) ?? [];
  return tokens?.split(',') ?? [];
}

describe('a node without data', () => {
  const chooseStart = (machine: TestMachine, answer: string, fakes = '') =>
    machine.run(
      'choose_start\nrender_configuration',
      `rendezvous() { ${answer}; }\nattribute() { echo 2; }\nsystemctl() { return 3; }\n${fakes}`,
    );

  test('bootstraps the ring when all seeds are empty too', () => {
    const machine = newMachine();
    expect(chooseStart(machine, 'echo begin').status).toBe(0);
    expect(machine.read('etc/cassandra/cassandra.yaml')).toContain('- seeds: "10.10.16.11,10.10.16.12,10.10.16.13"');
    expect(machine.read('run/cassandra-first-start')).toBe('');
  });

  test('bootstraps the ring with its own tokens, and keeps them after an interrupted start', () => {
    const tokens = UP.flatMap((address) => {
      const machine = newMachine({ address });
      chooseStart(machine, 'echo begin');
      mkdirSync(machine.path('var/lib/cassandra/data/system/local-1'), { recursive: true });
      writeFileSync(machine.path('var/lib/cassandra/data/system/local-1/nb-1-big-Data.db'), '');
      chooseStart(machine, 'echo join');
      return initialTokens(machine).map((token) => ({ token, address }));
    });
    const around = tokens.sort((one, other) => (BigInt(one.token) < BigInt(other.token) ? -1 : 1));
    expect(around.map(({ address }) => address)).toEqual(Array.from({ length: 16 }, () => UP).flat());
    expect(new Set(around.map(({ token }) => token)).size).toBe(48);
    expect(around[0]!.token).toBe('-9223372036854775808');
    expect(around[1]!.token).toBe('-8839064868652493483');
    expect(around.at(-1)!.token).toBe('8839064868652493482');
  });

  test.each(['joining', 'joined'])('lets the allocator choose its tokens when it is %s', (file) => {
    const machine = newMachine();
    for (const name of ['beginning', file]) writeFileSync(machine.path(`var/lib/cassandra/${name}`), 'bootstrap\n');
    chooseStart(machine, 'echo begin');
    expect(initialTokens(machine)).toEqual([]);
  });

  test('lets the allocator choose its tokens when it joins an existing ring', () => {
    const machine = newMachine();
    chooseStart(machine, 'echo begin');
    chooseStart(machine, 'echo join');
    expect(initialTokens(machine)).toEqual([]);
  });

  test('joins as a non-seed and streams data when the other seeds hold data', () => {
    const machine = newMachine();
    expect(chooseStart(machine, 'echo join').status).toBe(0);
    expect(machine.read('var/lib/cassandra/joining')).toBe('bootstrap\n');
    expect(machine.read('etc/cassandra/cassandra.yaml')).toContain('- seeds: "10.10.16.12,10.10.16.13"');
    expect(machine.read('run/cassandra-first-start')).toBe('');
  });

  test('continues joining after an interrupted start, regardless of the data on its disk', () => {
    const machine = newMachine();
    chooseStart(machine, 'echo join');
    mkdirSync(machine.path('var/lib/cassandra/data/system/local-1'), { recursive: true });
    writeFileSync(machine.path('var/lib/cassandra/data/system/local-1/nb-1-big-Data.db'), '');
    expect(chooseStart(machine, 'echo begin').status).toBe(0);
    expect(machine.read('etc/cassandra/cassandra.yaml')).toContain('- seeds: "10.10.16.12,10.10.16.13"');
  });

  test('waits while the state of the ring is unknown, and retries in two minutes', () => {
    expect(chooseStart(newMachine(), 'echo "10.10.16.12, 10.10.16.13"; return 1')).toMatchObject({
      status: 2,
      state: 'waiting: the disk is empty, and whether the ring has begun cannot be found out: no answer from 10.10.16.12, 10.10.16.13',
      journal: ['again in two minutes'],
    });
  });

  test('replaces the lost node when an operator allowed its disk', () => {
    const machine = newMachine();
    writeFileSync(machine.path('etc/cassandra-replace-disk'), '2\n');
    expect(chooseStart(machine, 'echo begin').status).toBe(0);
    expect(machine.read('var/lib/cassandra/joining')).toBe('replace\n');
    expect(machine.read('etc/cassandra/cassandra.yaml')).toContain('- seeds: "10.10.16.12,10.10.16.13"');
    expect(machine.read('run/cassandra-first-start')).toBe('JVM_EXTRA_OPTS=-Dcassandra.replace_address_first_boot=10.10.16.11\n');
  });

  test('bootstraps when the ring that an operator has recovered does not know the node', () => {
    const machine = newMachine();
    writeFileSync(machine.path('etc/cassandra-replace-disk'), '2 bootstrap\n');
    expect(chooseStart(machine, 'echo begin').status).toBe(0);
    expect(machine.read('var/lib/cassandra/joining')).toBe('bootstrap\n');
    expect(machine.read('etc/cassandra/cassandra.yaml')).toContain('- seeds: "10.10.16.12,10.10.16.13"');
    expect(machine.read('run/cassandra-first-start')).toBe('');
  });

  test('does not query the seeds while Cassandra runs', () => {
    expect(chooseStart(newMachine(), 'journal asked', 'systemctl() { :; }')).toMatchObject({ status: 0, journal: [] });
  });

  test('does not query the seeds after it has joined', () => {
    const machine = newMachine();
    writeFileSync(machine.path('var/lib/cassandra/joined'), '');
    expect(chooseStart(machine, 'journal asked')).toMatchObject({ status: 0, journal: [] });
  });
});

describe('a node that is about to join', () => {
  /** @param states what the seed c knows, by address; nothing when it does not answer */
  function awaitTurn(
    states?: Readonly<Record<string, string>>,
    files: readonly string[] = ['joining'],
    later: Readonly<Record<string, string>> = {},
    way = 'bootstrap',
  ) {
    const machine = newMachine({
      address: '10.10.16.15',
      addresses: ['10.10.16.11', '10.10.16.14', '10.10.16.12', '10.10.16.15', '10.10.16.13', '10.10.16.16'],
    });
    for (const file of files) writeFileSync(machine.path(`var/lib/cassandra/${file}`), `${way}\n`);
    const known = { '10.10.16.11': 'NORMAL,-1', '10.10.16.12': 'NORMAL,-2', '10.10.16.13': 'NORMAL,-3', ...states };
    const lines = (of: Readonly<Record<string, string>>) =>
      Object.entries(of)
        .map(([address, state]) => `echo '${address}\t${state}'`)
        .join('; ');
    return machine.run(
      'await_turn',
      `
      TURN_ATTEMPTS=3
      slept=0
      sleep() { slept=1; }
      systemctl() { return 3; }
      cql() {
        journal "asks $2"
        [[ $2 == 10.10.16.12 && ${states === undefined ? 'no' : 'yes'} == yes ]] || return 4
        ${lines(known)}
        if ((slept)); then ${lines(later) || ':'}; fi
      }
      `,
    );
  }

  test('joins when all nodes before it have joined', () => {
    expect(awaitTurn({ '10.10.16.14': 'NORMAL,-4' })).toMatchObject({
      status: 0,
      state: undefined,
      journal: ['asks 10.10.16.11', 'asks 10.10.16.12'],
    });
  });

  test('does not wait for the nodes after it', () => {
    expect(awaitTurn({ '10.10.16.14': 'NORMAL,-4', '10.10.16.16': 'null' })).toMatchObject({ status: 0, state: undefined });
  });

  test.each<[string, Record<string, string>, string]>([
    ['one before it has not begun', {}, '10.10.16.14'],
    ['one before it is joining', { '10.10.16.14': 'BOOT,-4' }, '10.10.16.14'],
    ['one after it is joining already', { '10.10.16.14': 'NORMAL,-4', '10.10.16.16': 'BOOT,-6' }, '10.10.16.16'],
    ['one is leaving', { '10.10.16.14': 'NORMAL,-4', '10.10.16.13': 'LEAVING,-3' }, '10.10.16.13'],
  ])('waits while %s, and after the timeout retries in two minutes', (_, states, first) => {
    expect(awaitTurn(states)).toMatchObject({
      status: 0,
      state: `starting: waits until ${first} is done: one node joins at a time`,
      journal: expect.arrayContaining(['again in two minutes']),
    });
  });

  test('joins as soon as its turn has come', () => {
    const { journal } = awaitTurn({}, ['joining'], { '10.10.16.14': 'NORMAL,-4' });
    expect(journal).toEqual(['asks 10.10.16.11', 'asks 10.10.16.12', 'asks 10.10.16.11', 'asks 10.10.16.12']);
  });

  test('waits for a joining node before it, and not for one that is down, when it replaces a lost node', () => {
    expect(awaitTurn({ '10.10.16.14': 'null' }, ['joining'], {}, 'replace')).toMatchObject({ status: 0, state: undefined });
    expect(awaitTurn({ '10.10.16.14': 'BOOT,-4' }, ['joining'], {}, 'replace').state).toContain('waits until 10.10.16.14 is done');
  });

  test('waits for a seed to answer', () => {
    expect(awaitTurn()).toMatchObject({ status: 0, state: 'starting: waits for a seed that answers' });
  });

  test.each([[[]], [['joining', 'joined']]])('queries no node when it is not about to join (%j)', (files) => {
    expect(awaitTurn({}, files)).toMatchObject({ status: 0, journal: [] });
  });
});

/** Commands against a ring that is a few files: who may log in, and how roles are replicated. */
const RING = String.raw`
  SECURE_ATTEMPTS=6
  ring=$DATA/ring
  mkdir -p "$ring"
  has() { [[ -e $ring/$1 ]]; }
  cql() {
    local user=operator
    if [[ $1 == --default-role ]]; then user=cassandra; shift; fi
    has unreachable && return 4
    has "$user-logs-in" || has "$user-accepted" || return 3
    local statement
    for statement in "$@"; do answer "$statement" || return 1; done
  }
  answer() {
    [[ $1 == SELECT* ]] || journal "$user: $1"
    case $1 in
      *'FROM system_schema.keyspaces'*) cat "$ring/replication" ;;
      *'FROM system_auth.roles'*) if has cassandra-logs-in; then printf 'true\ttrue\n'; else printf 'false\tfalse\n'; fi ;;
      'CREATE ROLE'*) ! has fails-at-create && touch "$ring/operator-logs-in" ;;
      'ALTER ROLE'*) ! has fails-at-disable && { has cassandra-stays || rm -f "$ring/cassandra-logs-in"; } ;;
      'ALTER KEYSPACE'*)
        has fails-at-replicate && return 1
        sed "s/.*replication = //; s/'//g; s/NetworkTopologyStrategy/org.apache.cassandra.locator.&/" <<<"$1" >"$ring/replication"
        ;;
    esac
  }
  nodetool() {
    case $1 in
      status) cat "$ring/status" ;;
      repair) journal "nodetool $*"; ! has fails-at-copy ;;
    esac
  }
  sleep() { rm -f "$ring"/fails-*; }
`;

const SIMPLE = '{class: org.apache.cassandra.locator.SimpleStrategy, replication_factor: 1}\n';
const PLACED = '{class: org.apache.cassandra.locator.NetworkTopologyStrategy, europe-west1: 3}\n';

describe('the first start of a ring', () => {
  /** A ring whose default role logs in, unless files say otherwise. */
  function secure(
    files: Readonly<Record<string, string>> = {},
    {
      up = UP,
      down = [],
      joined = false,
      machine = newMachine(),
    }: { up?: readonly string[]; down?: readonly string[]; joined?: boolean; machine?: TestMachine } = {},
  ) {
    mkdirSync(machine.path('var/lib/cassandra/ring'), { recursive: true });
    const line = (state: string) => (address: string) => `${state}  ${address}  100 KiB  16  100.0%  id  rack\n`;
    const status = [...up.map(line('UN')), ...down.map(line('DN'))].join('');
    for (const [name, text] of Object.entries({ status, replication: SIMPLE, ...files })) {
      writeFileSync(machine.path(`var/lib/cassandra/ring/${name}`), text);
    }
    if (joined) writeFileSync(machine.path('var/lib/cassandra/joined'), '');
    return { ...machine.run('secure_ring', RING), replication: machine.read('var/lib/cassandra/ring/replication') };
  }

  const CREATE = 'cassandra: CREATE ROLE IF NOT EXISTS operator WITH PASSWORD = :superuser_password AND LOGIN = true AND SUPERUSER = true';
  const DISABLE = 'operator: ALTER ROLE IF EXISTS cassandra WITH LOGIN = false AND SUPERUSER = false';
  const REPLICATE = "operator: ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'europe-west1': 3}";
  const COPY = 'nodetool repair --full system_auth';

  test('creates the superuser, disables the role cassandra, and replicates and copies the roles', () => {
    expect(secure({ 'cassandra-logs-in': '' })).toMatchObject({
      status: 0,
      journal: [CREATE, DISABLE, REPLICATE, COPY],
      replication: '{class: org.apache.cassandra.locator.NetworkTopologyStrategy, europe-west1: 3}\n',
    });
  });

  test('is secured by the first node that is up; the others wait for it', () => {
    const machine = newMachine({ address: '10.10.16.12' });
    expect(secure({ 'operator-logs-in': '', replication: PLACED }, { machine })).toMatchObject({ status: 0, journal: [] });
    const waiting = newMachine({ address: '10.10.16.12' });
    expect(secure({ 'cassandra-logs-in': '' }, { machine: waiting })).toMatchObject({ status: 2, journal: ['again in two minutes'] });
  });

  test('is secured by the next node when the first one is gone', () => {
    const machine = newMachine({ address: '10.10.16.12', authReplicas: 2 });
    expect(secure({ 'cassandra-logs-in': '' }, { machine, up: UP.slice(1), down: UP.slice(0, 1) })).toMatchObject({
      status: 0,
      journal: [CREATE, DISABLE, REPLICATE.replace('3}', '2}'), COPY],
    });
  });

  test.each([
    ['before the superuser was made', { 'cassandra-logs-in': '' }, [CREATE, DISABLE, REPLICATE, COPY]],
    ['before cassandra was switched off', { 'cassandra-logs-in': '', 'operator-logs-in': '' }, [DISABLE, REPLICATE, COPY]],
    ['before roles were replicated', { 'operator-logs-in': '' }, [DISABLE, REPLICATE, COPY]],
    ['before roles were copied', { 'operator-logs-in': '', replication: PLACED }, [DISABLE, COPY]],
  ])('resumes after a reboot: %s', (_, files, journal) => {
    expect(secure(files)).toMatchObject({ status: 0, journal, replication: PLACED });
  });

  test.each(['create', 'disable', 'replicate', 'copy'])('retries when the step "%s" fails', (step) => {
    const { status, journal, replication } = secure({ 'cassandra-logs-in': '', [`fails-at-${step}`]: '' });
    expect({ status, replication }).toEqual({ status: 0, replication: PLACED });
    expect(journal.at(-1)).toBe(COPY);
  });

  test('keeps the replication of other data centres', () => {
    const replication = '{class: org.apache.cassandra.locator.NetworkTopologyStrategy, europe-west4: 3, us-east1: 2}\n';
    expect(secure({ 'operator-logs-in': '', replication }).journal).toContain(
      "operator: ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'europe-west1': 3, 'europe-west4': 3, 'us-east1': 2}",
    );
  });

  test('does not reduce a higher replication factor', () => {
    const replication = PLACED.replace('3}', '5}');
    expect(secure({ 'operator-logs-in': '', replication })).toMatchObject({ status: 0, journal: [DISABLE, COPY], replication });
  });

  test('waits until there are nodes for all replicas, and then reports that clients are not let in', () => {
    expect(secure({ 'cassandra-logs-in': '' }, { up: UP.slice(0, 2), down: UP.slice(2) })).toMatchObject({
      status: 2,
      state: 'waiting: the ring is not secured, and clients are not let in: 2 of 3 nodes are up',
      attributes: { code: 'waiting-peers' },
      journal: ['again in two minutes'],
    });
  });

  test('is secured for a node that joins or replaces another one while a third node is down', () => {
    const machine = newMachine();
    writeFileSync(machine.path('var/lib/cassandra/joining'), 'replace\n');
    const files = { 'operator-logs-in': '', replication: PLACED };
    expect(secure(files, { machine, up: UP.slice(0, 2), down: UP.slice(2) })).toMatchObject({ status: 0, journal: [] });
  });

  test('creates no superuser while a seed is not a member, and reports the conflict', () => {
    const machine = newMachine();
    mkdirSync(machine.path('var/log/cassandra'), { recursive: true });
    const clash = 'Nodes /10.10.16.12:7000 and /10.10.16.13:7000 have the same token 42.  Ignoring /10.10.16.13:7000';
    writeFileSync(machine.path('var/log/cassandra/system.log'), `INFO  [GossipStage:1] StorageService.java:1 - ${clash}\n`);
    const up = ['10.10.16.11', '10.10.16.12', '10.10.16.14'];
    expect(secure({ 'cassandra-logs-in': '' }, { machine, up })).toMatchObject({
      status: 2,
      state: `failed: not every seed is a member of the ring, 10.10.16.13 is not, and clients are not let in: ${clash}`,
      attributes: { code: 'failed-seeds' },
      journal: ['again in two minutes'],
    });
  });

  test('is skipped on a node that has joined', () => {
    expect(secure({ 'cassandra-logs-in': '' }, { joined: true })).toMatchObject({ status: 0, journal: [] });
  });

  test('is incomplete while the role cassandra can log in, even when every statement succeeded', () => {
    expect(secure({ 'cassandra-logs-in': '', 'cassandra-stays': '' })).toMatchObject({ status: 2, replication: PLACED });
  });

  test('is incomplete while a login with the default password succeeds, whatever the row of the role contains', () => {
    expect(secure({ 'operator-logs-in': '', 'cassandra-accepted': '', replication: PLACED })).toMatchObject({
      status: 2,
      attributes: { code: 'waiting-roles' },
    });
  });

  test('waits when no role can log in, and is retried in two minutes', () => {
    expect(secure()).toMatchObject({
      status: 2,
      state:
        'waiting: clients are not let in: the superuser operator cannot log in with the password in secret staging-cassandra-superuser, the roles cannot be copied, or cassandra can still log in',
    });
  });
});
