import { spawnSync } from 'node:child_process';
import { createRingStatus, RingState, type StartRingOptions, startRing, stopRing } from '../../lib/operations';
import { FakeRing } from './fake-ring';

let fake: FakeRing;
/** Commands of a node, by their kind. */
let kinds: string[];

beforeEach(() => {
  fake = new FakeRing();
  kinds = [];
  fake.before = (command) => {
    const name = command.slice(0, command.indexOf(':'));
    const kind = kindOf(command);
    if (kind === undefined) return;
    kinds.push(`${name} ${kind}`);
    const node = fake.of(name);
    if (kind === 'stop') Object.assign(node, { unit: 'inactive', takesClients: false, code: 'stopped-by-operator' });
    if (kind !== 'start' && kind !== 'release') return;
    const refuses = kind === 'start' && expired.has(name);
    Object.assign(node, refuses ? { code: 'refused-resurrection', says: 'refused: too long' } : UP);
    if (!refuses) fake.restart(node);
  };
});

const UP = { unit: 'active', takesClients: true, code: 'ready' };
const expired = new Set<string>();
afterEach(() => expired.clear());

function kindOf(command: string): string | undefined {
  if (command.includes('attributes/startup-script')) return 'check';
  if (command.includes('umount')) return 'stop';
  if (command.includes('.released')) return 'release';
  return command.includes('rm -f /etc/cassandra-stopped') ? 'start' : undefined;
}

const stop = (options = {}) => stopRing({ shell: fake, ring: fake.ring, clock: fake.clock, ...options });
const start = (options: Partial<StartRingOptions> = {}) => startRing({ shell: fake, ring: fake.ring, clock: fake.clock, ...options });
const ALL = { done: ['b', 'c', 'd'], remaining: [], problem: undefined };

test('checks every startup script first, then stops one node after another; again is fine', async () => {
  expect(await stop()).toEqual(ALL);
  expect(kinds).toEqual(['b check', 'c check', 'd check', 'b stop', 'c stop', 'd stop']);
  expect(await stop()).toEqual(ALL);
});

test('the scripts are valid bash', async () => {
  await stop();
  await start();
  for (const command of fake.ran) expect(spawnSync('bash', ['-n'], { input: command.slice(3) })).toMatchObject({ status: 0 });
});

test('the marker is written before Cassandra is asked to stop, and the disk is unmounted afterwards', async () => {
  await stop();
  const script = fake.ran.find((command) => kindOf(command) === 'stop')!;
  const order = ['mv -f /etc/cassandra-stopped.new', 'nodetool drain', 'systemctl stop cassandra.service', 'umount /var/lib/cassandra'];
  const places = order.map((part) => script.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((one, other) => one - other));
});

test('stops no node while one is unreachable', async () => {
  fake.of('d').unreachable = 'no answer within 60 s';
  expect(await stop()).toEqual({ done: [], remaining: ['b', 'c', 'd'], problem: 'd is unreachable: no answer within 60 s' });
  expect(kinds).toEqual([]);
});

test('names what is stopped when a node becomes unreachable meanwhile', async () => {
  const before = fake.before;
  fake.before = (command) => {
    if (command.startsWith('c: ') && kindOf(command) === 'stop') fake.of('c').unreachable = 'no answer within 900 s';
    else before(command);
  };
  expect(await stop()).toEqual({
    done: ['b'],
    remaining: ['c', 'd'],
    problem: 'it is unknown whether the stop ran on c: no answer within 900 s',
  });
});

test('at once: the first node alone, then all others; one that fails does not keep another from being stopped', async () => {
  const running: string[] = [];
  const most: number[] = [];
  const run = fake.run.bind(fake);
  fake.run = async (node, command, ...more) => {
    if (kindOf(command) !== 'stop') return run(node, command, ...more);
    running.push(node.name);
    most.push(running.length);
    await new Promise((resolve) => setImmediate(resolve));
    running.splice(running.indexOf(node.name), 1);
    return run(node, command, ...more);
  };
  const before = fake.before;
  fake.before = (command) => {
    if (command.startsWith('c: ') && kindOf(command) === 'stop') fake.of('c').unreachable = 'no answer within 900 s';
    else before(command);
  };
  expect(await stop({ isAtOnce: true })).toMatchObject({ done: ['b', 'd'], remaining: ['c'], problem: expect.stringContaining('on c') });
  expect(most).toEqual([1, 1, 2]);
});

test('at once: no other node is stopped when the first one cannot be', async () => {
  const before = fake.before;
  fake.before = (command) => {
    if (command.startsWith('b: ') && kindOf(command) === 'stop') fake.of('b').unreachable = 'no answer within 900 s';
    else before(command);
  };
  expect(await stop({ isAtOnce: true })).toMatchObject({ done: [], remaining: ['b', 'c', 'd'] });
  expect(kinds.filter((kind) => kind.endsWith('stop'))).toEqual([]);
});

test('a dry run prints the commands and changes nothing', async () => {
  const said: string[] = [];
  await stop({ dryRun: true, onProgress: (text: string) => said.push(text) });
  await start({ dryRun: true, onProgress: (text: string) => said.push(text) });
  expect([said.length, fake.ran]).toEqual([6, []]);
});

test('a stopped node is one finding with a code of its own', async () => {
  await stop();
  for (const node of fake.nodes) for (const part of ['disk', 'hints']) node.unread.add(part);
  const { findings } = createRingStatus(fake.ring, await RingState.collect(fake, fake.ring));
  expect(findings).toEqual(['b', 'c', 'd'].map((node) => ({ code: 'stopped-by-operator', node })));
});

test('starts all nodes and waits until all are up', async () => {
  await stop();
  kinds.length = 0;
  expect(await start()).toEqual(ALL);
  expect(kinds.sort()).toEqual(['b start', 'c start', 'd start']);
  expect((await RingState.collect(fake, fake.ring)).problems).toEqual([]);
});

test('ends when the ring is healthy: no node has hints for one that was stopped with all others', async () => {
  await stop();
  const began = fake.now;
  expect(await start()).toEqual(ALL);
  // Without the 12 seconds in which hints may be in memory.
  expect(fake.now - began).toBeLessThan((fake.upAfter + 12) * 1000);
});

test('a refused start names the state of the node', async () => {
  await stop();
  fake.of('c').hostId = 'c0000000-aaaa-bbbb-cccc-000000000000';
  expired.add('c');
  expect(await start({ timeoutMinutes: 1 })).toEqual({
    done: [],
    remaining: ['b', 'c', 'd'],
    problem: expect.stringContaining('c reports refused: too long'),
  });
  expect(kinds).not.toContain('c release');
});

test('nodes that were restored with the whole ring are released from the check for resurrected rows', async () => {
  await stop();
  expired.add('b').add('d');
  expect(await start({ restored: true })).toEqual(ALL);
  expect(kinds.filter((kind) => kind.endsWith('release')).sort()).toEqual(['b release', 'd release']);
});
