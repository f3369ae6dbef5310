import { type Clock, RingLock, type RollingRestartOptions, rollingRestart } from '../../lib/operations';
import { FakeRing } from './fake-ring';

let fake: FakeRing;
let said: string[];

beforeEach(() => {
  fake = new FakeRing();
  said = [];
});

const restart = (options: Partial<RollingRestartOptions> = {}) =>
  rollingRestart({
    shell: fake,
    ring: fake.ring,
    since: new Date(fake.now),
    clock: fake.clock,
    onProgress: (text) => said.push(text),
    ...options,
  });

const commands = (name: string): string[] => [`${name}: nodetool drain`, `${name}: systemctl restart cassandra.service`];

test('drains and restarts one node at a time, each once the ring is healthy again', async () => {
  const overlapping: string[] = [];
  fake.before = (command) => {
    const others = fake.nodes.filter(
      ({ name, upFrom, hintsUntil }) => !command.startsWith(name) && Math.max(upFrom, hintsUntil) > fake.now,
    );
    overlapping.push(...others.map(({ name }) => `${command} while ${name} is not whole`));
  };
  expect(await restart()).toEqual({ done: ['b', 'c', 'd'], remaining: [], problem: undefined });
  expect(fake.ran).toEqual([...commands('b'), ...commands('c'), ...commands('d')]);
  expect(overlapping).toEqual([]);
  expect(said).toContain('waiting: b takes no clients (active)');
  expect(said).toContain('waiting: hints for b wait on c (1 file, 1.5 KiB)');
});

test.each([
  ['10s', 12],
  ['30000ms', 32],
  ['1s', 3],
  ['?', 12],
])('with a hints flush period of %p, reads hints %p seconds after all nodes are up', async (period, seconds) => {
  fake.upAfter = 0;
  fake.hintsAfter = 0;
  for (const node of fake.nodes) node.hintsFlush = period;
  const gaps: number[] = [];
  let last = fake.now;
  fake.before = (command) => {
    if (!command.endsWith('drain')) return;
    gaps.push(Math.floor((fake.now - last) / 1000));
    last = fake.now;
  };
  await restart();
  // Before the first one nothing was done; each of the others comes after two commands of two seconds.
  expect(gaps).toEqual([seconds, seconds + 4, seconds + 4]);
});

test('waits for the longer hints flush period that a node has since its restart', async () => {
  fake.hintsAfter = 0;
  fake.before = (command) => {
    if (command === 'b: systemctl restart cassandra.service') fake.of('b').hintsFlush = '1m';
  };
  let upFrom = 0;
  const before = fake.before;
  fake.before = (command) => {
    before(command);
    if (command === 'c: nodetool drain') upFrom = (fake.now - fake.of('b').upFrom) / 1000;
  };
  await restart();
  expect(upFrom).toBeGreaterThanOrEqual(62);
});

test('waits for pending hints only until they are delivered, without another flush period', async () => {
  fake.upAfter = 0;
  fake.hintsAfter = 20;
  const moments: number[] = [];
  fake.before = (command) => {
    if (command.endsWith('drain')) moments.push(fake.now);
  };
  await restart();
  expect((moments[1]! - moments[0]!) / 1000).toBeLessThan(20 + 2 + 2 + 3);
});

test('with onlyPending, runs the startup scripts first and restarts nodes with settings that these wrote', async () => {
  fake.deployed.set('b', ['/etc/cassandra/cassandra.yaml']);
  expect(await restart({ onlyPending: true, dryRun: true })).toMatchObject({ done: [], remaining: [] });
  expect(await restart({ onlyPending: true })).toMatchObject({ done: ['b'], remaining: [] });
  expect(fake.ran).toEqual(commands('b'));
});

test('with onlyPending, restarts nodes with settings that were pending before', async () => {
  fake.of('c').pending = ['/etc/cassandra/cassandra.yaml'];
  expect(await restart({ onlyPending: true })).toMatchObject({ done: ['c'], remaining: [] });
  expect(fake.ran).toEqual(commands('c'));
});

test('resumes where a run stopped, and restarts no node twice', async () => {
  const since = new Date(fake.now);
  const before = fake.of('c').hostId;
  fake.before = (command) => {
    if (command === 'c: systemctl restart cassandra.service') fake.of('c').schema = 'e84b6a60-24cf-30ca-9b58-452d92911703';
  };
  const stopped = await restart({ since });
  expect(stopped).toMatchObject({ done: ['b'], remaining: ['c', 'd'] });
  expect(stopped.problem).toMatch(/^c was restarted, and nodes disagree about the schema: \S+ on b, d; \S+ on c, after 15 minutes$/);
  fake.before = () => {};
  fake.of('c').schema = fake.of('b').schema;
  expect(fake.of('c').hostId).toBe(before);
  fake.ran.length = 0;
  expect(await restart({ since })).toEqual({ done: ['d'], remaining: [], problem: undefined });
  expect(fake.ran).toEqual(commands('d'));
});

test('a dry run prints the commands and changes nothing', async () => {
  expect(await restart({ dryRun: true })).toMatchObject({ done: [], remaining: ['b', 'c', 'd'] });
  expect(said.slice(0, 3)).toEqual(['b', 'c', 'd'].map((name) => `on ${name}: systemctl restart google-startup-scripts.service`));
  expect(said.slice(3, 5)).toEqual(['on b: nodetool drain', 'on b: systemctl restart cassandra.service']);
  expect(said).toHaveLength(9);
  expect(fake.ran).toEqual([]);
});

describe('stops before the first node when', () => {
  const untouched = { done: [], remaining: ['b', 'c', 'd'] };
  afterEach(() => expect(fake.ran).toEqual([]));

  test('a node is down', async () => {
    fake.of('d').upFrom = Number.POSITIVE_INFINITY;
    fake.of('d').unit = 'failed';
    const { problem, ...rest } = await restart();
    expect(rest).toEqual(untouched);
    expect(problem).toMatch(/^Cassandra on d does not answer \(failed\): nodetool: Failed to connect/);
  });

  test('a VM does not answer', async () => {
    fake.of('d').unreachable = 'no answer within 60 s';
    expect(await restart()).toEqual({ ...untouched, problem: 'd is unreachable: no answer within 60 s' });
  });

  test('nodes disagree about the schema', async () => {
    fake.of('d').schema = 'e84b6a60-24cf-30ca-9b58-452d92911703';
    expect(await restart()).toEqual({
      ...untouched,
      problem: 'nodes disagree about the schema: 59adb24e-f3cd-3e02-97f0-5b395827453f on b, c; e84b6a60-24cf-30ca-9b58-452d92911703 on d',
    });
  });

  test('the ring has a member that is not in the stack', async () => {
    const ring = { ...fake.ring, nodes: fake.ring.nodes.slice(0, 2) };
    expect(await restart({ ring })).toEqual({
      done: [],
      remaining: ['b', 'c'],
      problem: '127.0.0.13 (UN) is in the ring and not in the stack',
    });
  });

  test('a node accepts no clients', async () => {
    fake.of('b').takesClients = false;
    expect(await restart()).toEqual({ ...untouched, problem: 'b takes no clients' });
  });

  test('a startup script refuses the deployed configuration', async () => {
    fake.before = () => {
      fake.of('c').says = 'refused: secret ring-c-tls cannot be read (HTTP 404)';
      fake.of('c').code = 'refused-secret';
    };
    expect(await restart()).toEqual({ ...untouched, problem: 'c reports refused: secret ring-c-tls cannot be read (HTTP 404)' });
  });

  test('a node keeps older keys, because it refused the current version of a secret', async () => {
    fake.before = () => {
      fake.of('c').says = 'ready: with the keys fetched before, since the certificate in secret ring-c-tls is past its end';
      fake.of('c').code = 'ready-old-secret';
    };
    expect((await restart()).problem).toContain('c reports ready: with the keys fetched before');
  });

  test('a node is in a crash loop, although it is up at the moment', async () => {
    fake.of('d').restarts = 2;
    expect(await restart()).toEqual({
      ...untouched,
      problem: 'Cassandra on d is in a crash loop: 2 restarts by systemd in the last hour',
    });
  });

  test('a startup script publishes an unknown state code', async () => {
    fake.of('c').code = 'resting';
    fake.of('c').says = 'resting: until tomorrow';
    expect((await restart()).problem).toContain('the startup script on c is of another version of this library');
    fake.of('c').code = '';
    expect((await restart()).problem).toContain('the startup script on c is of another version of this library');
  });

  test('hints do not drain', async () => {
    fake.of('d').hintsUntil = Number.POSITIVE_INFINITY;
    expect(await restart({ timeoutMinutes: 2 })).toEqual({
      ...untouched,
      problem: 'hints for d wait on b (1 file, 1.5 KiB), after 2 minutes',
    });
  });
});

describe('a restarted node that another one does not see', () => {
  /** With the restart of c, b no longer sees it. */
  const unsee = (more: () => void = () => {}) => {
    fake.before = (command) => {
      if (command !== 'c: systemctl restart cassandra.service') return;
      fake.of('c').unseenBy.add('b');
      more();
    };
  };
  const gossipRestarts = (): string[] => fake.ran.filter((command) => command.includes('gossip'));

  test('has its gossip restarted after half a minute', async () => {
    unsee();
    expect(await restart()).toMatchObject({ done: ['b', 'c', 'd'], problem: undefined });
    expect(gossipRestarts()).toEqual([expect.stringMatching(/^c: .*nodetool enablegossip.*nodetool disablegossip$/s)]);
    expect(said).toContain('c runs, and is DN as seen by b: restarting its gossip');
  });

  test('has its gossip restarted once: where that does not help, the restart stops', async () => {
    unsee();
    fake.of('c').unseenBy.clear = () => {};
    expect(await restart()).toMatchObject({
      remaining: ['c', 'd'],
      problem: 'c was restarted, and c is DN as seen by b, after 15 minutes',
    });
    expect(gossipRestarts()).toHaveLength(1);
  });

  test('whose gossip cannot be restarted is reported, and waited for', async () => {
    unsee();
    const run = fake.run.bind(fake);
    jest.spyOn(fake, 'run').mockImplementation(async (node, script) => {
      if (script.includes('enablegossip')) return { status: 1, stdout: '', stderr: 'nodetool: Failed to connect' };
      return run(node, script);
    });
    expect((await restart()).problem).toBe('c was restarted, and c is DN as seen by b, after 15 minutes');
    expect(said).toContain('the restart of gossip on c ended with 1: nodetool: Failed to connect');
  });

  test('keeps its gossip when it is seen again before', async () => {
    unsee();
    let slept = 0;
    const clock: Clock = {
      now: fake.clock.now,
      sleep: async (milliseconds) => {
        await fake.clock.sleep(milliseconds);
        if (fake.of('c').unseenBy.size > 0 && ++slept === 12) fake.of('c').unseenBy.clear();
      },
    };
    expect(await restart({ clock })).toMatchObject({ done: ['b', 'c', 'd'] });
    expect(slept).toBe(12);
    expect(gossipRestarts()).toEqual([]);
  });

  test('and that does not see the other one either: the gossip of both is restarted, one after the other', async () => {
    unsee(() => fake.of('b').unseenBy.add('c'));
    const at: number[] = [];
    const run = fake.run.bind(fake);
    jest.spyOn(fake, 'run').mockImplementation((node, script) => {
      if (script.includes('enablegossip')) at.push(fake.now);
      return run(node, script);
    });
    expect(await restart()).toMatchObject({ done: ['b', 'c', 'd'], problem: undefined });
    expect(gossipRestarts().map((command) => command[0])).toEqual(['b', 'c']);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(30_000);
  });

  test('keeps its gossip while it takes no clients', async () => {
    unsee(() => {
      fake.of('c').takesClients = false;
    });
    expect((await restart()).problem).toBe('c was restarted, and c takes no clients (active), after 15 minutes');
    expect(gossipRestarts()).toEqual([]);
  });
});

describe('stops during the restart when', () => {
  afterEach(() => expect(fake.ran.filter((command) => command.startsWith('d'))).toEqual([]));

  test('a node comes back with another host id', async () => {
    fake.before = (command) => {
      if (command === 'c: systemctl restart cassandra.service') fake.of('c').hostId = '0000000f-aaaa-bbbb-cccc-000000000000';
    };
    expect(await restart()).toEqual({
      done: ['b'],
      remaining: ['c', 'd'],
      problem:
        'c was restarted, and the host id of c changed from 00000002-aaaa-bbbb-cccc-000000000000 to 0000000f-aaaa-bbbb-cccc-000000000000: it is not the same node',
    });
  });

  test('a node does not come back in time', async () => {
    fake.upAfter = 3600;
    const { problem, ...rest } = await restart({ timeoutMinutes: 1 });
    expect(rest).toEqual({ done: [], remaining: ['b', 'c', 'd'] });
    expect(problem).toBe('b was restarted, and b takes no clients (active), after 1 minute');
  });

  test('Cassandra exits during startup', async () => {
    fake.before = (command) => {
      if (command === 'c: systemctl restart cassandra.service') fake.of('c').unit = 'failed';
    };
    const before = fake.now;
    expect(await restart()).toMatchObject({
      remaining: ['c', 'd'],
      problem: 'c was restarted, and Cassandra on c has failed (see journalctl --unit cassandra)',
    });
    // At once, and not when the time is over.
    expect(fake.now - before).toBeLessThan(120_000);
  });

  test('another node enters a crash loop: at once, without waiting for the timeout', async () => {
    fake.before = (command) => {
      if (command === 'c: systemctl restart cassandra.service') fake.of('b').restarts = 2;
    };
    const before = fake.now;
    expect(await restart()).toEqual({
      done: ['b'],
      remaining: ['c', 'd'],
      problem: 'c was restarted, and Cassandra on b is in a crash loop: 2 restarts by systemd in the last hour',
    });
    expect(fake.now - before).toBeLessThan(120_000);
  });

  test('a restarted node is up again after a crash loop', async () => {
    fake.before = (command) => {
      if (command === 'c: systemctl restart cassandra.service') fake.of('c').restarts = 3;
    };
    expect((await restart()).problem).toBe(
      'c was restarted, and Cassandra on c is in a crash loop: 3 restarts by systemd in the last hour',
    );
  });

  test('another node goes down', async () => {
    fake.before = (command) => {
      if (command === 'c: systemctl restart cassandra.service') fake.of('b').upFrom = Number.POSITIVE_INFINITY;
    };
    expect((await restart({ timeoutMinutes: 1 })).problem).toBe('c was restarted, and b takes no clients (active), after 1 minute');
  });

  test('hints for the node do not drain', async () => {
    fake.hintsAfter = Number.POSITIVE_INFINITY;
    expect(await restart()).toEqual({
      done: [],
      remaining: ['b', 'c', 'd'],
      problem: 'b was restarted, and hints for b wait on c (1 file, 1.5 KiB), after 15 minutes',
    });
  });

  test('the drain fails', async () => {
    fake.before = (command) => {
      if (command === 'c: nodetool drain') fake.of('c').unit = 'deactivating';
    };
    expect(await restart()).toEqual({
      done: ['b'],
      remaining: ['c', 'd'],
      problem: "'nodetool drain' on c ended with 1: nodetool: Failed to connect",
    });
    expect(fake.ran.at(-1)).toBe('c: nodetool drain');
  });

  test('the connection to a node is lost', async () => {
    fake.before = (command) => {
      if (command === 'c: systemctl restart cassandra.service') fake.of('c').unreachable = 'the tunnel was closed';
    };
    expect((await restart()).problem).toBe("it is unknown whether 'systemctl restart cassandra.service' ran on c: the tunnel was closed");
  });

  test('it is interrupted: the current node is finished, and the next one is not changed', async () => {
    const interruption = new AbortController();
    fake.before = (command) => {
      if (command === 'c: nodetool drain') interruption.abort();
    };
    const { done, remaining, problem } = await restart({ signal: interruption.signal });
    expect({ done, remaining }).toEqual({ done: ['b'], remaining: ['c', 'd'] });
    expect(problem).toMatch(/^c was restarted, and /);
    expect(fake.ran.at(-1)).toBe('c: systemctl restart cassandra.service');
  });

  test('it is interrupted between two nodes', async () => {
    const interruption = new AbortController();
    const onProgress = (text: string) => text.startsWith('b: restarted') && interruption.abort();
    expect(await restart({ signal: interruption.signal, onProgress })).toEqual({ done: ['b'], remaining: ['c', 'd'], problem: undefined });
    expect(fake.ran).toEqual(commands('b'));
  });
});

describe('RingLock', () => {
  test('fails when the lock can be neither created nor read', async () => {
    fake.run = async () => ({ status: 1, stdout: '', stderr: 'read-only file system' });
    await expect(RingLock.take(fake, fake.ring, 'replace')).rejects.toThrow(
      'the lock /run/gke-platform-lock cannot be created on staging-cassandra-b',
    );
  });

  test('refuses a second holder, reports the current one, and is released on every node', async () => {
    const lock = await RingLock.take(fake, fake.ring, 'rolling-restart');
    expect(fake.nodes.map(({ lock: file }) => file !== undefined)).toEqual([true, true, true]);
    await expect(RingLock.take(fake, fake.ring, 'replace')).rejects.toThrow(
      /^the ring lock on staging-cassandra-b is held by \S+ at \S+ with rolling-restart since \d{4}-\S+Z$/,
    );
    expect(await lock.release()).toEqual([]);
    await (await RingLock.take(fake, fake.ring, 'replace')).release();
    expect(fake.nodes.map(({ lock: file }) => file)).toEqual([undefined, undefined, undefined]);
  });

  test('a refused holder releases the nodes that it had locked already', async () => {
    fake.of('c').lock = 'ann at desk with replace since 2026-11-25T20:00:00.000Z (0-0)';
    await expect(RingLock.take(fake, fake.ring, 'rolling-restart')).rejects.toThrow('staging-cassandra-c is held by ann at desk');
    expect(fake.nodes.map(({ lock }) => lock?.slice(0, 3))).toEqual([undefined, 'ann', undefined]);
  });

  test('is broken on request, skips an unreachable VM, and reports on which VMs it may remain', async () => {
    fake.of('c').lock = 'ann at desk';
    fake.of('d').unreachable = 'no answer';
    const lock = await RingLock.take(fake, fake.ring, 'replace', true);
    expect(fake.of('c').lock).toContain('with replace since');
    expect(await lock.release()).toEqual(['staging-cassandra-d']);
  });
});
