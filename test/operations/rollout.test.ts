import { runRollingOperation } from '../../lib/cli/rolling-operation';
import { findRing, NodePlan, type ReplaceNodeOptions, RingState, type RolloutOptions, replaceNode, rollout } from '../../lib/operations';
import { FakeRing } from './fake-ring';
import { stackWithRing } from './rings';

let fake: FakeRing;
let planned: string[];
let applied: string[];

/** Actions of the next plans, unless a test requests a new VM. */
let change: 'nothing' | 'metadata' | 'labels';

beforeEach(() => {
  const stack = stackWithRing();
  for (const body of Object.values(stack.resource.google_compute_instance!))
    Object.assign(body, { '//': { cassandra: { version: '5.0.9' } } });
  fake = new FakeRing(findRing(stack));
  [planned, applied, change] = [[], [], 'nothing'];
  jest.spyOn(NodePlan, 'command').mockReturnValue('terraform apply');
  jest.spyOn(NodePlan, 'create').mockImplementation(async (_, { name }, { replacesVm = false } = {}) => {
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
  await runRollingOperation({ ...options, runScripts: 'gke-platform cassandra rolling-restart staging --only-pending' }, () => run());
  return written;
}

test('VM instances with another version of Cassandra are replaced', async () => {
  expect(await run()).toEqual({ done: ['b', 'c', 'd'], remaining: [], problem: undefined });
  expect(planned).toEqual(['b replaced', 'c replaced', 'd replaced']);
});

test.each([[false], [true]])('without gossip the running versions are unknown, and nothing is planned (dry run: %s)', async (dryRun) => {
  for (const node of fake.nodes) node.unread.add('gossip');
  expect(await run({ dryRun })).toEqual({ done: [], remaining: ['b', 'c', 'd'], problem: 'parts of b could not be read: gossip' });
  expect(planned).toEqual([]);
});

test('a node whose version is unknown is neither skipped nor replaced', async () => {
  for (const node of fake.nodes) node.release = '5.0.9';
  fake.of('c').release = '';
  expect(await run()).toEqual({ done: [], remaining: ['b', 'c', 'd'], problem: 'the version of Cassandra on c is unknown' });
  expect(planned).toEqual([]);
});

test('a new VM whose version is unknown is a problem', async () => {
  const collect = RingState.collect.bind(RingState);
  jest.spyOn(RingState, 'collect').mockImplementation(async (...args) => {
    if (applied.length > 0) fake.of('b').release = '';
    return collect(...args);
  });
  expect((await run()).problem).toBe('b was rolled out, and the version of Cassandra on b is unknown');
});

test('a VM with the last valid keys on its boot disk is not replaced', async () => {
  Object.assign(fake.of('c'), { code: 'ready-old-secret', says: 'ready: with the keys fetched before' });
  expect(await run()).toEqual({ done: [], remaining: ['b', 'c', 'd'], problem: 'c reports ready: with the keys fetched before' });
  const options = { shell: fake, ring: fake.ring, clock: fake.clock, stack: {} as ReplaceNodeOptions['stack'] };
  expect(await replaceNode({ ...options, node: fake.ring.nodes[1]! })).toMatchObject({
    done: [],
    problem: 'the last valid keys of c are on the boot disk that would be deleted: c reports ready: with the keys fetched before',
  });
  expect(planned).toEqual([]);
});

test('reports that metadata changed in place is in effect after the startup scripts have run', async () => {
  change = 'metadata';
  for (const node of fake.nodes) node.release = '5.0.9';
  const { stdout, stderr } = await command();
  expect(stdout).toBe('b changed in place\nc changed in place\nd changed in place\n');
  expect(stderr).toBe(
    'staging-cassandra is healthy.\nNot in effect yet on b, c, d: their startup scripts have not run since. Run them, and restart the nodes that need it, with: gke-platform cassandra rolling-restart staging --only-pending\n',
  );
});

test('reports that changed labels are in effect at once', async () => {
  change = 'labels';
  for (const node of fake.nodes) node.release = '5.0.9';
  expect(await command()).toEqual({ stdout: 'b rolled out\nc rolled out\nd rolled out\n', stderr: 'staging-cassandra is healthy.\n' });
});
