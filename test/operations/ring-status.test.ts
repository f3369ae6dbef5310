import { createRingStatus, formatStatus, RingState, type RingStatus, rollingRestart } from '../../lib/operations';
import { FakeRing } from './fake-ring';

let fake: FakeRing;

beforeEach(() => {
  fake = new FakeRing();
});

const status = async (): Promise<RingStatus> => createRingStatus(fake.ring, await RingState.collect(fake, fake.ring));

test('a ring has no findings when every check could be read', async () => {
  expect((await status()).findings).toEqual([]);
});

test.each([
  'certificate',
  'disk',
  'restarts',
  'gossip',
  'hints',
  'says',
  'code',
  'pending',
  'repair-age',
  'joined-age',
  'joined',
  'heartbeat',
  'address',
  'flush',
  'roles',
])('%s is a finding when it could not be read', async (part) => {
  fake.of('c').unread.add(part);
  const { findings, isUnknown, problems } = await status();
  expect(findings).toEqual([{ code: 'not-readable', node: 'c', parts: [part] }]);
  expect([isUnknown, problems]).toEqual([false, [`parts of c could not be read: ${part}`]]);
});

test('unreadable checks are one finding for a node, and have no placeholder values', async () => {
  for (const node of fake.nodes) for (const part of ['pending', 'restarts', 'repair-age']) node.unread.add(part);
  const all = await status();
  expect(all.findings).toEqual(
    ['b', 'c', 'd'].map((node) => ({ code: 'not-readable', node, parts: ['pending', 'repair-age', 'restarts'] })),
  );
  expect(all.nodes[0]).toMatchObject({ restartsLastHour: undefined, notReadable: ['pending', 'repair-age', 'restarts'] });
  expect(formatStatus(all).split('\n')[1]).toMatch(/ {2}- +\? +\? +700 d /);
  expect(formatStatus(all)).not.toContain('healthy');
});

test.each([
  ['disk', { disk: '10737418240\n \n' }],
  ['restarts', { restarts: Number.NaN }],
])('%s is a finding when its value is invalid', async (part, answer) => {
  Object.assign(fake.of('c'), answer);
  expect((await status()).findings).toEqual([{ code: 'not-readable', node: 'c', parts: [part] }]);
});

test('checks that need a running Cassandra add no findings when Cassandra does not respond', async () => {
  fake.of('c').unit = 'inactive';
  expect((await status()).findings.map(({ code }) => code)).not.toContain('not-readable');
});

test.each(['starting', 'starting-peers', 'stopped', 'ready-old-secret', 'waiting-disk'])('the state %s is a finding', async (code) => {
  fake.of('b').code = code;
  fake.of('b').says = 'a sentence';
  expect((await status()).findings).toEqual([{ code: 'startup-script', node: 'b', stateCode: code, state: 'a sentence' }]);
});

test("Cassandra's default role is a finding while it can log in or is a superuser", async () => {
  for (const node of fake.nodes) node.roles[0] = 'cassandra\ttrue\ttrue';
  const { findings, problems } = await status();
  expect(findings).toEqual([{ code: 'default-role', canLogin: true, isSuperuser: true }]);
  expect(problems[0]).toMatch(/^Cassandra's default role cassandra can log in, and its password is published: run cassandra-cql 'ALTER /);
  for (const node of fake.nodes) node.roles[0] = 'cassandra\tfalse\ttrue';
  expect((await status()).problems[0]).toMatch(/^Cassandra's default role cassandra is a superuser, /);
});

test('roles that the stack does not declare are listed, and superusers among them are findings', async () => {
  for (const node of fake.nodes)
    node.roles.push('billing\ttrue\tfalse', 'reports\ttrue\tfalse', 'admin\tfalse\ttrue', 'a \u001b[31m\tnull\tnull');
  const all = await status();
  expect(all.undeclaredRoles).toEqual([
    { name: 'a \u001b[31m', canLogin: false, isSuperuser: false },
    { name: 'admin', canLogin: false, isSuperuser: true },
    { name: 'reports', canLogin: true, isSuperuser: false },
  ]);
  expect(all.findings).toEqual([{ code: 'undeclared-superuser', role: 'admin' }]);
  expect(formatStatus(all)).toContain('problem: role admin is a superuser, and the stack does not declare it\n');
  expect(formatStatus(all)).toContain('roles that the stack does not declare: "a \\u001b[31m", admin, reports\n');
});

test('a declared role that is a superuser is a finding, and so is one that only one node knows', async () => {
  fake.of('d').roles.push('billing\ttrue\ttrue');
  expect((await status()).findings).toEqual([{ code: 'undeclared-superuser', role: 'billing' }]);
});

test('warnings of the client among the rows are no roles', async () => {
  fake.of('b').roles.unshift('cassandra-cql: a warning');
  expect(await status()).toMatchObject({ findings: [], undeclaredRoles: [] });
});

test('a missing state is a finding', async () => {
  fake.of('b').code = '';
  fake.of('b').says = '';
  expect((await status()).findings).toEqual([{ code: 'state-without-code', node: 'b', state: '' }]);
});

test.each(['gossip', 'hints', 'pending', 'restarts'])('no node is restarted while %s of a node cannot be read', async (part) => {
  fake.of('d').schema = 'e84b6a60-24cf-30ca-9b58-452d92911703';
  fake.of('d').unread.add(part);
  if (part !== 'gossip') fake.of('d').schema = fake.of('b').schema;
  expect(await rollingRestart({ shell: fake, ring: fake.ring, clock: fake.clock, since: new Date(fake.now) })).toEqual({
    done: [],
    remaining: ['b', 'c', 'd'],
    problem: `parts of d could not be read: ${part}`,
  });
  expect(fake.ran).toEqual([]);
});

test('a node that is missing from its own gossip disagrees with every other node', async () => {
  const run = fake.run.bind(fake);
  fake.run = async (node, script) => {
    const answer = await run(node, script);
    return node.name === 'd' ? { ...answer, stdout: answer.stdout.replace('\n/127.0.0.13\n', '\n/127.0.0.99\n') } : answer;
  };
  expect((await RingState.collect(fake, fake.ring)).problems).toEqual([{ code: 'not-readable', node: 'd', parts: ['gossip'] }]);
});
