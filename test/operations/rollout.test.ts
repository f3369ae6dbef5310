import { nodeByNode } from '../../lib/cli/node-by-node';
import { NodePlan, type ReplaceNodeOptions, RingLook, type RolloutOptions, replaceNode, ringIn, rollout } from '../../lib/operations';
import { FakeRing } from './fake-ring';
import { stackWithRing } from './rings';

let fake: FakeRing;
let planned: string[];
let applied: string[];

/** What the next plans do, when nothing else asks for a new VM. */
let change: 'nothing' | 'metadata' | 'labels';

beforeEach(() => {
  const stack = stackWithRing();
  for (const body of Object.values(stack.resource.google_compute_instance!))
    Object.assign(body, { '//': { cassandra: { version: '5.0.9' } } });
  fake = new FakeRing(ringIn(stack));
  [planned, applied, change] = [[], [], 'nothing'];
  jest.spyOn(NodePlan, 'typed').mockReturnValue('terraform apply');
  jest.spyOn(NodePlan, 'make').mockImplementation(async (_, { name }, { replacesVm = false } = {}) => {
    planned.push(`${name} ${replacesVm ? 'replaced' : 'as it is'}`);
    return {
      changes: replacesVm || change !== 'nothing' ? [{}] : [],
      stops: replacesVm,
      replacesVm,
      changesMetadata: change === 'metadata',
      inWords: 'changes',
      discard: () => {},
      apply: async () => {
        applied.push(name);
        if (replacesVm) fake.restart(Object.assign(fake.of(name), { release: '5.0.9' }));
      },
    } as unknown as NodePlan;
  });
});
afterEach(() => jest.restoreAllMocks());

const run = (options: Partial<RolloutOptions> = {}) =>
  rollout({ shell: fake, ring: fake.ring, stack: {} as RolloutOptions['stack'], clock: fake.clock, ...options });

/** Runs it as the command does. */
async function command(): Promise<{ stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  }
  const options = { ring: fake.ring, shell: fake, what: 'rollout', again: 'again', dryRun: false, breakLock: false, done: 'rolled out' };
  await nodeByNode({ ...options, runScripts: 'gke-platform cassandra rolling-restart staging --only-pending' }, () => run());
  return written;
}

test('nodes that run another version are made anew', async () => {
  expect(await run()).toEqual({ done: ['b', 'c', 'd'], left: [], doubt: undefined });
  expect(planned).toEqual(['b replaced', 'c replaced', 'd replaced']);
});

test.each([[false], [true]])('without gossip it is not known what runs, and nothing is planned (dry run: %s)', async (dryRun) => {
  for (const node of fake.nodes) node.unread.add('gossip');
  expect(await run({ dryRun })).toEqual({ done: [], left: ['b', 'c', 'd'], doubt: 'parts of b could not be read: gossip' });
  expect(planned).toEqual([]);
});

test('a node that does not tell its version is neither left alone nor replaced', async () => {
  for (const node of fake.nodes) node.release = '5.0.9';
  fake.of('c').release = '';
  expect(await run()).toEqual({ done: [], left: ['b', 'c', 'd'], doubt: 'which version of Cassandra runs on c is not known' });
  expect(planned).toEqual([]);
});

test('a new VM that does not tell its version is a doubt', async () => {
  const take = RingLook.take.bind(RingLook);
  jest.spyOn(RingLook, 'take').mockImplementation(async (...args) => {
    if (applied.length > 0) fake.of('b').release = '';
    return take(...args);
  });
  expect((await run()).doubt).toBe('b was rolled out, and which version of Cassandra runs on b is not known');
});

test('a VM with the last good keys on its boot disk is not replaced', async () => {
  Object.assign(fake.of('c'), { code: 'ready-old-secret', says: 'ready: with the keys fetched before' });
  expect(await run()).toEqual({ done: [], left: ['b', 'c', 'd'], doubt: 'c says ready: with the keys fetched before' });
  const options = { shell: fake, ring: fake.ring, clock: fake.clock, stack: {} as ReplaceNodeOptions['stack'] };
  expect(await replaceNode({ ...options, node: fake.ring.nodes[1]! })).toMatchObject({
    done: [],
    doubt: 'the last good keys of c are on the boot disk that would be deleted, since c says ready: with the keys fetched before',
  });
  expect(planned).toEqual([]);
});

test('metadata that is changed in place is said to be in effect once the startup scripts have run', async () => {
  change = 'metadata';
  for (const node of fake.nodes) node.release = '5.0.9';
  const { stdout, stderr } = await command();
  expect(stdout).toBe('b changed in place\nc changed in place\nd changed in place\n');
  expect(stderr).toBe(
    'staging-cassandra is healthy.\nNot in effect yet: the startup scripts of b, c, d have not run since the change. Run them, and restart pending nodes, with: gke-platform cassandra rolling-restart staging --only-pending\n',
  );
});

test('labels are in effect at once', async () => {
  change = 'labels';
  for (const node of fake.nodes) node.release = '5.0.9';
  expect(await command()).toEqual({ stdout: 'b rolled out\nc rolled out\nd rolled out\n', stderr: 'staging-cassandra is healthy.\n' });
});
