import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { TestMachine } from './test-machine';

describe('the start of Cassandra', () => {
  let machine: TestMachine;

  beforeEach(() => {
    machine = new TestMachine();
  });
  afterEach(() => machine.remove());

  function run(phases: string, { active = 'active', clients = 'true', before = '' } = {}) {
    return machine.run(
      phases,
      `
      systemctl() {
        case $* in
          *is-active*) [[ $* == *--quiet* ]] || echo ${active}; [[ ${active} == active ]] ;;
          *) journal "systemctl $*" ;;
        esac
      }
      nodetool() { journal "nodetool $*"; }
      journalctl() { :; }
      chown() { journal "chown $*"; }
      sleep() { :; }
      stat() { echo cassandra; }
      takes_clients() { ${clients}; }
      TLS_CHANGED=no
      ${before}
      `,
    );
  }

  test('starts a stopped Cassandra', () => {
    expect(run('start_cassandra', { active: 'inactive' })).toMatchObject({
      status: 0,
      journal: ['systemctl daemon-reload', 'systemctl start cassandra'],
      attributes: { 'restart-pending': 'no' },
    });
  });

  test('never restarts Cassandra: changed files are recorded in a file and a guest attribute, also by later runs', () => {
    run('render_configuration');
    const later = new TestMachine({ settings: { concurrent_reads: 64 } });
    for (const folder of ['cassandra', 'systemd/system', 'systemd/system/cassandra.service.d']) {
      mkdirSync(later.path(`etc/${folder}`), { recursive: true });
      for (const { name } of readdirSync(machine.path(`etc/${folder}`), { withFileTypes: true }).filter((entry) => entry.isFile())) {
        writeFileSync(later.path(`etc/${folder}/${name}`), machine.read(`etc/${folder}/${name}`).replaceAll(machine.root, later.root));
      }
    }
    machine.remove();
    machine = later;
    const { status, journal, attributes } = run('render_configuration\nstart_cassandra');
    expect({ status, journal }).toEqual({ status: 0, journal: ['systemctl daemon-reload'] });
    expect(attributes['restart-pending']).toMatch(/^yes: \S+\/etc\/cassandra\/cassandra\.yaml ?$/);
    expect(machine.read('run/cassandra-restart-pending')).toMatch(/^\S+\/etc\/cassandra\/cassandra\.yaml\n$/);

    expect(run('render_configuration\nstart_cassandra').attributes['restart-pending']).toMatch(/^yes: /);
  });

  test('reloads new keys without a restart', () => {
    expect(run('start_cassandra', { before: 'TLS_CHANGED=yes' })).toMatchObject({
      journal: ['systemctl daemon-reload', 'nodetool reloadssl'],
      attributes: { 'restart-pending': 'no' },
    });
  });

  test('succeeds when Cassandra accepts clients', () => {
    expect(run('await_clients')).toMatchObject({ status: 0, state: undefined });
  });

  test("fails with Cassandra's last error when systemd does not restart it", () => {
    mkdirSync(machine.path('var/log/cassandra'), { recursive: true });
    writeFileSync(
      machine.path('var/log/cassandra/system.log'),
      'INFO  [main] starting\nERROR [main] CassandraDaemon.java:900 - Cannot start node\nINFO  [Shutdown] bye\n',
    );
    expect(run('await_clients', { active: 'failed', clients: 'false' })).toMatchObject({
      status: 1,
      state: 'failed: Cassandra ended: ERROR [main] CassandraDaemon.java:900 - Cannot start node',
    });
  });

  test('waits for Cassandra when systemd restarts it', () => {
    const clients = `[[ -e ${machine.path('up')} ]] || { touch ${machine.path('up')}; false; }`;
    expect(run('await_clients', { active: 'activating', clients })).toMatchObject({
      status: 0,
      state: 'failed: Cassandra ended: its log has no errors',
    });
  });

  test('continues when the start takes longer, and checks again in two minutes', () => {
    expect(run('await_clients\nsecure_ring', { clients: 'false' })).toMatchObject({
      status: 0,
      journal: ['again in two minutes'],
      state: 'starting: Cassandra is up and takes no clients yet: a joining node first copies its data',
    });
    expect(existsSync(machine.path('var/lib/cassandra/joined'))).toBe(false);
  });
});

describe('the clock', () => {
  const awaitClock = (chronyc: string) => {
    const machine = new TestMachine();
    const result = machine.run('await_clock', `chronyc() { ${chronyc}; }\nsleep() { :; }`);
    machine.remove();
    return result;
  };
  const tracking = (state: string) =>
    `echo 'A9FEA9FE,169.254.169.254,2,1732572300.123,0.000012,0.000003,0.000020,-1.5,0.001,0.02,0.0003,0.0001,64.2,${state}'`;

  test('is synchronised when chrony reports a normal leap status', () => {
    expect(awaitClock(tracking('Normal')).status).toBe(0);
  });

  test.each([
    [tracking('Not synchronised'), 'Not synchronised'],
    ['return 1', 'nothing'],
  ])('fails, and is checked again in two minutes, while it is not synchronised', (chronyc, reported) => {
    expect(awaitClock(chronyc)).toMatchObject({
      status: 2,
      state: `waiting: the clock is not synchronised with metadata.google.internal: chronyc reports '${reported}'`,
      attributes: { code: 'waiting-clock' },
      journal: ['again in two minutes'],
    });
  });
});
