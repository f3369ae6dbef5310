import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CASSANDRA_UNIT } from '../../../lib/cassandra/node-files/cassandra-unit';
import { STATE_PROGRAM, stateFiles } from '../../../lib/cassandra/node-files/node-state';
import { CONFIGURATION } from '../node-configuration';
import { TestMachine } from './test-machine';

/** Conditions on the node that `cassandra-state` reads. */
interface Found {
  readonly clients?: boolean;

  /** Active state and result of Cassandra's unit. */
  readonly unit?: readonly [active: string, result: string];
  readonly startupScript?: string;
  readonly metadataServer?: boolean;
}

let machine: TestMachine;
beforeEach(() => {
  machine = new TestMachine();
  writeFileSync(machine.path('var/lib/cassandra/joined'), '');
});
afterEach(() => machine.remove());

const READY = 'ready: Cassandra takes clients at 10.10.16.11';

function reports(code: string, sentence: string): void {
  const { status, output } = machine.run(`report ${code} '${sentence}'`);
  expect([status, output]).toEqual([0, expect.stringContaining(sentence)]);
}

/** Runs the program. @returns guest attributes that it sent, in their order */
function publishes({
  clients = true,
  unit = ['active', 'success'],
  startupScript = 'inactive',
  metadataServer = true,
}: Found = {}): string[] {
  const sent = machine.path('sent');
  writeFileSync(sent, '');
  const [program] = stateFiles(CONFIGURATION);
  const script = program!.content.replaceAll(/(?<![\w./-])\/(run|var)(?=\/)/g, (_, name) => machine.path(name));
  const input = `
    systemctl() {
      case $* in
        *=ActiveState*startup-scripts*) echo ${startupScript} ;;
        *=ActiveState*cassandra*) echo ${unit[0]} ;;
        *=Result*cassandra*) echo ${unit[1]} ;;
      esac
    }
    ss() { ${clients ? "echo 'LISTEN 0 4096 10.10.16.11:9042'" : ':'}; }
    curl() { ${metadataServer ? `echo "$(basename "\${10}")=$9" >>${sent}` : 'return 7'}; }
    ${script}`;
  const { status, stderr } = spawnSync('bash', { input, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return readFileSync(sent, 'utf8').trim().split('\n').filter(Boolean);
}

describe('while the startup script is idle, the published state', () => {
  beforeEach(() => {
    reports('ready', 'Cassandra takes clients at 10.10.16.11');
    publishes();
  });

  test('is sent once while it is unchanged', () => {
    expect(publishes()).toEqual([]);
  });

  test.each<[string, Found, string[]]>([
    ['was stopped', { clients: false, unit: ['inactive', 'success'] }, ['code=stopped', 'state=stopped: Cassandra was stopped']],
    ['runs and takes no clients', { clients: false }, ['code=stopped', 'state=stopped: Cassandra runs and takes no clients']],
    [
      'ended',
      { clients: false, unit: ['deactivating', 'signal'] },
      ['code=failed-cassandra', 'state=failed: Cassandra ended: its log has no errors'],
    ],
    [
      'has failed for good',
      { clients: false, unit: ['failed', 'start-limit-hit'] },
      ['code=failed-cassandra', 'state=failed: Cassandra ended: its log has no errors'],
    ],
  ])('changes when Cassandra %s, and is ready again afterwards', (_, found, sent) => {
    expect(publishes(found)).toEqual(sent);
    expect(publishes(found)).toEqual([]);
    expect(publishes()).toEqual(['code=ready', `state=${READY}`]);
  });

  test('is a refusal when a start was refused because the node was down for too long', () => {
    writeFileSync(machine.path('run/cassandra-resurrection-refused'), 'ERROR');
    const sent = publishes({ clients: false, unit: ['inactive', 'exec-condition'] });
    expect(sent).toEqual([
      'code=refused-resurrection',
      expect.stringMatching(/^state=refused: this node was down for 0 days, .* release staging$/),
    ]);
  });

  test('is sent again when the metadata server rejected it', () => {
    expect(publishes({ clients: false, metadataServer: false })).toEqual([]);
    expect(publishes({ clients: false })).toEqual(['code=stopped', 'state=stopped: Cassandra runs and takes no clients']);
  });

  test('has no pending restart after a restart of Cassandra', () => {
    writeFileSync(machine.path('run/cassandra-restart-pending'), '/etc/cassandra/cassandra.yaml\n');
    expect(publishes()).toEqual(['restart-pending=yes: /etc/cassandra/cassandra.yaml']);
    machine.run(`rm ${machine.path('run/cassandra-restart-pending')}`);
    expect(publishes()).toEqual(['restart-pending=no']);
  });
});

describe('the published state is left to the startup script', () => {
  const dead: Found = { clients: false, unit: ['failed', 'exit-code'] };
  const states = (sent: readonly string[]) => sent.filter((each) => !each.startsWith('restart-pending'));

  test('while that script runs', () => {
    reports('ready', 'Cassandra takes clients at 10.10.16.11');
    expect(publishes({ ...dead, startupScript: 'activating' })).toEqual([]);
  });

  test('before it has published a state since the boot', () => {
    expect(publishes(dead)).toEqual([]);
    expect(existsSync(machine.path('run/cassandra-state'))).toBe(false);
  });

  test.each([
    ['waiting-secret', 'Secret Manager does not answer'],
    ['refused-secret', 'the certificate is past its end'],
    ['starting-join', 'it copies its data'],
    ['failed-script', 'phase tune_os ended with status 1'],
  ])('when its last state was %s, which is sent if it was lost', (code, sentence) => {
    reports(code, sentence);
    const [kind] = code.split('-');
    expect(states(publishes(dead))).toEqual([`code=${code}`, `state=${kind}: ${sentence}`]);
    expect(publishes({})).toEqual([]);
  });

  test('until the node is part of the ring', () => {
    reports('failed-cassandra', 'Cassandra ended: its log has no errors');
    publishes(dead);
    machine.run(`rm ${machine.path('var/lib/cassandra/joined')}`);
    expect(publishes()).toEqual([]);
  });
});

test('systemd publishes the state after each exit of Cassandra, and every 30 seconds', () => {
  expect(CASSANDRA_UNIT).toContain(`\nExecStopPost=+-${STATE_PROGRAM}\n`);
  const [, service, timer] = stateFiles(CONFIGURATION);
  expect(service!.content).toContain(`\nExecStart=${STATE_PROGRAM}\n`);
  expect(timer!.content).toContain('\nOnUnitInactiveSec=30\n');
});
