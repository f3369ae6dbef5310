import { type DiskGenerations, generationName } from '../cassandra-contract/disk-generations';
import type { Ring, RingNode, RollingResult } from '../operations';
import { chooseSet, FORMER_SET, type SetChoice } from './choose-set';
import { compareRows, countRows, type LiveRows, listTables, type TableId } from './compare-rows';
import { nextGenerations } from './next-generations';
import { describeEnds, formatMoment, type PointInTime } from './point-in-time';
import { describeCopy, type SnapshotSet, snapshotPath } from './snapshot-set';
import { type Check, describeCheck, isRestorable, LEVELS, listUnchecked, type Verification } from './verification';

/** Steps of a restore, in their order. */
export const RESTORE_STEPS = [
  'verify',
  'confirm',
  'snapshot',
  'disks-file',
  'plan',
  'stop',
  'apply',
  'start',
  'compare',
  'repair',
  'plan-again',
] as const;

export type RestoreStep = (typeof RESTORE_STEPS)[number];

/**
 * State that a restore leaves:
 *
 * - `unchanged`: nothing was stopped or replaced.
 * - `stopped`: nodes may be stopped; they have their former disks.
 * - `replacing`: the ring is stopped; nodes may have their former or the restored disks.
 * - `replaced`: the restored disks are attached; nodes may be stopped.
 * - `running`: the ring runs on the restored disks, and is not checked completely.
 * - `restored`: everything was done and read back.
 */
export type RestoreState = 'unchanged' | 'stopped' | 'replacing' | 'replaced' | 'running' | 'restored';

/** Contents of the one confirmation. */
export interface RestoreQuestion {
  readonly set: SnapshotSet;
  readonly verification: Verification;

  /** Disks that are replaced, as they are attached now. */
  readonly replaced: readonly string[];

  /** Newest write in the live ring, in milliseconds since 1970; `undefined` if unknown. */
  readonly newestWrite: number | undefined;

  /** Time since which the superuser has another password than in the set; `undefined` if it has the same. */
  readonly passwordChangedAt: number | undefined;

  /** A former run was interrupted, and is continued. */
  readonly continues: boolean;

  /** Point in time to which commit logs were replayed. @default - that of the set */
  readonly pointInTime?: PointInTime;
}

/** Checked plan that attaches the restored disks. Must be discarded: a plan file holds secrets in clear text. */
export interface RestorePlan {
  /** The restored disks are attached already. */
  readonly isEmpty: boolean;

  /** One line that describes the changes. */
  readonly summary: string;
  apply(): Promise<void>;
  discard(): void;
}

/** Parts of a restore to a point in time. */
export interface ReplayTools {
  /** Lets the nodes upload the commit logs that they write. @returns problems of nodes */
  archiveOpen(): Promise<readonly string[]>;

  /** @throws RefusedError if the archive does not go beyond the set */
  plan(set: SnapshotSet, at: number): Promise<PointInTime>;

  /** Verifies the set on clones, and replays the commit logs on them. */
  replay(set: SnapshotSet, pointInTime: PointInTime): Promise<Verification>;

  /** Takes snapshots of the clones. @returns their names by node */
  takeSnapshots(set: SnapshotSet, pointInTime: PointInTime): Promise<ReadonlyMap<string, string>>;

  /** Snapshot from which a snapshot of a clone was made, and until when; `undefined` for any other snapshot. */
  replayedFrom(snapshot: string): Promise<{ readonly snapshot: string; readonly until: number } | undefined>;
  removeSnapshots(names: readonly string[]): Promise<void>;

  /** No effect if there are none. */
  removeClones(): Promise<void>;
}

/** Parts of a restore that read or change the ring, its disks and its stack. */
export interface RestoreTools {
  /** @default - the ring has no archive of its commit logs */
  readonly replay?: ReplayTools;

  verify(set: SnapshotSet): Promise<Verification>;

  /** Time of the newest write in the live ring, in milliseconds since 1970; `undefined` if unknown. */
  newestWrite(): Promise<number | undefined>;

  /** Creation of the newest version of the superuser's password; `undefined` if unknown. */
  passwordCreatedAt(): Promise<number | undefined>;

  /** @throws RefusedError if the question is answered otherwise, or cannot be asked */
  confirm(question: RestoreQuestion): Promise<void>;

  /** Tests that a disk exists. */
  hasDisk(node: string, disk: string): Promise<boolean>;

  /** Names of the disks that are attached to the VM of a node, as Compute Engine has them. */
  attachedDisks(node: string): Promise<readonly string[]>;

  /** Takes a snapshot of a disk for the set `setId`. @returns its name */
  takeSnapshot(node: string, disk: string, setId: string): Promise<string>;
  readGenerations(): DiskGenerations;

  /** Writes the disks file, and synthesizes the stack with it. */
  writeGenerations(generations: DiskGenerations): void;

  /** @throws RefusedError if the plan changes anything else, or the guard refuses it */
  plan(): Promise<RestorePlan>;

  /** Whole ring; no effect on stopped nodes. */
  stop(): Promise<RollingResult>;

  /** Whole ring, with its resurrection check released; waits until every node sees every node as UN. */
  start(): Promise<RollingResult>;
  readRows(tables: readonly TableId[]): Promise<readonly LiveRows[]>;

  /** @returns the problem; `undefined` when the node was repaired */
  repair(node: string): Promise<string | undefined>;

  /** @returns changes that a new plan of the stack has; `undefined` if it is empty */
  remainingChanges(): Promise<string | undefined>;
}

/** Properties for `restoreRing`. */
export interface RestoreRingOptions extends SetChoice {
  readonly ring: Ring;

  /** Newest first. */
  readonly sets: readonly SnapshotSet[];
  readonly tools: RestoreTools;

  /** Replaces the disks even if they were made from this set. @default false */
  readonly again?: boolean;

  /** Ends after the choice of the set; reports the steps. @default false */
  readonly dryRun?: boolean;

  /** Milliseconds since 1970. @default - the system clock */
  readonly now?: () => number;

  /** Ends the restore before its next step. @default - it is not interrupted */
  readonly signal?: AbortSignal;

  /** @default - steps are not reported */
  readonly onProgress?: (text: string) => void;
}

/** Result of a restore. */
export interface RestoreResult {
  readonly set: SnapshotSet;
  readonly state: RestoreState;
  readonly done: readonly RestoreStep[];

  /** Step at which it ended; `undefined` when it completed. */
  readonly endedAt?: RestoreStep;

  /** Reason for the end. */
  readonly problem?: string;

  /** Error that ended it, if its step did not report a problem itself. */
  readonly error?: Error;

  /** Set of the snapshots of the replaced disks, from which the former data can be restored. */
  readonly formerSet?: string;

  /** Point in time of the restored ring. @default - that of the set */
  readonly pointInTime?: PointInTime;

  /** Checks of the set that were not run, for lack of a manifest or a canary. */
  readonly unchecked: readonly Check[];

  /** Replaced disks that are kept. */
  readonly kept: readonly { readonly disk: string; readonly until: string }[];
}

/**
 * Restores a whole ring from a set of snapshots: new disks are attached in place of the present ones, which are kept.
 *
 * The set is verified on clones before anything is stopped, and the rows of the ring are compared with those of the clones afterwards. An
 * interrupted restore is continued by another run with the same set: the disks file, the plan and the nodes show what is done.
 *
 * @throws RefusedError if no set can be restored
 */
export async function restoreRing(options: RestoreRingOptions): Promise<RestoreResult> {
  const set = chooseSet(options.sets, options);
  return new Restore(options, set).run();
}

/** A step found a problem. */
class StepProblem extends Error {}

class Restore {
  private state: RestoreState = 'unchanged';
  private readonly done: RestoreStep[] = [];
  private formerSet?: string;
  private unchecked: readonly Check[] = [];
  private pointInTime?: PointInTime;

  /** Snapshots of clones on which commit logs were replayed, by name of the node. */
  private replayed?: ReadonlyMap<string, string>;
  private readonly ring: Ring;
  private readonly tools: RestoreTools;
  private readonly progress: (text: string) => void;
  private readonly now: () => number;

  constructor(
    private readonly options: RestoreRingOptions,
    private readonly set: SnapshotSet,
  ) {
    this.ring = options.ring;
    this.tools = options.tools;
    this.progress = options.onProgress ?? (() => {});
    this.now = options.now ?? Date.now;
  }

  public async run(): Promise<RestoreResult> {
    if (this.options.dryRun) {
      await this.describe();
      return this.result();
    }
    let plan: RestorePlan | undefined;
    let former: DiskGenerations | undefined;
    let step: RestoreStep = 'verify';
    const enter = (next: RestoreStep): void => {
      if (step !== next) this.done.push(step);
      step = next;
      if (this.options.signal?.aborted) throw new StepProblem('interrupted');
    };
    try {
      enter('verify');
      await this.planPointInTime();
      const verification = await this.verify();
      enter('confirm');
      const continues = !this.options.again && (await this.isWritten());
      await this.confirm(verification, continues);
      if (continues) {
        this.formerSet = this.options.sets.find(({ id }) => id.startsWith(FORMER_SET))?.id;
      } else {
        enter('snapshot');
        if (this.pointInTime !== undefined) this.replayed = await this.tools.replay!.takeSnapshots(this.set, this.pointInTime);
        await this.tools.replay?.removeClones();
        const next = await this.replaceGenerations();
        enter('disks-file');
        former = this.tools.readGenerations();
        this.tools.writeGenerations(next);
      }
      enter('plan');
      plan = await this.tools.plan();
      if (plan.isEmpty && !continues) throw new StepProblem('the plan has no changes: the stack does not read the disks file');
      if (!plan.isEmpty) {
        this.progress(plan.summary);
        enter('stop');
        this.state = 'stopped';
        this.requireDone(await this.tools.stop());
        enter('apply');
        this.state = 'replacing';
        await plan.apply();
      }
      await this.requireAttached();
      this.state = 'replaced';
      enter('start');
      this.requireDone(await this.tools.start());
      this.state = 'running';
      enter('compare');
      await this.compare(verification);
      enter('repair');
      await this.repair();
      enter('plan-again');
      const changes = await this.tools.remainingChanges();
      if (changes !== undefined) throw new StepProblem(`a new plan of the stack is not empty: ${changes}`);
      this.done.push(step);
      this.state = 'restored';
      return this.result();
    } catch (error) {
      const further = ['unchanged', 'stopped'].includes(this.state) ? await this.takeBack(former) : undefined;
      return this.result(step, error as Error, further);
    } finally {
      plan?.discard();
      await this.tools.replay?.removeClones();
    }
  }

  /** With an archive, `at` is the time of the ring, and otherwise the latest time of the set. */
  private async planPointInTime(): Promise<void> {
    const { at, dryRun = false } = this.options;
    const { replay } = this.tools;
    if (at === undefined || replay === undefined) return;
    if (!dryRun) {
      this.progress('uploading the commit logs that the nodes write');
      for (const problem of await replay.archiveOpen()) this.progress(`not uploaded: ${problem}`);
    }
    this.pointInTime = await replay.plan(this.set, at);
    const { count, bytes, reached, ends } = this.pointInTime;
    this.progress(`${count} commit logs (${Math.ceil(bytes / 2 ** 20)} MiB) from set ${this.set.id} to ${formatMoment(reached)}`);
    for (const line of describeEnds(ends)) this.progress(`the archive is not complete to ${formatMoment(at)}: ${line}`);
  }

  private result(endedAt?: RestoreStep, error?: Error, further?: string): RestoreResult {
    const { set, state, done, formerSet } = this;
    const reason = error === undefined ? undefined : [error.message, further].filter(Boolean).join('; ');
    return {
      ...{ set, state, done, kept: this.kept(), unchecked: this.unchecked },
      ...(this.pointInTime === undefined ? {} : { pointInTime: this.pointInTime }),
      ...(formerSet === undefined ? {} : { formerSet }),
      ...(endedAt === undefined ? {} : { endedAt, problem: reason }),
      ...(error === undefined || error instanceof StepProblem ? {} : { error }),
    };
  }

  /** Steps as a dry run shows them. */
  private async describe(): Promise<void> {
    const { set, ring, progress } = this;
    await this.planPointInTime();
    const generations = this.tools.readGenerations();
    const names = [...set.snapshots.values()].map(({ name }) => name).join(', ');
    progress(`set ${set.id} (${new Date(set.takenAt).toISOString()}${describeCopy(set)}): ${names}`);
    const next = (node: string): number => (generations[node]?.generation ?? 1) + 1;
    const continues = !this.options.again && (await this.isWritten());
    const disks = ring.nodes.map(({ name, vm }) => generationName(vm, continues ? next(name) - 1 : next(name)));
    const steps: Record<RestoreStep, string> = {
      verify: `verify the set on clones of its disks, levels 0 to 4${this.pointInTime === undefined ? '' : ', and replay the commit logs on them'}; the ring is not touched`,
      confirm: 'ask for confirmation: what is replaced, and what is newer and will be lost',
      snapshot: continues ? 'skipped: the disks file names this set already' : 'take a snapshot of every present data disk',
      'disks-file': continues ? 'skipped: the disks file names this set already' : `write the disks file: ${disks.join(', ')}`,
      plan: 'synthesize and plan: only the disks of the nodes may change',
      stop: `stop the ring: ${ring.nodes.map(({ name }) => name).join(', ')}`,
      apply: `create and attach ${disks.join(', ')}; the present disks are kept`,
      start: 'start the ring, and wait until every node sees every node as UN',
      compare: 'read the rows back from the ring at consistency ALL, and compare them with the verified ones',
      repair: 'repair one node at a time (nodetool repair --full)',
      'plan-again': 'plan again: no changes may remain',
    };
    for (const [index, step] of RESTORE_STEPS.entries()) progress(`${index + 1}. ${step}: ${steps[step]}`);
  }

  private async verify(): Promise<Verification> {
    this.progress(`verifying set ${this.set.id} on clones; the ring is not touched`);
    const { pointInTime, tools } = this;
    const verification = await (pointInTime === undefined ? tools.verify(this.set) : tools.replay!.replay(this.set, pointInTime));
    if (!isRestorable(verification)) throw new StepProblem(describeFailure(verification));
    for (const level of [0, 1, 2, 3, 4] as const) {
      if (!verification.checks.some((check) => check.level === level && check.outcome === 'passed'))
        throw new StepProblem(`set ${this.set.id} is not verified: level ${level} (${LEVELS[level]}) was not run`);
    }
    if (countRows(verification) === 0) {
      throw new StepProblem(
        `set ${this.set.id} is not verified: level 4 (${LEVELS[4]}): no user table has rows, so nothing would be restored`,
      );
    }
    this.unchecked = listUnchecked(verification);
    return verification;
  }

  private async confirm(verification: Verification, continues: boolean): Promise<void> {
    const { set, tools } = this;
    const created = await tools.passwordCreatedAt();
    const question: RestoreQuestion = {
      ...{ set, verification, continues },
      replaced: this.presentDisks(),
      newestWrite: await tools.newestWrite(),
      passwordChangedAt: created !== undefined && created > (this.pointInTime?.reached ?? set.takenAt) ? created : undefined,
      ...(this.pointInTime !== undefined && { pointInTime: this.pointInTime }),
    };
    await tools.confirm(question);
  }

  /** The disks file names the snapshots of the set as the sources of all present disks. */
  private async isWritten(): Promise<boolean> {
    const { pointInTime, set, tools } = this;
    const generations = tools.readGenerations();
    if (pointInTime === undefined) return this.ring.nodes.every(({ name }) => generations[name]?.from === this.source(name));
    for (const { name } of this.ring.nodes) {
      const { from } = generations[name] ?? {};
      const found = from === undefined ? undefined : await tools.replay!.replayedFrom(from.split('/').at(-1)!);
      if (found?.snapshot !== set.snapshots.get(name)!.name || found.until !== pointInTime.reached) return false;
    }
    return true;
  }

  private source(node: string): string {
    const replayed = this.replayed?.get(node);
    // Snapshots of clones on which commit logs were replayed are in the project of the ring.
    if (replayed !== undefined) return `projects/${this.ring.project}/global/snapshots/${replayed}`;
    return snapshotPath(this.ring, this.set.snapshots.get(node)!);
  }

  private presentDisks(): string[] {
    const generations = this.tools.readGenerations();
    return this.ring.nodes.map(({ name, vm }) => generationName(vm, generations[name]?.generation ?? 1));
  }

  /** Takes a snapshot of every present disk. @returns the next generations */
  private async replaceGenerations(): Promise<DiskGenerations> {
    const { ring, set, tools } = this;
    const generations = tools.readGenerations();
    const now = this.now();
    const formerSet = `${FORMER_SET}${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`;
    const existing = await Promise.all(ring.nodes.map((node) => this.existing(node, generations)));
    // At the same time, so that they belong together; an error waits for the others.
    const taken = await Promise.allSettled(
      ring.nodes.map(async ({ name, vm }, index) => {
        const { generation = 1 } = generations[name] ?? {};
        if (!existing[index]!.includes(generation)) return;
        this.formerSet = formerSet;
        const disk = generationName(vm, generation);
        this.progress(`${name}: snapshot ${await tools.takeSnapshot(name, disk, formerSet)} of ${disk}`);
      }),
    );
    for (const one of taken) if (one.status === 'rejected') throw one.reason;
    const replacements = ring.nodes.map(({ name }, index) => ({ node: name, from: this.source(name), existing: existing[index]! }));
    const until = this.pointInTime === undefined ? '' : ` to ${new Date(this.pointInTime.reached).toISOString()}`;
    return nextGenerations(generations, replacements, { replacedBy: `restore of set ${set.id}${until}`, now });
  }

  /** Generations of a node's disk that exist. */
  private async existing({ name, vm }: RingNode, generations: DiskGenerations): Promise<number[]> {
    const { generation = 1, kept = [] } = generations[name] ?? {};
    const all = [...kept.map((former) => former.generation), generation];
    const exist = await Promise.all(all.map((one) => this.tools.hasDisk(name, generationName(vm, one))));
    return all.filter((_, index) => exist[index]);
  }

  /** Writes the former disks file, and removes snapshots that nothing uses. @returns the problem, if that failed */
  private async takeBack(former: DiskGenerations | undefined): Promise<string | undefined> {
    try {
      if (former !== undefined) this.tools.writeGenerations(former);
    } catch (error) {
      return `the former disks file could not be written back: ${(error as Error).message}`;
    }
    const names = [...(this.replayed?.values() ?? [])];
    try {
      if (names.length > 0) await this.tools.replay!.removeSnapshots(names);
      return undefined;
    } catch (error) {
      return `not removed: snapshots ${names.join(', ')}: ${(error as Error).message}`;
    }
  }

  /** Reads back that every node has its disk of the set. */
  private async requireAttached(): Promise<void> {
    const disks = this.presentDisks();
    for (const [index, { name, vm }] of this.ring.nodes.entries()) {
      const attached = await this.tools.attachedDisks(name);
      if (!attached.includes(disks[index]!))
        throw new StepProblem(`${vm} must have disk ${disks[index]}, got ${attached.join(', ') || 'none'}`);
    }
  }

  private requireDone({ remaining, problem }: RollingResult): void {
    if (problem === undefined && remaining.length === 0) return;
    throw new StepProblem(`${problem ?? 'interrupted'} (remaining: ${remaining.join(', ')})`);
  }

  private async compare(verification: Verification): Promise<void> {
    this.progress('reading the rows back from the ring, at consistency ALL');
    const differences = compareRows(verification, await this.tools.readRows(listTables(verification)));
    if (differences.length === 0) return;
    throw new StepProblem(
      `the ring differs from the verified set: ${differences.map(({ table, detail }) => `${table} ${detail}`).join('; ')}`,
    );
  }

  private async repair(): Promise<void> {
    for (const { name } of this.ring.nodes) {
      if (this.options.signal?.aborted) throw new StepProblem('interrupted');
      this.progress(`${name}: nodetool repair --full`);
      const problem = await this.tools.repair(name);
      if (problem !== undefined)
        throw new StepProblem(`the rows were compared and are the verified ones, and the repair failed: ${problem}`);
    }
  }

  private kept(): RestoreResult['kept'] {
    if (this.options.dryRun || this.state === 'unchanged' || this.state === 'stopped') return [];
    const generations = this.tools.readGenerations();
    return this.ring.nodes.flatMap(({ name, vm }) =>
      (generations[name]?.kept ?? []).map(({ generation, keepUntil }) => ({ disk: generationName(vm, generation), until: keepUntil })),
    );
  }
}

function describeFailure({ set, checks }: Verification): string {
  // Those that were not run for lack of a manifest are no reason.
  const failed = checks.filter((check) => !isRestorable({ checks: [check] })).map(describeCheck);
  return `set ${set} is not verified: ${failed.join('; ') || 'no check was run'}`;
}
