import { type DiskGenerations, generationName } from '../../lib/cassandra-contract/disk-generations';
import { RefusedError } from '../../lib/core/reported-error';
import { findRing, type RollingResult } from '../../lib/operations';
import { describeResult } from '../../lib/recovery/describe-restore';
import type { PointInTime } from '../../lib/recovery/point-in-time';
import {
  RESTORE_STEPS,
  type ReplayTools,
  type RestoreResult,
  type RestoreRingOptions,
  type RestoreStep,
  type RestoreTools,
  restoreRing,
} from '../../lib/recovery/restore-ring';
import type { SnapshotSet } from '../../lib/recovery/snapshot-set';
import type { Check, Level, Verification } from '../../lib/recovery/verification';
import { stackWithRing } from '../operations/rings';

const NOW = Date.parse('2026-11-30T03:00:00Z');
const TAKEN = Date.parse('2026-11-29T04:15:00Z');
const RING = findRing(stackWithRing());
const NODES = RING.nodes.map(({ name }) => name);

const SET: SnapshotSet = {
  id: '20261129-041500',
  snapshots: new Map(
    RING.nodes.map(({ name, vm, zone }) => [
      name,
      {
        ...{ name: `night-${name}`, node: name, zone, disk: `${vm}-data`, diskNumber: '1', takenAt: TAKEN, status: 'READY', sizeGiB: 10 },
        ...{ isFlushed: false, labels: {} },
      },
    ]),
  ),
  ...{ takenAt: TAKEN, lastTakenAt: TAKEN, origin: 'schedule', problems: [] },
};

const check = (level: Level, outcome: Check['outcome'] = 'passed'): Check => ({ level, code: 'any', outcome });

function verified(rows: number, hash: string): Verification {
  const tables = NODES.map((node) => ({ node, keyspace: 'shop', table: 'orders', rows, hash }));
  return { set: SET.id, checks: ([0, 1, 2, 3, 4] as const).map((level) => check(level)), tables, seconds: {} };
}

/** Ring, disks and stack in memory. */
class World {
  public generations: DiskGenerations = {};
  public readonly disks = new Set(RING.nodes.map(({ vm }) => generationName(vm, 1)));
  public readonly sources = new Map<string, string>();
  public readonly attached = new Map(RING.nodes.map(({ name, vm }) => [name, generationName(vm, 1)]));
  public readonly stopped = new Set<string>();
  public readonly snapshots: string[] = [];
  public readonly calls: string[] = [];
  public readonly progress: string[] = [];
  public verification = verified(100, 'aa');
  public sets: readonly SnapshotSet[] = [SET];

  /** Rows of a disk that was made from the set. */
  public restored = { rows: 100, hash: 'aa' };
  public discarded = 0;

  /** Called before each effect. */
  public before: (call: string) => void = () => {};

  public enter(call: string): void {
    this.before(call);
    this.calls.push(call);
  }

  public readonly tools: RestoreTools = {
    verify: async () => {
      this.enter('verify');
      return this.verification;
    },
    listSets: async () => this.sets,
    newestWrite: async () => ({ time: NOW - 1_000, unread: [] }),
    passwordCreatedAt: async () => TAKEN - 1,
    confirm: async () => this.enter('confirm'),
    hasDisk: async (_, disk) => this.disks.has(disk),
    diskSource: async (_, disk) => this.sources.get(disk),
    attachedDisks: async (node) => ['boot', this.attached.get(node)!],
    takeSnapshot: async (node, disk, set) => {
      this.enter(`snapshot ${node}`);
      this.snapshots.push(`${disk} for ${set}`);
      return `${set}-${node}`;
    },
    readGenerations: () => this.generations,
    writeGenerations: (generations) => {
      this.enter(Object.values(generations).some(({ unfinished }) => unfinished) ? 'disks-file' : 'finish');
      this.generations = generations;
    },
    plan: async () => {
      this.enter('plan');
      const changed = this.unattached();
      return {
        isEmpty: changed.length === 0,
        summary: changed.join(', '),
        discard: () => void this.discarded++,
        apply: async () => {
          for (const name of changed) {
            this.enter(`apply ${name}`);
            if (!this.stopped.has(name)) throw new Error(`the disk of ${name} is in use`);
            const disk = this.wanted(name);
            this.disks.add(disk);
            this.sources.set(disk, this.generations[name]!.from!);
            this.attached.set(name, disk);
          }
        },
      };
    },
    stop: async () => this.each('stop', (name) => this.stopped.add(name)),
    start: async () => this.each('start', (name) => this.stopped.delete(name)),
    readRows: async (tables) => {
      this.enter('compare');
      if (this.stopped.size > 0) throw new Error('a replica does not answer');
      const isRestored = NODES.every((name) => this.sources.get(this.attached.get(name)!)?.endsWith(`/night-${name}`));
      return tables.map((table) => ({ ...table, ...(isRestored ? this.restored : { rows: 7, hash: '77' }) }));
    },
    repair: async (node) => {
      this.enter(`repair ${node}`);
      return undefined;
    },
    remainingChanges: async () => {
      this.enter('plan-again');
      return this.unattached().join(', ') || undefined;
    },
  };

  public restore(options: Partial<RestoreRingOptions> = {}): Promise<RestoreResult> {
    const onProgress = (text: string): void => void this.progress.push(text);
    this.sets = options.sets ?? [SET];
    return restoreRing({ ring: RING, sets: this.sets, tools: this.tools, now: () => NOW, onProgress, ...options });
  }

  private wanted(name: string): string {
    return generationName(`staging-cassandra-${name}`, this.generations[name]?.generation ?? 1);
  }

  private unattached(): string[] {
    return NODES.filter((name) => this.attached.get(name) !== this.wanted(name));
  }

  private async each(what: string, change: (name: string) => void): Promise<RollingResult> {
    const done: string[] = [];
    for (const name of NODES) {
      this.enter(`${what} ${name}`);
      change(name);
      done.push(name);
    }
    return { done, remaining: [], problem: undefined };
  }
}

/** Effects of a complete restore, in their order. */
const EFFECTS = [
  ...['verify', 'confirm', 'snapshot b', 'snapshot c', 'snapshot d', 'disks-file', 'plan', 'stop b', 'stop c', 'stop d'],
  ...[
    'apply b',
    'apply c',
    'apply d',
    'start b',
    'start c',
    'start d',
    'compare',
    'repair b',
    'repair c',
    'repair d',
    'plan-again',
    'finish',
  ],
];

let world: World;
beforeEach(() => {
  world = new World();
});

/** The ring is as before, apart from snapshots. */
function expectUntouched(): void {
  expect({ generations: world.generations, stopped: [...world.stopped] }).toEqual({ generations: {}, stopped: [] });
  expect([...world.attached.values()]).toEqual(RING.nodes.map(({ vm }) => `${vm}-data`));
}

test('a set is verified, the ring gets its disks, and the rows are compared', async () => {
  const result = await world.restore();
  expect(world.calls).toEqual(EFFECTS);
  expect(result).toMatchObject({ state: 'restored', done: RESTORE_STEPS, formerSet: 'before-20261130-030000' });
  expect(result.problem).toBeUndefined();
  expect(world.generations.b).toEqual({
    generation: 2,
    from: 'projects/parking-staging/global/snapshots/night-b',
    kept: [{ generation: 1, replacedBy: 'restore of set 20261129-041500', replacedAt: '2026-11-30', keepUntil: '2026-12-30' }],
  });
  expect(result.kept).toContainEqual({ disk: 'staging-cassandra-b-data', until: '2026-12-30' });
  expect(world.discarded).toBe(1);
});

test('the disks of a copied set are made from the snapshots of its project, also when the restore is continued', async () => {
  const snapshots = new Map([...SET.snapshots].map(([node, snapshot]) => [node, { ...snapshot, project: 'parking-vault' }]));
  const copied: SnapshotSet = { ...SET, snapshots, copy: { project: 'parking-vault', of: 'parking-staging' } };
  await world.restore({ sets: [copied], dryRun: true });
  expect(world.progress[0]).toBe(
    'set 20261129-041500 (2026-11-29T04:15:00.000Z, copied from parking-staging to parking-vault): night-b, night-c, night-d',
  );
  world.before = (call) => {
    if (call === 'start b') throw new Error('failed');
  };
  expect(await world.restore({ sets: [copied] })).toMatchObject({ state: 'replaced' });
  world.before = () => {};
  expect(world.generations.c!.from).toBe('projects/parking-vault/global/snapshots/night-c');
  expect(world.generations.c!.generation).toBe(2);
  expect(await world.restore({ sets: [copied] })).toMatchObject({ state: 'restored' });
  expect(world.generations.c!.generation).toBe(2);
  // The original is another snapshot.
  expect(await world.restore()).toMatchObject({ state: 'restored' });
  expect(world.generations.c).toMatchObject({ generation: 3, from: 'projects/parking-staging/global/snapshots/night-c' });
});

test('a dry run names every step and changes nothing', async () => {
  const result = await world.restore({ dryRun: true });
  expect(world.calls).toEqual([]);
  expect(result).toMatchObject({ state: 'unchanged', done: [] });
  for (const [index, step] of RESTORE_STEPS.entries()) expect(world.progress.join('\n')).toContain(`${index + 1}. ${step}: `);
  expect(world.progress[0]).toContain('night-b, night-c, night-d');
});

test.each([
  [
    'a failed check',
    {
      checks: [
        ...verified(1, 'a').checks,
        { ...check(2, 'failed'), code: 'sstable-digest', node: 'c', table: 'shop.orders', detail: 'flipped' },
      ],
    },
    'level 2 (files): sstable-digest of c shop.orders: flipped',
  ],
  ['a check that was not run', { checks: [...verified(1, 'a').checks, check(4, 'not-run')] }, 'level 4 (rows): any: was not run'],
  ['a level that is missing', { checks: verified(1, 'a').checks.filter(({ level }) => level !== 3) }, 'level 3 (boot) was not run'],
  [
    'a level of which only checks against a manifest are known',
    {
      checks: [
        ...verified(1, 'a').checks.filter(({ level }) => level !== 4),
        { level: 4, code: 'manifest-rows', outcome: 'not-run' as const, node: 'b' },
      ],
    },
    'level 4 (rows) was not run',
  ],
  ['no checks', { checks: [] }, 'no check was run'],
  ['no tables', { tables: [] }, 'no user table has rows'],
  ['empty tables', { tables: verified(0, '00').tables }, 'no user table has rows'],
] as const)('a set with %s changes nothing', async (_, change, message) => {
  world.verification = { ...world.verification, ...change };
  const result = await world.restore();
  expect(result).toMatchObject({ state: 'unchanged', endedAt: 'verify', problem: expect.stringContaining(message) });
  expect(world.calls).toEqual(['verify']);
});

test('a set without manifests is restored, and the result has what was not checked', async () => {
  const unchecked: Check[] = [
    { level: 1, code: 'manifest', outcome: 'not-run', node: 'b' },
    { level: 5, code: 'canary', outcome: 'not-run', node: 'b' },
  ];
  world.verification = { ...world.verification, checks: [...verified(1, 'a').checks, ...unchecked] };
  expect(await world.restore()).toMatchObject({ state: 'restored', unchecked });
});

test('a restore that is not confirmed changes nothing', async () => {
  world.before = (call) => {
    if (call === 'confirm') throw new RefusedError('not confirmed');
  };
  expect(await world.restore()).toMatchObject({ state: 'unchanged', endedAt: 'confirm', error: { exitCode: 2 } });
  expectUntouched();
  expect(world.snapshots).toEqual([]);
});

test.each([
  [TAKEN - 1, undefined],
  [TAKEN + 1, TAKEN + 1],
  [undefined, undefined],
])('the question names a password that is newer than the set', async (created, expected) => {
  let asked: unknown;
  const tools: RestoreTools = {
    ...world.tools,
    passwordCreatedAt: async () => created,
    confirm: async (question) => {
      asked = question;
      throw new RefusedError('enough');
    },
  };
  await world.restore({ tools });
  const replaced = ['staging-cassandra-b-data', 'staging-cassandra-c-data', 'staging-cassandra-d-data'];
  expect(asked).toMatchObject({ replaced, newestWrite: { time: NOW - 1_000, unread: [] }, passwordChangedAt: expected, continues: false });
});

const DIFFERENT = { rows: 99, hash: 'ab' };

test('rows that differ are a failure, and the ring is not said to be restored', async () => {
  world.restored = DIFFERENT;
  const result = await world.restore();
  expect(result).toMatchObject({
    state: 'running',
    endedAt: 'compare',
    problem: expect.stringContaining('shop.orders must have 100 rows (aa), got 99 rows (ab)'),
  });
  expect(world.calls.at(-1)).toBe('compare');
});

describe('disks of the set that differ', () => {
  beforeEach(() => {
    const { tables } = world.verification;
    const newest = { rows: 101, hash: 'bb' };
    world.verification = { ...world.verification, tables: tables.map((each) => (each.node === 'd' ? { ...each, ...newest } : each)) };
  });

  test.each([1, 100])('a ring with %d rows, less than the largest disk, is a failure', async (rows) => {
    world.restored = { rows, hash: 'cc' };
    const problem = expect.stringContaining(`shop.orders must have 101 to 301 rows, got ${rows} rows (cc)`);
    expect(await world.restore()).toMatchObject({ state: 'running', endedAt: 'compare', problem });
  });

  test('a ring with as many rows is restored, and the result has the table as counted only', async () => {
    world.restored = { rows: 101, hash: 'cc' };
    const result = await world.restore();
    const compared = { differences: [], equal: [], counted: [{ table: 'shop.orders', rows: 101, least: 101 }] };
    expect(result).toMatchObject({ state: 'restored', compared });
    const lines = describeResult(result, { stack: 'staging', ring: 'ring', options: [], disksFile: 'disks.json' }).join('\n');
    expect(lines).toContain(
      'Counted only, because the disks of the set have different rows: shop.orders 101 rows (at least 101 expected).',
    );
    expect(lines).not.toContain('exactly');
  });
});

test('a repair that fails is a failure', async () => {
  const tools: RestoreTools = { ...world.tools, repair: async (node) => (node === 'c' ? 'no space left' : undefined) };
  expect(await world.restore({ tools })).toMatchObject({
    state: 'running',
    endedAt: 'repair',
    problem: expect.stringContaining('no space left'),
  });
});

test('a plan that is not empty afterwards is a failure', async () => {
  const tools: RestoreTools = { ...world.tools, remainingChanges: async () => '1 to change' };
  expect(await world.restore({ tools })).toMatchObject({
    state: 'running',
    endedAt: 'plan-again',
    problem: expect.stringContaining('1 to change'),
  });
});

test.each(['stop', 'start'] as const)('a ring that does not %s completely is a failure', async (what) => {
  const tools: RestoreTools = { ...world.tools, [what]: async () => ({ done: ['b'], remaining: ['c', 'd'], problem: 'c is unreachable' }) };
  const result = await world.restore({ tools });
  expect(result).toMatchObject({
    endedAt: what,
    state: what === 'stop' ? 'stopped' : 'replaced',
    problem: expect.stringContaining('c is unreachable'),
  });
  expect(world.calls.includes('apply b')).toBe(what === 'start');
});

test('a stack that does not read the disks file changes nothing', async () => {
  const plan = async () => ({ isEmpty: true, summary: '', apply: async () => {}, discard: () => {} });
  const result = await world.restore({ tools: { ...world.tools, plan } });
  expect(result).toMatchObject({ state: 'unchanged', endedAt: 'plan', problem: expect.stringContaining('does not read the disks file') });
  expectUntouched();
});

test('a disk that is not attached after the apply is a failure', async () => {
  const tools: RestoreTools = {
    ...world.tools,
    attachedDisks: async (node) => (node === 'c' ? ['boot'] : [`staging-cassandra-${node}-data-2`]),
  };
  const result = await world.restore({ tools });
  expect(result).toMatchObject({
    state: 'replacing',
    endedAt: 'apply',
    problem: 'staging-cassandra-c must have disk staging-cassandra-c-data-2, got boot',
  });
  expect(world.calls).not.toContain('start b');
});

test.each([
  ['projects/parking-staging/global/snapshots/older-c', 'projects/parking-staging/global/snapshots/older-c'],
  [undefined, 'no snapshot'],
])('a disk that was made from %s is a failure before the start', async (source, got) => {
  const diskSource = async (_: string, disk: string) => (disk === 'staging-cassandra-c-data-2' ? source : world.sources.get(disk));
  const result = await world.restore({ tools: { ...world.tools, diskSource } });
  expect(result).toMatchObject({
    state: 'replacing',
    endedAt: 'apply',
    problem: `disk staging-cassandra-c-data-2 must be made from projects/parking-staging/global/snapshots/night-c, got ${got}`,
  });
  expect(world.calls).not.toContain('start b');
});

test('a snapshot may be named with the number of its project', async () => {
  const diskSource = async (_: string, disk: string) => world.sources.get(disk)?.replace('parking-staging', '123456789');
  expect(await world.restore({ tools: { ...world.tools, diskSource } })).toMatchObject({ state: 'restored' });
});

test.each<[string, readonly SnapshotSet[], string]>([
  ['deleted', [], 'set 20261129-041500 was deleted after it was verified'],
  ['marked as invalid', [{ ...SET, problems: [{ code: 'marked-invalid', reason: 'expired' }] }], 'has changed: marked-invalid (expired)'],
  [
    'another one',
    [{ ...SET, snapshots: new Map([...SET.snapshots].filter(([node]) => node !== 'c')) }],
    'has changed: the snapshot of c must be night-c, got none',
  ],
])('a set that is %s when the question is answered is not restored', async (_, sets, problem) => {
  world.before = (call) => {
    if (call === 'confirm') world.sets = sets;
  };
  const result = await world.restore();
  expect(result).toMatchObject({ state: 'unchanged', endedAt: 'confirm', problem: expect.stringContaining(problem) });
  expectUntouched();
});

test('a plan without changes is no proof that the disks of a former run are attached', async () => {
  world.generations = Object.fromEntries(
    NODES.map((name) => [
      name,
      { generation: 2, from: `projects/parking-staging/global/snapshots/night-${name}`, unfinished: 'restore', kept: [] },
    ]),
  );
  const plan = async () => ({ isEmpty: true, summary: '', apply: async () => {}, discard: () => {} });
  const result = await world.restore({ tools: { ...world.tools, plan } });
  expect(result).toMatchObject({ endedAt: 'plan', problem: expect.stringContaining('must have disk staging-cassandra-b-data-2') });
});

/** State after each effect failed. */
const STATES: Partial<Record<RestoreStep, string>> = { stop: 'stopped', apply: 'replacing', start: 'replaced' };

describe.each(EFFECTS)('when %s fails', (effect) => {
  const step = effect === 'finish' ? 'plan-again' : (effect.split(' ')[0] as RestoreStep);
  const index = RESTORE_STEPS.indexOf(step);

  test('the state is said, and a second run with the same set completes', async () => {
    world.before = (call) => {
      if (call === effect) throw new Error('failed');
    };
    const result = await world.restore();
    const expected = STATES[step] ?? (index < RESTORE_STEPS.indexOf('stop') ? 'unchanged' : 'running');
    expect(result).toMatchObject({ state: expected, endedAt: step, problem: expect.stringContaining('failed') });
    if (expected === 'unchanged') expectUntouched();
    // Until a disk is replaced, the ring needs no more than a start.
    if (expected === 'stopped') expect(world.generations).toEqual({});

    world.before = () => {};
    expect(await world.restore({ id: SET.id })).toMatchObject({ state: 'restored' });
    expect([...world.attached.values()]).toEqual(RING.nodes.map(({ vm }) => `${vm}-data-2`));
    expect(world.stopped.size).toBe(0);
  });

  test('a run that is killed there is continued by the next with the same set', async () => {
    let isKilled = false;
    world.before = (call) => {
      isKilled ||= call === effect;
      if (isKilled) throw new Error('killed');
    };
    await world.restore();

    world.before = () => {};
    const snapshots = world.snapshots.length;
    const written = world.generations.b !== undefined;
    expect(await world.restore({ id: SET.id })).toMatchObject({ state: 'restored' });
    expect([...world.attached.values()]).toEqual(RING.nodes.map(({ vm }) => `${vm}-data-2`));
    // What is attached by then is the restored disk: there is nothing to keep of it.
    if (written) expect(world.snapshots).toHaveLength(snapshots);
  });

  test('an interruption before it leaves a state that is said', async () => {
    const interruption = new AbortController();
    world.before = (call) => {
      if (call === effect) interruption.abort();
    };
    const result = await world.restore({ signal: interruption.signal });
    // The last step has no next one.
    if (step === 'plan-again') return expect(result).toMatchObject({ state: 'restored' });
    expect(result.problem).toContain('interrupted');
    if (result.state === 'unchanged') expectUntouched();

    world.before = () => {};
    expect(await world.restore({ id: SET.id })).toMatchObject({ state: 'restored' });
  });
});

describe('a ring that was restored before', () => {
  beforeEach(async () => {
    await world.restore();
    world.calls.length = 0;
  });

  test.each([false, true])('is not restored by a second run, which is refused (dry run: %s)', async (dryRun) => {
    const refusal =
      'the disks of the ring were made from set 20261129-041500, and the disks file has no unfinished restore: pass --again to replace them by new ones';
    const ended = world.restore({ dryRun });
    if (dryRun) await expect(ended).rejects.toEqual(new RefusedError(refusal));
    else expect(await ended).toMatchObject({ state: 'unchanged', endedAt: 'verify', error: new RefusedError(refusal) });
    expect(world.calls).toEqual([]);
    expect(world.generations.b).toMatchObject({ generation: 2 });
  });

  test('has no mark of an unfinished restore', () => {
    expect(JSON.stringify(world.generations)).not.toContain('unfinished');
  });

  test('gets new disks on request, and both former ones are kept', async () => {
    expect(await world.restore({ again: true })).toMatchObject({ state: 'restored' });
    expect(world.generations.b).toMatchObject({ generation: 3, kept: [{ generation: 1 }, { generation: 2 }] });
  });

  test('gets the disks of another set', async () => {
    const snapshots = new Map([...SET.snapshots].map(([node, one]) => [node, { ...one, name: `night-before-night-${node}` }]));
    const other: SnapshotSet = { ...SET, id: '20261128-041500', snapshots };
    world.restored = { rows: 7, hash: '77' };
    world.verification = verified(7, '77');
    expect(await world.restore({ sets: [SET, other], id: other.id })).toMatchObject({ state: 'restored' });
    expect(world.generations.b).toMatchObject({ generation: 3, from: expect.stringContaining('night-before-night-b') });
  });

  test('a disk that is lost is not kept, and no snapshot of it is taken', async () => {
    world.disks.delete('staging-cassandra-c-data-2');
    world.snapshots.length = 0;
    world.attached.delete('c');
    const result = await world.restore({ again: true });
    expect(world.generations.c).toMatchObject({ generation: 3, kept: [{ generation: 1 }] });
    expect(world.snapshots).toHaveLength(2);
    expect(result.formerSet).toBeDefined();
    expect(result.returnSet).toBeUndefined();
  });
});

describe('a restore after one that was interrupted while it replaced the disks', () => {
  const other: SnapshotSet = {
    ...{ ...SET, id: '20261128-041500' },
    snapshots: new Map([...SET.snapshots].map(([node, one]) => [node, { ...one, name: `older-${node}` }])),
  };
  const NAMES = { stack: 'staging', ring: 'ring', options: [], disksFile: 'disks.json' };
  const fail = (effect: string): void => {
    world.before = (call) => {
      if (call === effect) throw new Error('quota');
    };
  };
  const former = (id: string, disks: Readonly<Record<string, string>>, problems: SnapshotSet['problems'] = []): SnapshotSet => ({
    ...{ ...SET, id, problems },
    snapshots: new Map([...SET.snapshots].map(([node, one]) => [node, { ...one, disk: disks[node] ?? one.disk }])),
  });
  const BEFORE = former('before-20261130-030000', {});

  async function interruptedTwice(sets: readonly SnapshotSet[]): Promise<RestoreResult> {
    fail('apply c');
    expect(await world.restore()).toMatchObject({ state: 'replacing', returnSet: BEFORE.id });
    world.snapshots.length = 0;
    return world.restore({ sets: [SET, other, ...sets], id: other.id, now: () => NOW + 60_000 });
  }

  test('takes snapshots of the disks that are attached, and goes back to the set of the former ones', async () => {
    const result = await interruptedTwice([BEFORE]);
    expect(world.snapshots).toEqual([
      'staging-cassandra-b-data-2 for before-20261130-030100',
      'staging-cassandra-c-data for before-20261130-030100',
      'staging-cassandra-d-data for before-20261130-030100',
    ]);
    expect(result).toMatchObject({ state: 'replacing', formerSet: 'before-20261130-030100', returnSet: BEFORE.id });
    const lines = describeResult(result, NAMES);
    expect(lines).toContain(`Go back with: gke-platform cassandra restore staging --set ${BEFORE.id}`);
    expect(lines).toContain('Set before-20261130-030100 has snapshots of the replaced disks, but not of all nodes in one state.');
  });

  test.each<[string, readonly SnapshotSet[]]>([
    ['there is none', []],
    ['a snapshot is missing', [{ ...BEFORE, problems: [{ code: 'missing-node', node: 'c' }] }]],
    ['it is of other disks', [former(BEFORE.id, { c: 'staging-cassandra-c-data-5' })]],
  ])('names no set to go back to when %s', async (_, sets) => {
    const result = await interruptedTwice(sets);
    expect(result.returnSet).toBeUndefined();
    expect(describeResult(result, NAMES).join('\n')).not.toContain('Go back');
  });

  test('asks for the disks that are attached', async () => {
    fail('apply c');
    await world.restore();
    let replaced: readonly string[] = [];
    const confirm: RestoreTools['confirm'] = async (question) => {
      replaced = question.replaced;
      throw new RefusedError('enough');
    };
    await world.restore({ sets: [SET, other], id: other.id, tools: { ...world.tools, confirm } });
    expect(replaced).toEqual(['staging-cassandra-b-data-2', 'staging-cassandra-c-data', 'staging-cassandra-d-data']);
  });

  test.each([
    [[BEFORE], BEFORE.id],
    [[former('before-20261130-040000', { b: 'staging-cassandra-b-data-2' }), BEFORE], BEFORE.id],
    [[{ ...BEFORE, problems: [{ code: 'missing-node' as const, node: 'c' }] }], undefined],
  ])('that is continued goes back to the complete set of the former disks', async (sets, returnSet) => {
    fail('apply c');
    await world.restore();
    world.before = () => {};
    const result = await world.restore({ sets: [...sets, SET], id: SET.id });
    expect(result.state).toBe('restored');
    expect(result.returnSet).toBe(returnSet);
  });
});

describe('a point in time', () => {
  const AT = TAKEN + 3_600_000;
  let reached: number;
  let labels: Map<string, { snapshot: string; until: number }>;
  let removed: string[];

  const replay: ReplayTools = {
    archiveOpen: async () => {
      world.enter('archive open');
      return ['d: no answer'];
    },
    plan: async (_, at): Promise<PointInTime> => {
      world.enter('plan archive');
      const ends = reached < at ? [{ node: 'c', until: reached, end: { code: 'segment-missing', after: 7 } } as const] : [];
      return { asked: at, reached, ends, count: 9, bytes: 2 ** 20, replay: new Map() };
    },
    replay: async () => {
      world.enter('replay');
      return verified(120, 'bb');
    },
    takeSnapshots: async (set, { reached: until }) => {
      world.enter('snapshots of clones');
      for (const node of NODES) labels.set(`at-${node}`, { snapshot: set.snapshots.get(node)!.name, until });
      return new Map(NODES.map((node) => [node, `at-${node}`]));
    },
    replayedFrom: async (snapshot) => labels.get(snapshot),
    removeSnapshots: async (names) => void removed.push(...names),
    removeClones: async () => world.enter('remove clones'),
  };
  const readRows: RestoreTools['readRows'] = async (tables) => {
    world.enter('compare');
    const isReplayed = NODES.every((name) => world.sources.get(world.attached.get(name)!)?.endsWith(`/at-${name}`));
    return tables.map((table) => ({ ...table, ...(isReplayed ? { rows: 120, hash: 'bb' } : { rows: 7, hash: '77' }) }));
  };
  const restore = (options: Partial<RestoreRingOptions> = {}) =>
    world.restore({ at: AT, tools: { ...world.tools, replay, readRows }, ...options });

  beforeEach(() => {
    reached = AT;
    labels = new Map();
    removed = [];
  });

  test('a dry run uploads nothing, and names that where the archive does not go beyond the set', async () => {
    const plan = async () => {
      throw new RefusedError('the archive does not go beyond the set');
    };
    const tools = { ...world.tools, replay: { ...replay, plan } };
    await expect(restore({ tools, dryRun: true })).rejects.toEqual(
      new RefusedError(
        'the archive does not go beyond the set. A restore first uploads the commit logs that the nodes write now, which a dry run does not',
      ),
    );
    expect(await restore({ tools })).toMatchObject({ state: 'unchanged', problem: 'the archive does not go beyond the set' });
  });

  test('replays commit logs on the clones, and gives the ring snapshots of these', async () => {
    const result = await restore();
    expect(world.calls.slice(0, 7)).toEqual([
      ...['archive open', 'plan archive', 'replay', 'confirm', 'snapshots of clones', 'remove clones', 'snapshot b'],
    ]);
    expect(result).toMatchObject({ state: 'restored', pointInTime: { asked: AT, reached: AT } });
    expect(world.generations.b).toMatchObject({
      from: 'projects/parking-staging/global/snapshots/at-b',
      kept: [{ replacedBy: 'restore of set 20261129-041500 to 2026-11-29T05:15:00.000Z' }],
    });
    expect(world.calls.at(-1)).toBe('remove clones');
    expect(world.progress).toContain('not uploaded: d: no answer');
  });

  test('does not claim a time that the archive does not reach', async () => {
    reached = AT - 60_000;
    const result = await restore();
    expect(result.pointInTime).toMatchObject({ asked: AT, reached });
    const lines = describeResult(result, { stack: 'staging', ring: 'ring', options: [], disksFile: 'disks.json' }).join('\n');
    expect(lines).toContain('ring is restored to 2026-11-29 05:14:00.000 UTC');
    expect(lines).toContain('It is not at 2026-11-29 05:15:00.000 UTC, which was asked for');
  });

  test('continues a run whose disks file has the snapshots of this time', async () => {
    await restore({ signal: interruptedAt('start b') });
    world.before = () => {};
    world.calls.length = 0;
    const result = await restore();
    expect(result.state).toBe('restored');
    expect(world.calls).not.toContain('snapshots of clones');
  });

  test('does not continue a run to another time', async () => {
    await restore({ signal: interruptedAt('start b') });
    world.calls.length = 0;
    reached = AT - 1;
    await restore();
    expect(world.calls).toContain('snapshots of clones');
  });

  test('removes its snapshots when nothing was replaced', async () => {
    world.before = (call) => {
      if (call === 'plan') throw new Error('no plan');
    };
    expect(await restore()).toMatchObject({ state: 'unchanged', endedAt: 'plan' });
    expect(removed).toEqual(NODES.map((node) => `at-${node}`));
    expect(world.generations).toEqual({});
  });

  test('without an archive, is the latest time of the set', async () => {
    const result = await world.restore({ at: AT });
    expect(result).toMatchObject({ state: 'restored', set: { id: SET.id } });
    expect(result.pointInTime).toBeUndefined();
  });

  /** Signal that is aborted when an effect begins. */
  function interruptedAt(wanted: string): AbortSignal {
    const controller = new AbortController();
    world.before = (call) => {
      if (call === wanted) controller.abort();
    };
    return controller.signal;
  }
});
