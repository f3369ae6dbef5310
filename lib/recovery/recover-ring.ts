import { NUM_TOKENS } from '../cassandra/cassandra-configuration';
import { RefusedError } from '../core/reported-error';
import type { Ring, RingNode, RollingResult } from '../operations';
import { DiskReplacement, type ReplacementOptions, type ReplacementResult, type ReplacementTools, StepProblem } from './disk-replacement';
import type { DiskVerification, FoundSource } from './recover-disk';
import { listIncomplete, type RecoveredDisk } from './recovered-disk';
import { describeChecks, isVerified } from './verification';
import { requireWholeRing } from './whole-ring';

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
export interface RecoverTools extends ReplacementTools {
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
export interface RecoverRingOptions extends ReplacementOptions {
  readonly source: FoundSource;

  /** Name of the node that gets the recovered disk. */
  readonly into: string;

  /** Accepts a disk that does not have all rows. @default false */
  readonly partial?: boolean;
  readonly tools: RecoverTools;
}

/** Result of a recovery. */
export interface RecoverResult extends ReplacementResult<RecoverStep, RecoverState> {
  /** Snapshot of the original. @default - it was not taken */
  readonly original?: string;

  /** Verification of the disk. @default - it was not completed */
  readonly verified?: DiskVerification;
}

/**
 * Finds the node that can have the disk of a lost ring: it starts alone, so that it must be a seed.
 *
 * @throws RefusedError
 */
export function requirePlace(ring: Ring, name: string): RingNode {
  requireWholeRing(ring);
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
 * An interrupted recovery is continued by another run with the same snapshot of the original. After a completed one, such a run replaces the
 * disks again.
 *
 * @throws RefusedError before anything is created
 */
export async function recoverRing(options: RecoverRingOptions): Promise<RecoverResult> {
  const node = requirePlace(options.ring, options.into);
  return new Recovery(options, node).run();
}

class Recovery extends DiskReplacement<RecoverRingOptions, RecoverStep, RecoverState> {
  private original?: string;
  private verified?: DiskVerification;

  constructor(
    options: RecoverRingOptions,
    private readonly node: RingNode,
  ) {
    super(options);
  }

  public async run(): Promise<RecoverResult> {
    const result = await this.replace();
    const { original, verified } = this;
    return { ...result, ...(original !== undefined && { original }), ...(verified !== undefined && { verified }) };
  }

  protected async takeSteps(): Promise<void> {
    const { tools, node } = this;
    this.enter('original');
    await this.requireSize();
    this.original = await tools.snapshotOriginal(this.options.source);
    this.enter('verify');
    const continues = await this.isContinued();
    this.verified = await tools.verify(this.original, !continues);
    const disk = this.requireUsable(this.verified);
    this.enter('confirm');
    await this.confirm(this.verified, disk, continues);
    if (!continues) {
      this.enter('snapshot');
      const prepared = await tools.snapshotPrepared(this.original);
      this.prepared = [prepared];
      await this.removeClones();
      await this.writeDisks(prepared, `recovery from ${this.original}`);
    }
    await this.attach(continues);
    this.enter('start');
    this.requireDone(await tools.start(node.name));
    this.enter('login');
    await tools.login(node.name);
    this.enter('join');
    await this.join();
    this.state = 'joined';
    this.enter('replicate');
    this.requireNone(await tools.replicate(node.name, listReplication(disk)));
    this.enter('repair');
    await this.repair();
    this.enter('compare');
    await this.compare(this.verified.verification, 'disk');
    this.enter('plan-again');
    await this.finish();
    this.state = 'recovered';
  }

  protected removeClones(): Promise<void> {
    return this.tools.removeClone();
  }

  protected async removePrepared(names: readonly string[]): Promise<void> {
    for (const name of names) await this.tools.removePrepared(name);
  }

  /** @throws RefusedError if the disks of the ring are smaller */
  private async requireSize(): Promise<void> {
    const { source } = this.options;
    for (const node of this.ring.nodes) {
      const disk = this.presentDisk(node);
      const size = await this.tools.diskSizeGiB(node.name, disk);
      if (size !== undefined && size < source.sizeGiB)
        throw new RefusedError(
          `the disk has ${source.sizeGiB} GiB, and ${disk} has ${size} GiB: set dataDiskSizeGiB to ${source.sizeGiB} or more, and deploy`,
        );
    }
  }

  /** @throws RefusedError if the disk is not one of this ring, StepProblem if it is not verified */
  private requireUsable({ disk, verification, snapshot }: DiskVerification): RecoveredDisk {
    const { partial = false } = this.options;
    const problems = disk === undefined ? [] : listIdentityProblems(disk, this.ring, this.node);
    if (problems.length > 0) throw new RefusedError(`the disk cannot be that of ${this.node.name}: ${problems.join('; ')}`);
    const failed = verification.checks.filter(({ outcome }) => outcome !== 'passed');
    if (disk === undefined || !isVerified(verification))
      throw new StepProblem(`snapshot ${snapshot} is not verified: ${describeChecks(failed) || 'no check was run'}`);
    const incomplete = listIncomplete(disk).map(({ name, share }) => `${name} ${Math.floor(share * 100)}%`);
    if (incomplete.length > 0 && !partial)
      throw new RefusedError(`the disk does not have all rows (${incomplete.join(', ')}): pass --partial to recover those that it has`);
    return disk;
  }

  private async confirm(verified: DiskVerification, disk: RecoveredDisk, continues: boolean): Promise<void> {
    const replaced: string[] = [];
    for (const node of this.ring.nodes) {
      const present = this.presentDisk(node);
      if (!continues && (await this.tools.hasDisk(node.name, present))) replaced.push(present);
    }
    const blank = this.others().map(({ name }) => name);
    await this.tools.confirm({ verified, disk, into: this.node.name, blank, replaced, continues });
  }

  /** The disks file names a disk that a former run, which has not ended, prepared from the same original. */
  private async isContinued(): Promise<boolean> {
    if (!this.isUnfinished(this.node.name)) return false;
    const { from } = this.tools.readGenerations()[this.node.name] ?? {};
    return from !== undefined && (await this.tools.preparedFrom(from.split('/').at(-1)!)) === this.original;
  }

  /** The node gets a disk from the prepared snapshot, and the others get blank ones. */
  private writeDisks(prepared: string, replacedBy: string): Promise<void> {
    const generations = this.tools.readGenerations();
    return this.writeDisksFile(replacedBy, ({ name: node }, existing) => {
      if (node === this.node.name) return { node, existing, from: `projects/${this.ring.project}/global/snapshots/${prepared}` };
      const { generation = 1, from } = generations[node] ?? {};
      // A lost disk that was created blank is created blank again, at its address.
      return from === undefined && !existing.includes(generation) ? undefined : { node, existing };
    });
  }

  /** One after another, in the order in which the startup scripts wait for each other. */
  private async join(): Promise<void> {
    const members = [this.node.name];
    for (const { name } of this.others()) {
      this.requireUninterrupted();
      this.progress(`${name}: joining with a blank disk, and copying its rows`);
      this.requireNone(await this.tools.join(name, [...members]));
      members.push(name);
    }
  }

  private others(): RingNode[] {
    return this.ring.nodes.filter(({ name }) => name !== this.node.name).sort((one, other) => (one.name < other.name ? -1 : 1));
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
