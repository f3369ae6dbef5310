import { type DiskGenerations, generationName } from '../../lib/cassandra-contract/disk-generations';
import { RefusedError } from '../../lib/core/reported-error';
import { findRing, type Ring, type RollingResult } from '../../lib/operations';
import { describeRecoverQuestion, describeRecoverResult } from '../../lib/recovery/describe-recovery';
import type { DiskVerification, FoundSource } from '../../lib/recovery/recover-disk';
import {
  listIdentityProblems,
  listReplication,
  RECOVER_STEPS,
  type RecoverQuestion,
  type RecoverResult,
  type RecoverRingOptions,
  type RecoverTools,
  recoverRing,
  requirePlace,
} from '../../lib/recovery/recover-ring';
import type { RecoveredDisk } from '../../lib/recovery/recovered-disk';
import { stackWithRing } from '../operations/rings';

const NOW = Date.parse('2026-11-30T03:00:00Z');
const RING: Ring = { ...findRing(stackWithRing()), cluster: 'shop', datacenter: 'europe-west1' };
const NODES = RING.nodes.map(({ name }) => name);
const INTO = RING.nodes[1]!;
const SOURCE: FoundSource = { disk: { zone: INTO.zone, name: `${INTO.vm}-data` }, sizeGiB: 50 };
const KEYSPACE = { strategy: 'NetworkTopologyStrategy', replication: { 'europe-west1': '3', 'us-east1': '3' }, copies: 3, share: 1 };
const DISK: RecoveredDisk = {
  ...{ cluster: 'shop', datacenter: 'europe-west1', rack: INTO.rack ?? INTO.zone, hostId: 'h', cassandraVersion: '5.0.8' },
  ...{ tokens: Array.from({ length: 16 }, (_, token) => `${token}`), hasMarker: true, owner: 105, peers: [] },
  keyspaces: [
    { ...KEYSPACE, name: 'system_auth', isSystem: true, tables: [] },
    { ...KEYSPACE, name: 'store', isSystem: false, tables: [{ name: 'orders', bytes: 10 }] },
  ],
};
const OPTIONS = { stack: 'staging', ring: RING.name, options: [], disksFile: 'staging.disks.json' };

/** Ring, disks and stack in memory. */
class World {
  public generations: DiskGenerations = {};
  public readonly disks = new Map(RING.nodes.map(({ vm }) => [generationName(vm, 1), 50]));
  public readonly sources = new Map<string, string | undefined>();
  public readonly attached = new Map(RING.nodes.map(({ name, vm }) => [name, generationName(vm, 1)]));

  /** Snapshots of originals and of prepared clones, with the original of the latter. */
  public readonly snapshots = new Map<string, string | undefined>();
  public readonly calls: string[] = [];
  public readonly questions: RecoverQuestion[] = [];
  public disk = DISK;
  public outcome: 'passed' | 'failed' = 'passed';
  public hash = 'aa';
  public hasClone = false;
  public members: string[] = [];
  public replicas = 1;

  /** Called before each effect. */
  public before: (call: string) => void = () => {};

  public enter(call: string): void {
    this.before(call);
    this.calls.push(call);
  }

  public readonly tools: RecoverTools = {
    snapshotOriginal: async ({ snapshot }) => {
      if (snapshot !== undefined) return snapshot;
      this.enter('original');
      this.snapshots.set('original', undefined);
      return 'original';
    },
    verify: async (snapshot, prepares): Promise<DiskVerification> => {
      this.hasClone = true;
      this.enter(prepares ? 'verify and prepare' : 'verify');
      const checks = [{ level: 4, code: 'rows', outcome: this.outcome, node: INTO.name }] as const;
      const tables = [{ node: INTO.name, keyspace: 'store', table: 'orders', rows: 100, hash: 'aa' }];
      return { snapshot, source: SOURCE, disk: this.disk, verification: { set: snapshot, checks, tables, seconds: {} } };
    },
    confirm: async (question) => {
      this.enter('confirm');
      this.questions.push(question);
    },
    snapshotPrepared: async (original) => {
      this.enter('prepared');
      if (!this.hasClone) throw new Error('there is no clone');
      this.snapshots.set('prepared', original);
      return 'prepared';
    },
    removePrepared: async (name) => {
      this.enter('remove prepared');
      this.snapshots.delete(name);
    },
    removeClone: async () => {
      this.hasClone = false;
    },
    preparedFrom: async (snapshot) => this.snapshots.get(snapshot),
    diskSizeGiB: async (_, disk) => this.disks.get(disk),
    hasDisk: async (_, disk) => this.disks.has(disk),
    diskSource: async (_, disk) => this.sources.get(disk),
    attachedDisks: async (node) => ['boot', this.attached.get(node)!],
    takeSnapshot: async (node, _, set) => {
      this.enter(`snapshot ${node}`);
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
        ...{ isEmpty: changed.length === 0, summary: changed.join(', '), discard: () => {} },
        apply: async () => {
          for (const name of changed) {
            this.enter(`apply ${name}`);
            this.disks.set(this.wanted(name), 50);
            this.attached.set(name, this.wanted(name));
            this.sources.set(this.wanted(name), this.generations[name]?.from);
          }
        },
      };
    },
    stop: async () => this.each('stop', NODES),
    start: async (node) => {
      const result = this.each('start', [node]);
      if (this.members.length === 0) this.members = [node];
      return result;
    },
    login: async (node) => this.enter(`login ${node}`),
    join: async (node, members) => {
      this.enter(`join ${node} to ${members.join('+')}`);
      if (!this.members.includes(node)) this.members.push(node);
      return undefined;
    },
    replicate: async (_, keyspaces) => {
      this.enter('replicate');
      this.replicas = keyspaces.find(({ name }) => name === 'store')!.copies;
      return undefined;
    },
    repair: async (node) => {
      this.enter(`repair ${node}`);
      return undefined;
    },
    readRows: async (tables) => {
      this.enter('compare');
      return tables.map((table) => ({ ...table, rows: 100, hash: this.hash }));
    },
    remainingChanges: async () => {
      this.enter('plan-again');
      return this.unattached().join(', ') || undefined;
    },
  };

  public recover(options: Partial<RecoverRingOptions> = {}): Promise<RecoverResult> {
    return recoverRing({ ring: RING, source: SOURCE, into: INTO.name, tools: this.tools, now: () => NOW, ...options });
  }

  private wanted(name: string): string {
    const { vm } = RING.nodes.find((node) => node.name === name)!;
    return generationName(vm, this.generations[name]?.generation ?? 1);
  }

  private unattached(): string[] {
    return NODES.filter((name) => this.attached.get(name) !== this.wanted(name) || !this.disks.has(this.wanted(name)));
  }

  private each(what: string, nodes: readonly string[]): RollingResult {
    for (const name of nodes) this.enter(`${what} ${name}`);
    return { done: nodes, remaining: [], problem: undefined };
  }
}

const [B, C, D] = NODES as [string, string, string];

/** Effects of a complete recovery, in their order. */
const EFFECTS = [
  ...['original', 'verify and prepare', 'confirm', 'prepared', `snapshot ${B}`, `snapshot ${C}`, `snapshot ${D}`, 'disks-file', 'plan'],
  ...[`stop ${B}`, `stop ${C}`, `stop ${D}`, `apply ${B}`, `apply ${C}`, `apply ${D}`, `start ${C}`, `login ${C}`],
  ...[
    `join ${B} to ${C}`,
    `join ${D} to ${C}+${B}`,
    'replicate',
    `repair ${B}`,
    `repair ${C}`,
    `repair ${D}`,
    'compare',
    'plan-again',
    'finish',
  ],
];

test('a ring comes back from one disk, step by step', async () => {
  const world = new World();
  const result = await world.recover();
  expect(result).toMatchObject({ state: 'recovered', done: RECOVER_STEPS, original: 'original', formerSet: 'before-20261130-030000' });
  expect(result.problem).toBeUndefined();
  expect(world.calls).toEqual(EFFECTS);
  const kept = [expect.objectContaining({ generation: 1, replacedBy: 'recovery from original' })];
  expect(world.generations).toEqual({
    [B]: { generation: 2, kept },
    [C]: { generation: 2, from: `projects/${RING.project}/global/snapshots/prepared`, kept },
    [D]: { generation: 2, kept },
  });
  expect({ clone: world.hasClone, replicas: world.replicas }).toEqual({ clone: false, replicas: 3 });
  expect(describeRecoverResult(result, C, OPTIONS)).toEqual([
    `${RING.name} is recovered from snapshot original, and a new plan is empty.`,
    'Read back: 1 table has exactly the rows of the disk.',
    'Commit staging.disks.json.',
    expect.stringMatching(/^Kept: .*-data until 2026-12-30, .*\.$/),
    'Snapshots of the replaced disks: set before-20261130-030000.',
  ]);
});

test('a disk that is lost is created blank again, and none is kept of it', async () => {
  const world = new World();
  world.disks.delete(generationName(RING.nodes[0]!.vm, 1));
  const { state } = await world.recover();
  expect(state).toBe('recovered');
  expect(Object.keys(world.generations)).toEqual([C, D]);
  expect(world.calls).not.toContain(`snapshot ${B}`);
  expect(world.calls).toContain(`apply ${B}`);
});

test('the question names what is replaced and lost', async () => {
  const world = new World();
  await world.recover();
  expect(describeRecoverQuestion(world.questions[0]!, OPTIONS)).toEqual([
    `${RING.name} gets the rows of disk ${SOURCE.disk.name} (snapshot original), and only these.`,
    'Verified on a clone: 100 rows in 1 tables were read at QUORUM.',
    'Complete: the disk is a replica of every row of every keyspace.',
    `Node ${C} gets the disk. ${B}, ${D} get blank disks, and copy their rows from it.`,
    `Replaced: ${RING.nodes.map(({ vm }) => `${vm}-data`).join(', ')}. Snapshots of them are taken first, and the disks are kept for 30 days.`,
    'Lost: every row that is on the replaced disks alone. Schema, roles and passwords are those of the disk.',
    'Replicas: store 3.',
    'Replicas in other data centers are removed from system_auth, store.',
  ]);
});

test.each(EFFECTS)('a failure at "%s" is reported, and another run with the same snapshot completes it', async (effect) => {
  const world = new World();
  world.before = (call) => {
    if (call !== effect) return;
    world.before = () => {};
    throw new Error('on purpose');
  };
  const first = await world.recover();
  expect(first.problem).toContain('on purpose');
  expect(first.state).not.toBe('recovered');
  expect(world.hasClone).toBe(false);
  const isReplaced = !['unchanged', 'stopped'].includes(first.state);
  if (!isReplaced) {
    expect(world.generations).toEqual({});
    expect(world.snapshots.has('prepared')).toBe(false);
    expect([...world.attached.values()]).toEqual(RING.nodes.map(({ vm }) => generationName(vm, 1)));
  }
  world.calls.length = 0;
  const snapshot = first.original;
  const second = await world.recover({ source: { ...SOURCE, ...(snapshot !== undefined && { snapshot }) } });
  expect(second).toMatchObject({ state: 'recovered' });
  expect(world.calls.includes('prepared')).toBe(!isReplaced);
  expect(world.questions.at(-1)!.continues).toBe(isReplaced);
});

test.each(EFFECTS.slice(0, -2))('an interruption at "%s" ends before the next step', async (effect) => {
  const world = new World();
  const controller = new AbortController();
  world.before = (call) => {
    if (call === effect) controller.abort();
  };
  const { state, problem } = await world.recover({ signal: controller.signal });
  expect(problem).toBe('interrupted');
  expect(state).not.toBe('recovered');
  expect(world.hasClone).toBe(false);
});

test('a second recovery from the same disk replaces the disks again', async () => {
  const world = new World();
  await world.recover();
  world.calls.length = 0;
  const result = await world.recover({ source: { ...SOURCE, snapshot: 'original' } });
  expect(result.state).toBe('recovered');
  expect(world.questions.at(-1)!.continues).toBe(false);
  expect(world.calls).toEqual(expect.arrayContaining(['prepared', `apply ${B}`, `apply ${C}`, `apply ${D}`]));
  expect(world.generations[C]).toMatchObject({ generation: 3 });
});

test('a result that is not complete names how to go on', async () => {
  const world = new World();
  world.before = (call) => {
    if (call === `join ${D} to ${C}+${B}`) throw new Error('on purpose');
  };
  expect(describeRecoverResult(await world.recover(), C, OPTIONS).slice(0, 2)).toEqual([
    `${RING.name} has the new disks. Only ${C} is sure to have its rows.`,
    `Continue with: gke-platform cassandra recover staging --snapshot original --into ${C}`,
  ]);
});

test('rows that differ from those of the disk are no success', async () => {
  const world = new World();
  world.hash = 'bb';
  const { state, endedAt, problem } = await world.recover();
  expect({ state, endedAt }).toEqual({ state: 'joined', endedAt: 'compare' });
  expect(problem).toContain('the ring differs from the verified disk: store.orders must have 100 rows (aa), got 100 rows (bb)');
});

test('a disk that is not verified changes nothing', async () => {
  const world = new World();
  world.outcome = 'failed';
  const { state, problem } = await world.recover();
  expect({ state, problem }).toEqual({ state: 'unchanged', problem: `snapshot original is not verified: level 4 (rows): rows of ${C}` });
  expect(world.calls).toEqual(['original', 'verify and prepare']);
});

test('a disk with a part of the rows is refused, unless it is accepted', async () => {
  const world = new World();
  world.disk = { ...DISK, keyspaces: DISK.keyspaces!.map((each) => ({ ...each, share: 0.667 })) };
  const { state, error } = await world.recover();
  expect(state).toBe('unchanged');
  expect(error).toEqual(new RefusedError('the disk does not have all rows (store 66%): pass --partial to recover those that it has'));
  expect((await world.recover({ partial: true })).state).toBe('recovered');
});

test('a disk of another cluster is refused, with the props to set', async () => {
  const world = new World();
  world.disk = { ...DISK, cluster: 'K8s', datacenter: 'dc1', rack: 'default', tokens: ['1'] };
  const { state, error } = await world.recover();
  expect(state).toBe('unchanged');
  expect(error).toBeInstanceOf(RefusedError);
  expect(listIdentityProblems(world.disk, RING, INTO)).toEqual([
    "its cluster name is 'K8s', and the node's is 'shop': set clusterName: 'K8s'",
    "its data center is 'dc1', and the node's is 'europe-west1': set datacenter: 'dc1'",
    `its rack is 'default', and the node's is '${INTO.rack ?? INTO.zone}': set nodes.${C}.rack: 'default'`,
    'it has 1 tokens, and nodes of this library have 16: it cannot become one of them',
  ]);
  expect(listIdentityProblems(DISK, RING, INTO)).toEqual([]);
});

test('a disk that is larger than those of the ring is refused before any snapshot', async () => {
  const world = new World();
  const { error } = await world.recover({ source: { ...SOURCE, sizeGiB: 80 } });
  expect(error).toBeInstanceOf(RefusedError);
  expect(error!.message).toMatch(/^the disk has 80 GiB, and \S+-data has 50 GiB: set dataDiskSizeGiB to 80 or more, and deploy$/);
  expect(world.calls).toEqual([]);
});

test('a plan without changes is no success', async () => {
  const world = new World();
  const { plan } = world.tools;
  const tools = { ...world.tools, plan: async () => ({ ...(await plan()), isEmpty: true }) };
  const { state, problem } = await world.recover({ tools });
  expect({ state, problem }).toEqual({ state: 'unchanged', problem: 'the plan has no changes: the stack does not read the disks file' });
  expect(world.generations).toEqual({});
});

test('only a seed can start alone', () => {
  const second = { ...INTO, name: `${INTO.name}2` };
  const ring = { ...RING, nodes: [...RING.nodes, second] };
  expect(requirePlace(ring, INTO.name)).toBe(INTO);
  expect(() => requirePlace(ring, second.name)).toThrow(
    `'--into' must be the first node of its rack, which is a seed and starts without the others: ${INTO.name}, got '${second.name}'`,
  );
  expect(() => requirePlace(RING, 'x')).toThrow(`'--into' must be a node of ${RING.name} (${NODES.join(', ')}), got 'x'`);
});

test('keyspaces get the replicas of the data centre of the disk, and at least one', () => {
  const simple = {
    ...KEYSPACE,
    name: 'old',
    strategy: 'SimpleStrategy',
    replication: { replication_factor: '2' },
    copies: 2,
    isSystem: false,
    tables: [],
  };
  const foreign = { ...KEYSPACE, name: 'abroad', replication: { 'us-east1': '3' }, copies: 0, isSystem: false, tables: [] };
  expect(listReplication({ ...DISK, keyspaces: [simple, foreign] })).toEqual([
    { name: 'old', strategy: 'SimpleStrategy', option: 'replication_factor', copies: 2 },
    { name: 'abroad', strategy: 'NetworkTopologyStrategy', option: 'europe-west1', copies: 1 },
  ]);
});
