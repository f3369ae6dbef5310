import { existsSync, writeFileSync } from 'node:fs';
import { startupScript } from '../../../lib/cassandra/boot/startup-script';
import { CONFIGURATION } from '../node-configuration';
import { TestMachine } from './test-machine';

let machine: TestMachine;
beforeEach(() => {
  machine = new TestMachine();
});
afterEach(() => machine.remove());

test('a node that an operator stopped is left alone', () => {
  writeFileSync(machine.path('etc/cassandra-stopped'), 'host_id=1\n');
  const { status, state, journal } = machine.run('heed_operator\njournal next');
  expect({ status, state, journal }).toEqual({
    status: 0,
    state: 'stopped: an operator stopped this node: start the ring with gke-platform cassandra start staging',
    journal: [],
  });
  expect(machine.read('run/cassandra-state')).toMatch(/^stopped-by-operator\n/);
});

test('any other node goes on', () => {
  expect(machine.run('heed_operator\njournal next')).toMatchObject({ status: 0, journal: ['next'] });
  expect(existsSync(machine.path('run/cassandra-state'))).toBe(false);
});

test('the marker is heeded before anything else', () => {
  expect(/^phase (\w+)$/m.exec(startupScript(CONFIGURATION))?.[1]).toBe('heed_operator');
});

test('a node that was stopped since the script began is not started', () => {
  writeFileSync(machine.path('etc/cassandra-stopped'), '');
  expect(machine.run('start_cassandra', 'systemctl() { journal "systemctl $*"; }')).toMatchObject({ status: 0, journal: [] });
});
