import { runRollingOperation } from '../../lib/cli/rolling-operation';
import { type ReleaseRingOptions, releaseRing } from '../../lib/operations';
import { FakeRing } from './fake-ring';

let fake: FakeRing;
const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  fake = new FakeRing();
  for (const node of fake.nodes) {
    node.unit = 'inactive';
    node.code = 'refused-resurrection';
    node.heartbeatAt = fake.now - 12 * 86_400_000;
  }
});

const release = (options: Partial<ReleaseRingOptions> = {}) =>
  releaseRing({ shell: fake, ring: fake.ring, onProgress: (text) => said.push(text), ...options });
const untouched = (problem: string) => ({ done: [], remaining: ['b', 'c', 'd'], problem });

test('moves the heartbeat file of each node away and runs its startup script', async () => {
  expect(await release()).toEqual({ done: ['b', 'c', 'd'], remaining: [], problem: undefined });
  expect(fake.ran).toHaveLength(3);
  for (const command of fake.ran) {
    expect(command).toContain('mv -f /var/lib/cassandra/cassandra-heartbeat /var/lib/cassandra/cassandra-heartbeat.released');
    expect(command).toContain('systemctl restart --no-block google-startup-scripts.service');
  }
});

test('a dry run prints the commands and changes nothing', async () => {
  await release({ dryRun: true });
  expect([said.length, fake.ran]).toEqual([3, []]);
});

describe('changes no node when', () => {
  afterEach(() => expect(fake.ran).toEqual([]));

  test('Cassandra runs on one', async () => {
    fake.of('d').unit = 'active';
    expect(await release()).toEqual(
      untouched('Cassandra runs on d, so rows may have been deleted while other nodes were down: replace those'),
    );
  });

  test('a VM does not answer', async () => {
    fake.of('d').unreachable = 'no answer within 60 s';
    expect(await release()).toEqual(untouched('d is unreachable: no answer within 60 s'));
  });

  test('a node refuses for another reason', async () => {
    fake.of('d').code = 'refused-identity';
    expect(await release()).toEqual(untouched('d is not in the state refused-resurrection'));
  });

  test('a node stopped earlier than the others', async () => {
    fake.of('c').heartbeatAt -= 5 * 3_600_000;
    expect(await release()).toEqual(untouched('c stopped 5 h before another node and may have missed deletions: pass --except c'));
  });
});

test.each(['unit', 'clients', 'heartbeat', 'code'])(
  'changes no node while %s of a node cannot be read, even of an excluded one',
  async (part) => {
    fake.of('c').unread.add(part);
    const problem = `parts of c could not be read: ${part}`;
    expect(await release()).toEqual(untouched(problem));
    expect(await release({ except: [fake.ring.nodes[1]!] })).toEqual({ done: [], remaining: ['b', 'd'], problem });
    expect(fake.ran).toEqual([]);
  },
);

test('compares with an excluded node too', async () => {
  fake.of('d').heartbeatAt += 5 * 3_600_000;
  const problem = 'b stopped 5 h before another node and may have missed deletions: pass --except b';
  expect(await release()).toEqual(untouched(problem));
  expect(await release({ except: [fake.ring.nodes[2]!] })).toEqual({ done: [], remaining: ['b', 'c'], problem });
  expect(fake.ran).toEqual([]);
});

test('the command does not report a ring as healthy while its nodes are starting', async () => {
  const stdout: string[] = [];
  const stderr: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => stdout.push(String(text)) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(String(text)) > 0);
  const options = { ring: fake.ring, shell: fake, what: 'release', again: 'again', dryRun: false, breakLock: false };
  const afterwards = 'see: gke-platform cassandra status staging';
  try {
    await runRollingOperation({ ...options, done: 'starting', afterwards }, () => release());
  } finally {
    jest.restoreAllMocks();
  }
  expect(stdout.join('')).toBe('b starting\nc starting\nd starting\n');
  expect(stderr.join('')).toBe('see: gke-platform cassandra status staging\n');
});

test('excludes the node that will be replaced', async () => {
  fake.of('c').heartbeatAt -= 5 * 3_600_000;
  expect(await release({ except: [fake.ring.nodes[1]!] })).toEqual({ done: ['b', 'd'], remaining: [], problem: undefined });
});
