import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { CASSANDRA_UNIT } from '../../../lib/cassandra/node-files/cassandra-unit';
import { cassandraYaml } from '../../../lib/cassandra/node-files/cassandra-yaml';
import { RESURRECTION_FILES } from '../../../lib/cassandra/node-files/resurrection';
import { CONFIGURATION } from '../node-configuration';
import { TestMachine } from './test-machine';

let machine: TestMachine;
beforeEach(() => {
  machine = new TestMachine();
});
afterEach(() => machine.remove());

const RECORD = 'run/cassandra-resurrection-refused';

describe('the data resurrection check', () => {
  test('has the names of 5.0.8, keeps its heartbeat on the data disk, and excludes system_distributed', () => {
    expect(cassandraYaml(CONFIGURATION)).toContain(
      [
        '  check_data_resurrection:',
        '    enabled: true',
        '    heartbeat_file: /var/lib/cassandra/cassandra-heartbeat',
        '    excluded_keyspaces: system_distributed',
        '',
      ].join('\n'),
    );
  });

  test('skips keyspaces and tables that the ring excludes', () => {
    const yaml = cassandraYaml({ ...CONFIGURATION, resurrectionCheckExclusions: ['metrics', 'shop.carts', 'shop.visits'] });
    expect(yaml).toContain('    excluded_keyspaces: "system_distributed,metrics"\n    excluded_tables: "shop.carts,shop.visits"\n');
  });
});

describe('after an exit of Cassandra', () => {
  const refusal = (time: string) =>
    `ERROR [main] ${time},123 CassandraDaemon.java:897 - There are tables for which gc_grace_seconds is older than the lastly known time Cassandra node was up based on its heartbeat ${machine.path('var/lib/cassandra/cassandra-heartbeat')} with timestamp 2026-11-10T00:00:00Z. Invalid tables: shop.orders\n`;

  function end(log: string): boolean {
    mkdirSync(machine.path('var/log/cassandra'), { recursive: true });
    writeFileSync(machine.path('var/log/cassandra/system.log'), log);
    const script = RESURRECTION_FILES[0]!.content.replaceAll(/(?<=[ =>])\/(run|var)(?=\/)/g, (_, name) => machine.path(name));
    const input = `systemctl() { echo 'Sun 2026-11-29 06:00:00 UTC'; }\n${script}`;
    const { status, stderr } = spawnSync('bash', { input, encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
    expect([status, stderr]).toEqual([0, '']);
    return existsSync(machine.path(RECORD));
  }

  test.each([
    ['records a refusal of this start', () => refusal('2026-11-29 06:00:05'), true],
    ['ignores a refusal of an earlier start', () => refusal('2026-11-29 05:59:59'), false],
    ['ignores other errors', () => 'ERROR [main] 2026-11-29 06:00:05,123 CassandraDaemon.java:897 - Port in use\n', false],
    ['ignores a warning with the path of the file', () => refusal('2026-11-29 06:00:05').replace('ERROR', 'WARN '), false],
  ])('%s', (_, log, remembers) => {
    expect(end(log())).toBe(remembers);
  });

  test('systemd does not start Cassandra again once the refusal is recorded', () => {
    expect(CASSANDRA_UNIT).toContain(`\nExecCondition=/usr/bin/test ! -e /${RECORD}\n`);
    expect(CASSANDRA_UNIT).toContain('\nExecStopPost=+-/usr/local/sbin/cassandra-ended\n');
  });
});

describe('the startup script', () => {
  test('refuses with a code and the remediation', () => {
    writeFileSync(machine.path('var/lib/cassandra/cassandra-heartbeat'), '{}');
    const long = Date.now() / 1000 - 12 * 86_400 - 60;
    utimesSync(machine.path('var/lib/cassandra/cassandra-heartbeat'), long, long);
    writeFileSync(machine.path(RECORD), 'ERROR');
    const { status, attributes, journal } = machine.run(
      'await_clients',
      'takes_clients() { false; }\nsystemctl() { journal "systemctl $*"; echo activating; }',
    );
    expect({ status, journal, code: attributes.code }).toEqual({
      status: 2,
      journal: ['systemctl stop cassandra'],
      code: 'refused-resurrection',
    });
    expect(attributes.state).toMatch(
      /^refused: this node was down for 12 days, .*run gke-platform cassandra replace --lost-disk, or .* gke-platform cassandra release staging$/,
    );
  });

  test('allows one start in each run', () => {
    writeFileSync(machine.path(RECORD), 'ERROR');
    expect(machine.run('prepare_resurrection_check').status).toBe(0);
    expect(existsSync(machine.path(RECORD))).toBe(false);
    expect(machine.read('usr/local/sbin/cassandra-ended')).toContain('#!/bin/bash');
  });
});
