import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { startupScript } from '../../../lib/cassandra/boot/startup-script';
import type { CassandraConfiguration } from '../../../lib/cassandra/cassandra-configuration';
import { REBUILD_COMPLETE_FILE, REBUILD_DIRECTORY } from '../../../lib/cassandra-contract/node-paths';
import { CONFIGURATION } from '../node-configuration';
import { type PhaseResult, TestMachine } from './test-machine';

const JOINS: CassandraConfiguration['joins'] = {
  datacenter: 'dc1',
  seeds: ['10.8.0.5', '10.8.0.6'],
  certificateAuthority: '-----BEGIN CERTIFICATE-----\nother\n-----END CERTIFICATE-----\n',
};
const DATA = 'var/lib/cassandra';
const YAML = 'etc/cassandra/cassandra.yaml';

let machine: TestMachine;
beforeEach(() => {
  machine = new TestMachine({ joins: JOINS });
});
afterEach(() => machine.remove());

const FAKES = `
attribute() { echo 2; }
rendezvous() { journal 'asked whether to begin'; echo begin; }
systemctl() { case $1 in stop) journal "systemctl $*" ;; *) return 3 ;; esac; }
sleep() { :; }
chown() { :; }
`;

const run = (phases: string, fakes = ''): PhaseResult => machine.run(phases, `${FAKES}${fakes}`);
const file = (path: string): string => machine.read(path);
const write = (name: string, text: string): void => writeFileSync(machine.path(`${DATA}/${name}`), text);

/** A line of gossip: address, status, schema, data center. */
const gossip = (...lines: readonly (readonly string[])[]): string => lines.map((line) => line.join('\t')).join('\n');
const OLD = gossip(['10.8.0.5', 'NORMAL,-1', 's1', 'dc1'], ['10.8.0.6', 'NORMAL,-2', 's1', 'dc1']);
const OWN = gossip(['10.10.16.11', 'null', 's1', 'europe-west1']);

/** Answers of Cassandra to an observer, and to `nodetool join`. */
function ring({ members = `${OLD}\n${OWN}`, keyspaces = 'shop\t{class: N, dc1: 3}', login = 0, joins = true } = {}): string {
  const state = `'${machine.path('member')}'`;
  return `
  cql() {
    case $* in
      *gossip_info*) echo '${members}' ;;
      *system_schema.keyspaces*) echo '${keyspaces}' ;;
      *) return ${login} ;;
    esac
  }
  nodetool() {
    case $1 in
      join) journal 'nodetool join'; ${joins ? `touch ${state}` : 'return 1'} ;;
      status) if [[ -e ${state} ]]; then echo 'UN  10.10.16.11  1 KiB'; fi ;;
    esac
  }
  `;
}

describe('the script of a ring that joins another one', () => {
  const script = startupScript({ ...CONFIGURATION, joins: JOINS });

  test('is valid bash, without interpolation of Terraform', () => {
    execFileSync('bash', ['-n'], { input: script });
    expect(script).not.toMatch(/[$%]\{/);
  });

  (spawnSync('shellcheck', ['--version']).status === 0 ? test : test.skip)('pleases shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-'], { input: script, encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test('does not differ for other rings', () => {
    const { joins: _, ...without } = { ...CONFIGURATION, joins: JOINS };
    expect(startupScript(without)).toBe(startupScript(CONFIGURATION));
    expect(startupScript(CONFIGURATION)).not.toMatch(/OTHER_|rebuild/);
  });
});

describe('a node with an empty disk', () => {
  test('observes the ring by the other seeds, and never asks whether to begin', () => {
    expect(run('choose_datacenter_start\nawait_turn_to_copy\nrender_configuration')).toMatchObject({ status: 0, journal: [] });
    expect(file(`${DATA}/joining`)).toBe('observe\n');
    expect(file(YAML)).toContain('- seeds: "10.8.0.5,10.8.0.6"');
    expect(file(YAML)).toMatch(/^auto_bootstrap: false$/m);
    expect(file(YAML)).toMatch(/^auth_read_consistency_level: QUORUM$/m);
    expect(file(YAML)).not.toMatch(/^initial_token/m);
    expect(file('run/cassandra-first-start')).toBe(
      'JVM_EXTRA_OPTS=-Dcassandra.join_ring=false -Dcassandra.reset_bootstrap_progress=true\n',
    );
  });

  test('is refused by a script without the other data center until its rows are complete', () => {
    const check = 'marker >"$MARKER"\ncheck_marker';
    expect(run(`${check}\nchoose_datacenter_start\ncheck_marker`).status).toBe(0);
    const other = new TestMachine();
    const refused = other.run(
      'check_marker',
      `umount() { :; }\nMARKERS='${machine.path(DATA)}'\nmarker >"$MARKER"\ncp -r "$MARKERS/rebuild" "$DATA/"`,
    );
    expect(refused).toMatchObject({ status: 2, attributes: { code: 'refused-foreign-disk' } });
    other.remove();
  });

  test('takes the place of a lost node with the data of its replicas when an operator allowed its disk', () => {
    writeFileSync(machine.path('etc/cassandra-replace-disk'), '2\n');
    expect(run('choose_datacenter_start\nrender_configuration').status).toBe(0);
    expect(file(`${DATA}/joining`)).toBe('replace\n');
    expect(file(YAML)).toContain('- seeds: "10.10.16.12,10.10.16.13,10.8.0.5,10.8.0.6"');
    expect(file(YAML)).not.toContain('auto_bootstrap');
    expect(file('run/cassandra-first-start')).toContain('replace_address_first_boot=10.10.16.11');
  });
});

describe('the seeds of the other data center', () => {
  const ask = (answers: string) => run('choose_datacenter_start\nask_datacenter', `ask_storage_ports() { printf '${answers}'; }`);

  test('one that answers is enough', () => {
    expect(ask('silent 10.8.0.5: timed out\\nanswers 10.8.0.6\\n').status).toBe(0);
  });

  test('are waited for while they are silent', () => {
    expect(ask('silent 10.8.0.5: timed out\\nsilent 10.8.0.6: timed out\\n')).toMatchObject({
      status: 2,
      state: 'waiting: no seed of data center dc1 answers at port 7000: 10.8.0.5: timed out;10.8.0.6: timed out',
      attributes: { code: 'waiting-datacenter' },
      journal: ['again in two minutes'],
    });
  });

  test('are refused without trust', () => {
    expect(ask('silent 10.8.0.5: timed out\\nrefused 10.8.0.6: unknown ca\\n')).toMatchObject({
      status: 2,
      state: 'refused: no trust between this ring and data center dc1: 10.8.0.6: unknown ca',
      attributes: { code: 'refused-datacenter' },
      journal: ['again in two minutes'],
    });
  });

  test('are not asked by a member', () => {
    write('joining', 'rebuild\n');
    expect(run('ask_datacenter', "ask_storage_ports() { journal asked; echo 'silent'; }")).toMatchObject({ status: 0, journal: [] });
  });

  test('do not answer a cluster of another name', () => {
    write('joining', 'observe\n');
    const result = run('await_observer', "takes_clients() { return 1; }\nlast_error() { echo 'Unable to gossip with any peers'; }");
    expect(result).toMatchObject({ status: 2, attributes: { code: 'waiting-datacenter' }, journal: ['again in two minutes'] });
    expect(result.state).toContain("must be 'parking'");
    expect(result.state).toContain('Unable to gossip with any peers');
  });
});

describe('an observer', () => {
  beforeEach(() => {
    write('joining', 'observe\n');
    writeFileSync(machine.path('run/cassandra-first-start'), 'JVM_EXTRA_OPTS=-Dcassandra.join_ring=false\n');
  });
  const join = (answers = {}) => run('TURN_ATTEMPTS=1\njoin_datacenter', ring(answers));
  const waits = (code: string, state: string) => ({ attributes: expect.objectContaining({ code }), state: expect.stringContaining(state) });

  test('becomes a member without rows', () => {
    expect(join()).toMatchObject({ status: 0, journal: ['nodetool join'] });
    expect(file(`${DATA}/joining`)).toBe('rebuild\n');
    const options = 'JVM_EXTRA_OPTS=-Dcassandra.reset_bootstrap_progress=true\n';
    expect(file('run/cassandra-first-start')).toBe(options);
    expect(run('render_configuration').status).toBe(0);
    expect(file(YAML)).toMatch(/^auto_bootstrap: false$/m);
    expect(file('run/cassandra-first-start')).toBe(options);
  });

  test('that joined before an interruption is a member', () => {
    writeFileSync(machine.path('member'), '');
    expect(join()).toMatchObject({ status: 0, journal: [] });
    expect(file(`${DATA}/joining`)).toBe('rebuild\n');
  });

  test('stays one when it cannot join', () => {
    expect(join({ joins: false })).toMatchObject({ status: 2, ...waits('waiting-datacenter', 'nodetool join failed') });
    expect(file(`${DATA}/joining`)).toBe('observe\n');
  });

  test.each([
    ['the superuser has no role there', { login: 3 }, 2, 'waiting-roles', 'Create the role in data center dc1'],
    ['there is no member of the other data center', { members: OWN }, 0, 'waiting-datacenter', 'no node of data center dc1 is a member'],
    [
      'the data center has another name',
      { members: `${OLD.replaceAll('dc1', 'DC1')}\n${OWN}` },
      0,
      'waiting-datacenter',
      'of those there are: DC1',
    ],
    ['the nodes disagree on the schema', { members: `${OLD.replace('s1', 's2')}\n${OWN}` }, 0, 'waiting-datacenter', 'do not agree'],
    ['nothing is known', { members: '' }, 0, 'waiting-datacenter', 'no node of data center dc1'],
    ['another node moves', { members: `${OLD.replace('NORMAL', 'LEAVING')}\n${OWN}` }, 0, 'starting-turn', 'waits until 10.8.0.5 is done'],
  ])('waits while %s', (_, answers, status, code, state) => {
    const result = join(answers);
    expect(result).toMatchObject({ status, ...waits(code, state) });
    expect(result.journal).toEqual(['again in two minutes']);
    expect(file(`${DATA}/joining`)).toBe('observe\n');
  });

  test('waits for the nodes whose names sort first', () => {
    machine.remove();
    machine = new TestMachine({ joins: JOINS, address: '10.10.16.12' });
    write('joining', 'observe\n');
    expect(join()).toMatchObject({ status: 0, ...waits('starting-turn', 'waits until 10.10.16.11 is done: one node joins at a time') });
  });

  test('bootstraps where its data center has rows already', () => {
    expect(join({ keyspaces: 'shop\t{class: N, dc1: 3, europe-west1: 3}' })).toMatchObject({
      status: 0,
      journal: ['systemctl stop cassandra', 'again in two minutes'],
      ...waits('starting-turn', 'has replicas of shop'),
    });
    expect(file(`${DATA}/joining`)).toBe('bootstrap\n');
    run('render_configuration');
    expect(file(YAML)).not.toContain('auto_bootstrap');
    expect(file('run/cassandra-first-start')).toBe('');
  });

  test.each(['system_auth', 'gke_platform'])('becomes a member without rows when %s alone is in its data center', (keyspace) => {
    expect(join({ keyspaces: `${keyspace}\t{class: N, dc1: 3, europe-west1: 3}` }).journal).toEqual(['nodetool join']);
  });
});

describe('a member without rows', () => {
  const SECURE = 'is_secure() { return 0; }\n';
  beforeEach(() => {
    write('joining', 'rebuild\n');
    mkdirSync(machine.path(REBUILD_DIRECTORY.slice(1)), { recursive: true });
  });

  test('lets no client in before the rebuild, even with all roles', () => {
    expect(run('await_rebuild\nopen_to_clients', SECURE)).toMatchObject({
      status: 0,
      state: 'starting: this node is a member without rows, and clients are not let in: run gke-platform cassandra rebuild staging',
      attributes: { code: 'starting-rebuild' },
      journal: ['again in two minutes'],
    });
  });

  test('lets no client in after the rebuild while its superuser cannot log in', () => {
    writeFileSync(machine.path(REBUILD_COMPLETE_FILE.slice(1)), '');
    expect(run('await_rebuild\nopen_to_clients', 'is_secure() { return 1; }')).toMatchObject({
      status: 2,
      attributes: { code: 'waiting-roles' },
      journal: ['again in two minutes'],
    });
  });

  test('starts on its own once the other data center is gone from the configuration', () => {
    run('marker >"$MARKER"');
    write('joined', 'cluster_name=parking\n');
    const own = new TestMachine();
    cpSync(machine.path(DATA), own.path(DATA), { recursive: true });
    rmSync(own.path(REBUILD_DIRECTORY.slice(1)), { recursive: true });
    rmSync(own.path(`${DATA}/joining`));
    expect(own.run('check_marker\nchoose_start\nawait_turn\nrender_configuration', FAKES)).toMatchObject({ status: 0, journal: [] });
    const yaml = own.read(YAML);
    expect(yaml).toContain('- seeds: "10.10.16.11,10.10.16.12,10.10.16.13"');
    expect(yaml).toContain('require_endpoint_verification: true');
    expect(yaml).not.toMatch(/internode-ca|auto_bootstrap/);
    own.remove();
  });

  test('is part of the ring after it, and needs a restart for its own roles', () => {
    writeFileSync(machine.path(REBUILD_COMPLETE_FILE.slice(1)), '');
    const nodetool =
      "nodetool() { case $1 in version) echo 'ReleaseVersion: 5.0.8' ;; info) echo 'ID : 1-2' ;; esac; }\ninstalled_version() { echo 5.0.8; }\n";
    expect(run('await_rebuild\nmark_joined\nend_rebuild', `${SECURE}${nodetool}`).status).toBe(0);
    expect(existsSync(machine.path(REBUILD_DIRECTORY.slice(1)))).toBe(false);
    expect(existsSync(machine.path(`${DATA}/joining`))).toBe(false);
    expect(file(`${DATA}/joined`)).toContain('datacenter=europe-west1');
    expect(file(YAML)).toContain('- seeds: "10.10.16.11,10.10.16.12,10.10.16.13,10.8.0.5,10.8.0.6"');
    expect(file(YAML)).toMatch(/^auth_read_consistency_level: LOCAL_QUORUM$/m);
    expect(file(YAML)).not.toContain('auto_bootstrap');
    expect(file('run/cassandra-restart-pending').trim()).toMatch(/cassandra\.yaml$/);
  });
});

test('nodes trust both authorities, clients one', () => {
  mkdirSync(machine.path('etc/cassandra/tls'), { recursive: true });
  writeFileSync(machine.path('etc/cassandra/tls/ca.pem'), 'own\n');
  expect(run('TLS_CHANGED=no\ntrust_datacenter\n[[ $TLS_CHANGED == yes ]]').status).toBe(0);
  expect(file('etc/cassandra/tls/internode-ca.pem')).toBe(`own\n${JOINS.certificateAuthority}`);
  run('choose_datacenter_start\nrender_configuration');
  const [server, client] = ['server', 'client'].map(
    (name) => new RegExp(`^${name}_encryption_options:[\\s\\S]*?(?=^#)`, 'm').exec(file(YAML))![0],
  );
  expect(server).toContain('tls/internode-ca.pem');
  expect(server).toContain('require_client_auth: true');
  expect(server).toContain('require_endpoint_verification: false');
  expect(client).toContain('tls/ca.pem');
});
