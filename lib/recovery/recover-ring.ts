import { NUM_TOKENS } from '../cassandra/cassandra-configuration';
import { type DiskGenerations, generationName } from '../cassandra-contract/disk-generations';
import { RefusedError } from '../core/reported-error';
import type { Ring, RingNode, RollingResult } from '../operations';
import { FORMER_SET } from './choose-set';
import { compareRows, listTables } from './compare-rows';
import { nextGenerations } from './next-generations';
import type { DiskVerification, FoundSource } from './recover-disk';
import { listIncomplete, type RecoveredDisk } from './recovered-disk';
import type { RestorePlan, RestoreTools } from './restore-ring';
import type { DiskTools } from './restore-tools';
import { describeCheck, isVerified, type Verification } from './verification';

/** Steps of a recovery of a whole ring from one disk, in their order. */
export const RECOVER_STEPS = [
  'original',
  'verify',
  'confirm',
  'snapshot',
  'disks-file',
  'plan',
  'stop',
  'apply',
  'start',
  'login',
  'join',
  'replicate',
  'repair',
  'compare',
  'plan-again',
] as const;

export type RecoverStep = (typeof RECOVER_STEPS)[number];

/**
 * State that a recovery leaves:
 *
 * - `unchanged`: nothing was stopped or replaced.
 * - `stopped`: nodes may be stopped; they have their former disks.
 * - `replacing`: the nodes are stopped; some may have their new disks.
 * - `replaced`: the new disks are attached; nodes may be stopped or have no rows yet.
 * - `joined`: all nodes are members of the ring; that all replicas have their rows is not confirmed.
 * - `recovered`: everything was done and read back.
 */
export type RecoverState = 'unchanged' | 'stopped' | 'replacing' | 'replaced' | 'joined' | 'recovered';

/** Contents of the one confirmation. */
export interface RecoverQuestion {
  readonly verified: DiskVerification;
  readonly disk: RecoveredDisk;

  /** Node that gets the recovered disk, and those that get blank ones. */
  readonly into: string;
  readonly blank: readonly string[];

  /** Disks that are replaced, as the disks file has them now, and that exist. */
  readonly replaced: readonly string[];

  /** A former run was interrupted, and is continued. */
  readonly continues: boolean;
}

/** Parts of a recovery that read or change disks, the ring and its stack. */
export interface RecoverTools extends DiskTools, Pick<RestoreTools, 'readRows'> {
  /** Takes a snapshot of the original, unless the source is one. @returns its name */
  snapshotOriginal(source: FoundSource): Promise<string>;

  /** Verifies a snapshot on a clone. @param prepares leaves the clone with the identity of the node */
  verify(snapshot: string, prepares: boolean): Promise<DiskVerification>;

  /** @throws RefusedError if the question is answered otherwise, or cannot be asked */
  confirm(question: RecoverQuestion): Promise<void>;

  /** Takes a snapshot of the prepared clone. @returns its name */
  snapshotPrepared(original: string): Promise<string>;

  /** Deletes the snapshot of the prepared clone of this run. */
  removePrepared(name: string): Promise<void>;

  /** Removes clone and recovery VM. */
  removeClone(): Promise<void>;

  /** Snapshot of the original from which a prepared snapshot was made; `undefined` for any other snapshot. */
  preparedFrom(snapshot: string): Promise<string | undefined>;

  /** Size of the data disk of a node in GiB; `undefined` if it does not exist. */
  diskSizeGiB(node: string, disk: string): Promise<number | undefined>;

  /** Stops the nodes whose VMs run. */
  stop(): Promise<RollingResult>;

  /** Starts one node with its recovered disk, and waits until it takes clients. */
  start(node: string): Promise<RollingResult>;

  /** Lets the superuser log in with its newest password, on the only node. */
  login(node: string): Promise<void>;

  /** Lets a node with a blank disk join the given members. @returns the problem; `undefined` when it has joined */
  join(node: string, members: readonly string[]): Promise<string | undefined>;

  /** Sets the replication of keyspaces, copies roles, and waits until all nodes take clients. @returns the problem */
  replicate(node: string, keyspaces: readonly KeyspaceReplication[]): Promise<string | undefined>;
}

/** Replication that a keyspace gets back. */
export interface KeyspaceReplication {
  readonly name: string;
  readonly strategy: string;

  /** Data center or `replication_factor`, and number of replicas. */
  readonly option: string;
  readonly copies: number;
}

/** Properties for `recoverRing`. */
export interface RecoverRingOptions {
  readonly ring: Ring;
  readonly source: FoundSource;

  /** Name of the node that gets the recovered disk. */
  readonly into: string;

  /** Accepts a disk that does not have all rows. @default false */
  readonly partial?: boolean;
  readonly tools: RecoverTools;

  /** Milliseconds since 1970. @default - the system clock */
  readonly now?: () => number;

  /** Ends the recovery before its next step. @default - it is not interrupted */
  readonly signal?: AbortSignal;

  /** @default - steps are not reported */
  readonly onProgress?: (text: string) => void;
}

/** Result of a recovery. */
export interface RecoverResult {
  /** Snapshot of the original. @default - it was not taken */
  readonly original?: string;

  /** Verification of the disk. @default - it was not completed */
  readonly verified?: DiskVerification;
  readonly state: RecoverState;
  readonly done: readonly RecoverStep[];

  /** Step at which it ended; `undefined` when it completed. */
  readonly endedAt?: RecoverStep;
  readonly problem?: string;

  /** Error that ended it, if its step did not report a problem itself. */
  readonly error?: Error;

  /** Set of the snapshots of the replaced disks. */
  readonly formerSet?: string;

  /** Replaced disks that are kept. */
  readonly kept: readonly { readonly disk: string; readonly until: string }[];
}

/**
 * Finds the node that can have the disk of a lost ring: it starts alone, so that it must be a seed.
 *
 * @throws RefusedError
 */
export function requirePlace(ring: Ring, name: string): RingNode {
  const node = ring.nodes.find((each) => each.name === name);
  if (node === undefined)
    throw new RefusedError(`'--into' must be a node of ${ring.name} (${ring.nodes.map((each) => each.name).join(', ')}), got '${name}'`);
  const [first] = ring.nodes.filter((each) => rackOf(each) === rackOf(node)).sort((one, other) => (one.name < other.name ? -1 : 1));
  if (first !== node)
    throw new RefusedError(
      `'--into' must be the first node of its rack, which is a seed and starts without the others: ${first!.name}, got '${name}'`,
    );
  return node;
}

/**
 * Lists what differs between the identity of a disk and that of the node whose place it takes, as props to set. Cassandra never starts a disk
 * under another name.
 */
export function listIdentityProblems(disk: RecoveredDisk, ring: Ring, node: RingNode): string[] {
  const differs = (what: string, is: string | undefined, want: string, prop: string): string[] =>
    is === want ? [] : [`its ${what} is '${want}', and the node's is '${is}': set ${prop}: '${want}'`];
  return [
    ...differs('cluster name', ring.cluster, disk.cluster, 'clusterName'),
    ...differs('data center', ring.datacenter, disk.datacenter, 'datacenter'),
    ...differs('rack', rackOf(node), disk.rack, `nodes.${node.name}.rack`),
    ...(disk.tokens.length === NUM_TOKENS
      ? []
      : [`it has ${disk.tokens.length} tokens, and nodes of this library have ${NUM_TOKENS}: it cannot become one of them`]),
  ];
}

/**
 * Recovers a whole ring from one disk: a clone of the disk becomes the disk of one node, which starts alone with one replica of each keyspace;
 * the other nodes get blank disks and bootstrap; then the keyspaces get their replicas back. The rows of the ring are compared with those of
 * the verified disk.
 *
 * An interrupted recovery is continued by another run with the same snapshot of the original.
 *
 * @throws RefusedError before anything is created
 */
export async function recoverRing(options: RecoverRingOptions): Promise<RecoverResult> {
  const node = requirePlace(options.ring, options.into);
  return new Recovery(options, node).run();
}

/** A step found a problem. */
class StepProblem extends Error {}

class Recovery {
  private state: RecoverState = 'unchanged';
  private readonly done: RecoverStep[] = [];
  private original?: string;
  private verified?: DiskVerification;
  private formerSet?: string;
  private prepared?: string;
  private readonly tools: RecoverTools;
  private readonly progress: (text: string) => void;

  constructor(
    private readonly options: RecoverRingOptions,
    private readonly node: RingNode,
  ) {
    this.tools = options.tools;
    this.progress = options.onProgress ?? (() => {});
  }

  public async run(): Promise<RecoverResult> {
    const { tools, node } = this;
    const { ring, source, signal } = this.options;
    let plan: RestorePlan | undefined;
    let former: DiskGenerations | undefined;
    let step: RecoverStep = 'original';
    const enter = (next: RecoverStep): void => {
      if (step !== next) this.done.push(step);
      step = next;
      if (signal?.aborted) throw new StepProblem('interrupted');
    };
    try {
      enter('original');
      await this.requireSize();
      this.original = await tools.snapshotOriginal(source);
      enter('verify');
      const continues = await this.isWritten();
      this.verified = await tools.verify(this.original, !continues);
      const disk = this.requireUsable(this.verified);
      enter('confirm');
      await this.confirm(disk, continues);
      if (!continues) {
        enter('snapshot');
        this.prepared = await tools.snapshotPrepared(this.original);
        await tools.removeClone();
        const next = await this.replaceGenerations(this.prepared);
        enter('disks-file');
        former = tools.readGenerations();
        tools.writeGenerations(next);
      }
      enter('plan');
      plan = await tools.plan();
      if (plan.isEmpty && !continues) throw new StepProblem('the plan has no changes: the stack does not read the disks file');
      if (!plan.isEmpty) {
        this.progress(plan.summary);
        enter('stop');
        this.state = 'stopped';
        this.requireDone(await tools.stop());
        enter('apply');
        this.state = 'replacing';
        await plan.apply();
      }
      await this.requireAttached();
      this.state = 'replaced';
      enter('start');
      this.requireDone(await tools.start(node.name));
      enter('login');
      await tools.login(node.name);
      enter('join');
      await this.join();
      this.state = 'joined';
      enter('replicate');
      this.require(await tools.replicate(node.name, listReplication(disk)));
      enter('repair');
      for (const { name } of ring.nodes) {
        if (signal?.aborted) throw new StepProblem('interrupted');
        this.progress(`${name}: nodetool repair --full`);
        this.require(await tools.repair(name));
      }
      enter('compare');
      await this.compare(this.verified.verification);
      enter('plan-again');
      const changes = await tools.remainingChanges();
      if (changes !== undefined) throw new StepProblem(`a new plan of the stack is not empty: ${changes}`);
      this.done.push(step);
      this.state = 'recovered';
      return this.result();
    } catch (error) {
      const further = ['unchanged', 'stopped'].includes(this.state) ? await this.takeBack(former) : undefined;
      return this.result(step, error as Error, further);
    } finally {
      plan?.discard();
      await tools.removeClone();
    }
  }

  private result(endedAt?: RecoverStep, error?: Error, further?: string): RecoverResult {
    const { state, done, original, verified, formerSet } = this;
    const reason = error === undefined ? undefined : [error.message, further].filter(Boolean).join('; ');
    return {
      ...{ state, done, kept: this.kept() },
      ...(original !== undefined && { original }),
      ...(verified !== undefined && { verified }),
      ...(formerSet !== undefined && { formerSet }),
      ...(endedAt !== undefined && { endedAt, problem: reason }),
      ...(error === undefined || error instanceof StepProblem ? {} : { error }),
    };
  }

  /** @throws RefusedError if the disks of the ring are smaller */
  private async requireSize(): Promise<void> {
    const { ring, source } = this.options;
    const generations = this.tools.readGenerations();
    for (const { name, vm } of ring.nodes) {
      const disk = generationName(vm, generations[name]?.generation ?? 1);
      const size = await this.tools.diskSizeGiB(name, disk);
      if (size !== undefined && size < source.sizeGiB)
        throw new RefusedError(
          `the disk has ${source.sizeGiB} GiB, and ${disk} has ${size} GiB: set dataDiskSizeGiB to ${source.sizeGiB} or more, and deploy`,
        );
    }
  }

  /** @throws RefusedError if the disk is not one of this ring, StepProblem if it is not verified */
  private requireUsable({ disk, verification, snapshot }: DiskVerification): RecoveredDisk {
    const { ring, partial = false } = this.options;
    const problems = disk === undefined ? [] : listIdentityProblems(disk, ring, this.node);
    if (problems.length > 0) throw new RefusedError(`the disk cannot be that of ${this.node.name}: ${problems.join('; ')}`);
    const failed = verification.checks.filter(({ outcome }) => outcome !== 'passed').map(describeCheck);
    if (disk === undefined || !isVerified(verification))
      throw new StepProblem(`snapshot ${snapshot} is not verified: ${failed.join('; ') || 'no check was run'}`);
    const incomplete = listIncomplete(disk).map(({ name, share }) => `${name} ${Math.floor(share * 100)}%`);
    if (incomplete.length > 0 && !partial)
      throw new RefusedError(`the disk does not have all rows (${incomplete.join(', ')}): pass --partial to recover those that it has`);
    return disk;
  }

  private async confirm(disk: RecoveredDisk, continues: boolean): Promise<void> {
    const { ring } = this.options;
    const generations = this.tools.readGenerations();
    const replaced: string[] = [];
    for (const { name, vm } of ring.nodes) {
      const present = generationName(vm, generations[name]?.generation ?? 1);
      if (!continues && (await this.tools.hasDisk(name, present))) replaced.push(present);
    }
    const blank = this.others().map(({ name }) => name);
    await this.tools.confirm({ verified: this.verified!, disk, into: this.node.name, blank, replaced, continues });
  }

  /** The disks file names a disk that a former run has prepared from the same original. */
  private async isWritten(): Promise<boolean> {
    const { from } = this.tools.readGenerations()[this.node.name] ?? {};
    return from !== undefined && (await this.tools.preparedFrom(from.split('/').at(-1)!)) === this.original;
  }

  /** Takes a snapshot of every present disk. @returns the next generations */
  private async replaceGenerations(prepared: string): Promise<DiskGenerations> {
    const { tools, node } = this;
    const { ring, now = Date.now } = this.options;
    const generations = tools.readGenerations();
    const time = now();
    const formerSet = `${FORMER_SET}${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`;
    const replacements = [];
    for (const { name, vm } of ring.nodes) {
      const { generation = 1, kept = [], from: source } = generations[name] ?? {};
      const existing: number[] = [];
      for (const each of [...kept.map((one) => one.generation), generation])
        if (await tools.hasDisk(name, generationName(vm, each))) existing.push(each);
      if (existing.includes(generation)) {
        this.formerSet = formerSet;
        const disk = generationName(vm, generation);
        this.progress(`${name}: snapshot ${await tools.takeSnapshot(name, disk, formerSet)} of ${disk}`);
      }
      // A lost disk that was created blank is created blank again, at its address.
      else if (name !== node.name && source === undefined) continue;
      const from = name === node.name ? `projects/${ring.project}/global/snapshots/${prepared}` : undefined;
      replacements.push({ node: name, existing, ...(from !== undefined && { from }) });
    }
    return nextGenerations(generations, replacements, { replacedBy: `recovery from ${this.original}`, now: time });
  }

  /** Writes the former disks file, and removes what nothing uses. @returns the problem, if that failed */
  private async takeBack(former: DiskGenerations | undefined): Promise<string | undefined> {
    try {
      if (former !== undefined) this.tools.writeGenerations(former);
      if (this.prepared !== undefined) await this.tools.removePrepared(this.prepared);
      return undefined;
    } catch (error) {
      return `the former disks file or snapshot ${this.prepared} remains to be put back: ${(error as Error).message}`;
    }
  }

  /** Reads back that every node has its disk. */
  private async requireAttached(): Promise<void> {
    const generations = this.tools.readGenerations();
    for (const { name, vm } of this.options.ring.nodes) {
      const disk = generationName(vm, generations[name]?.generation ?? 1);
      const attached = await this.tools.attachedDisks(name);
      if (!attached.includes(disk)) throw new StepProblem(`${vm} must have disk ${disk}, got ${attached.join(', ') || 'none'}`);
    }
  }

  /** One after another, in the order in which the startup scripts wait for each other. */
  private async join(): Promise<void> {
    const members = [this.node.name];
    for (const { name } of this.others()) {
      if (this.options.signal?.aborted) throw new StepProblem('interrupted');
      this.progress(`${name}: joining with a blank disk, and copying its rows`);
      this.require(await this.tools.join(name, [...members]));
      members.push(name);
    }
  }

  private others(): RingNode[] {
    return this.options.ring.nodes.filter(({ name }) => name !== this.node.name).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  private async compare(verification: Verification): Promise<void> {
    this.progress('reading the rows back from the ring, at consistency ALL');
    const differences = compareRows(verification, await this.tools.readRows(listTables(verification)));
    if (differences.length > 0)
      throw new StepProblem(
        `the ring differs from the verified disk: ${differences.map(({ table, detail }) => `${table} ${detail}`).join('; ')}`,
      );
  }

  private require(problem: string | undefined): void {
    if (problem !== undefined) throw new StepProblem(problem);
  }

  private requireDone({ remaining, problem }: RollingResult): void {
    if (problem === undefined && remaining.length === 0) return;
    throw new StepProblem(`${problem ?? 'interrupted'} (remaining: ${remaining.join(', ')})`);
  }

  private kept(): RecoverResult['kept'] {
    if (this.state === 'unchanged' || this.state === 'stopped') return [];
    const generations = this.tools.readGenerations();
    return this.options.ring.nodes.flatMap(({ name, vm }) =>
      (generations[name]?.kept ?? []).map(({ generation, keepUntil }) => ({ disk: generationName(vm, generation), until: keepUntil })),
    );
  }
}

/** Replication of the keyspaces in the data center of the disk. A data center that is lost has no replicas any more. */
export function listReplication({ keyspaces = [], datacenter }: RecoveredDisk): KeyspaceReplication[] {
  return keyspaces.map(({ name, strategy, copies }) => ({
    ...{ name, strategy, copies: Math.max(1, copies) },
    option: strategy === 'NetworkTopologyStrategy' ? datacenter : 'replication_factor',
  }));
}

function rackOf({ rack, zone }: RingNode): string {
  return rack ?? zone;
}
