import { joinNode } from '../../lib/operations';
import { FakeRing } from './fake-ring';

/** A ring of which b and c are members, and d has a blank disk. */
function newRing(): FakeRing {
  const fake = new FakeRing();
  Object.assign(fake.of('d'), { unit: 'inactive', code: 'stopped-by-operator', says: 'stopped: by an operator', takesClients: false });
  fake.before = (command) => {
    const node = fake.of('d');
    if (command.includes('rm -f /etc/cassandra-stopped'))
      Object.assign(node, { code: 'refused-blank-disk', says: 'refused: the data disk is blank' });
    if (command.includes('echo "$number bootstrap" >/etc/cassandra-replace-disk'))
      Object.assign(node, { code: 'starting-join', says: 'starting: copies its data', unit: 'active', upFrom: fake.now + 60_000 });
  };
  return fake;
}

function join(fake: FakeRing, more: object = {}) {
  const { ring, clock } = fake;
  const [b, c, d] = ring.nodes as [(typeof ring.nodes)[0], (typeof ring.nodes)[0], (typeof ring.nodes)[0]];
  const said: string[] = [];
  const onProgress = (text: string): void => void said.push(text);
  return joinNode({ shell: fake, ring, node: d, members: [b, c], clock, onProgress, ...more }).then((problem) => ({ problem, said }));
}

test('a blank disk is formatted once its startup script asks, and the node joins without clients', async () => {
  const fake = newRing();
  expect(await join(fake)).toEqual({
    problem: undefined,
    said: [
      'd: stopped: by an operator',
      'd: refused: the data disk is blank',
      'd: permitted to format its new disk',
      'd: starting: copies its data',
    ],
  });
  expect(fake.ran).toHaveLength(2);
  expect(fake.of('d').takesClients).toBe(false);
});

test('a member is left alone', async () => {
  const fake = new FakeRing();
  expect((await join(fake)).problem).toBeUndefined();
  expect(fake.ran).toEqual([]);
});

test('a join that was interrupted is continued without another format', async () => {
  const fake = newRing();
  fake.before = (command) => {
    if (command.includes('rm -f /etc/cassandra-stopped'))
      Object.assign(fake.of('d'), { code: 'starting-join', says: 'starting: copies', unit: 'active', upFrom: fake.now + 60_000 });
  };
  expect((await join(fake)).problem).toBeUndefined();
  expect(fake.ran).toHaveLength(1);
});

test('a node that has joined and that a member sees as DN for good has its gossip restarted', async () => {
  const fake = newRing();
  fake.of('d').unseenBy.add('c');
  const { problem, said } = await join(fake);
  expect(problem).toBeUndefined();
  expect(said.at(-1)).toBe('d runs, and is DN as seen by c: restarting its gossip');
  expect(fake.ran.at(-1)).toMatch(/^d: .*nodetool disablegossip$/s);
});

test('a refusal of the startup script ends it', async () => {
  const fake = newRing();
  fake.before = () => Object.assign(fake.of('d'), { code: 'refused-secret', says: 'refused: there is no key' });
  expect((await join(fake)).problem).toContain('refused: there is no key');
});

test('Cassandra that ends again and again ends it', async () => {
  const fake = newRing();
  fake.of('d').restarts = 7;
  fake.before = () => Object.assign(fake.of('d'), { code: 'failed-cassandra', says: 'failed', unit: 'activating', restarts: 9 });
  expect((await join(fake)).problem).toBe('Cassandra on d is in a crash loop: 2 restarts by systemd in the last hour');
});

test('a former state of the node does not count', async () => {
  const fake = newRing();
  Object.assign(fake.of('d'), { code: 'refused-damaged-disk', says: 'refused: the data disk is damaged', restarts: 5 });
  expect((await join(fake)).problem).toBeUndefined();
});

test('a VM that boots is waited for, and not for ever', async () => {
  const fake = newRing();
  const node = fake.of('d');
  node.unreachable = 'it boots';
  const { sleep } = fake.clock;
  let sleeps = 0;
  const clock = {
    ...fake.clock,
    sleep: async (milliseconds: number) => {
      if (++sleeps === 3) node.unreachable = undefined;
      await sleep(milliseconds);
    },
  };
  expect((await join(fake, { clock })).problem).toBeUndefined();
  node.upFrom = Number.POSITIVE_INFINITY;
  node.unreachable = 'it is gone';
  expect((await join(fake, { timeoutMinutes: 1 })).problem).toBe('d has not joined after 1 minutes: d is unreachable: it is gone');
});

test('an interruption ends it', async () => {
  const fake = newRing();
  const controller = new AbortController();
  const { before } = fake;
  fake.before = (command) => {
    before(command);
    controller.abort();
  };
  expect((await join(fake, { signal: controller.signal })).problem).toBe('interrupted');
});
