import { type DiskGenerations, generationName } from '../cassandra-contract/disk-generations';
import { RefusedError } from '../core/reported-error';
import type { RingNode, RollingResult } from '../operations';
import { chooseSet, FORMER_SET, type SetChoice } from './choose-set';
import { countRows } from './compare-rows';
import { DiskReplacement, type ReplacementOptions, type ReplacementResult, type ReplacementTools, StepProblem } from './disk-replacement';
import type { NewestWrite } from './newest-write';
import { describeEnds, formatMoment, type PointInTime } from './point-in-time';
import { describeCopy, describeSetProblem, type SnapshotSet, snapshotPath } from './snapshot-set';
import { type Check, describeChecks, isRestorable, LEVELS, listUnchecked, type Verification } from './verification';
import { requireWholeRing } from './whole-ring';

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

  /** Newest write in the live ring. */
  readonly newestWrite: NewestWrite;

  /** Time since which the superuser has another password than in the set; `undefined` if it has the same. */
  readonly passwordChangedAt: number | undefined;

  /** A former run was interrupted, and is continued. */
  readonly continues: boolean;

  /** Point in time to which commit logs were replayed. @default - that of the set */
  readonly pointInTime?: PointInTime;
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
export interface RestoreTools extends ReplacementTools {
  /** @default - the ring has no archive of its commit logs */
  readonly replay?: ReplayTools;

  verify(set: SnapshotSet): Promise<Verification>;

  /** Lists the sets again: a retention may have deleted some since the first list. */
  listSets(): Promise<readonly SnapshotSet[]>;

  /** Newest write in the live ring. */
  newestWrite(): Promise<NewestWrite>;

  /** Creation of the newest version of the superuser's password; `undefined` if unknown. */
  passwordCreatedAt(): Promise<number | undefined>;

  /** @throws RefusedError if the question is answered otherwise, or cannot be asked */
  confirm(question: RestoreQuestion): Promise<void>;

  /** Whole ring, with its resurrection check released; waits until every node sees every node as UN. */
  start(): Promise<RollingResult>;
}

/** Properties for `restoreRing`. */
export interface RestoreRingOptions extends SetChoice, ReplacementOptions {
  /** Newest first. */
  readonly sets: readonly SnapshotSet[];
  readonly tools: RestoreTools;

  /** Replaces disks that were made from this set by new ones. @default - a completed restore of the set is not repeated */
  readonly again?: boolean;

  /** Ends after the choice of the set; reports the steps. @default false */
  readonly dryRun?: boolean;
}

/** Result of a restore. */
export interface RestoreResult extends ReplacementResult<RestoreStep, RestoreState> {
  readonly set: SnapshotSet;

  /** Point in time of the restored ring. @default - that of the set */
  readonly pointInTime?: PointInTime;

  /** Checks of the set that were not run, for lack of a manifest or a canary. */
  readonly unchecked: readonly Check[];
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
  requireWholeRing(options.ring);
  const set = chooseSet(options.sets, options);
  return new Restore(options, set).run();
}

class Restore extends DiskReplacement<RestoreRingOptions, RestoreStep, RestoreState> {
  private unchecked: readonly Check[] = [];
  private pointInTime?: PointInTime;

  /** Snapshots of clones on which commit logs were replayed, by name of the node. */
  private replayed?: ReadonlyMap<string, string>;

  constructor(
    options: RestoreRingOptions,
    private readonly set: SnapshotSet,
  ) {
    super(options);
  }

  public async run(): Promise<RestoreResult> {
    const { dryRun = false } = this.options;
    if (dryRun) await this.describe();
    const result = dryRun ? this.result() : await this.replace();
    const { set, unchecked, pointInTime } = this;
    return { ...result, set, unchecked, ...(pointInTime !== undefined && { pointInTime }) };
  }

  protected async takeSteps(): Promise<void> {
    const { tools } = this;
    this.enter('verify');
    await this.planPointInTime();
    const continues = await this.isContinued();
    const verification = await this.verify();
    this.enter('confirm');
    await this.confirm(verification, continues);
    await this.requireSet();
    if (continues) {
      this.returnSet = this.findFormerSet(tools.readGenerations());
    } else {
      this.enter('snapshot');
      await this.takeReplayed();
      await this.removeClones();
      await this.writeDisks();
    }
    await this.attach(continues);
    this.enter('start');
    this.requireDone(await tools.start());
    this.state = 'running';
    this.enter('compare');
    await this.compare(verification, 'set');
    this.enter('repair');
    await this.repair('the rows were compared, and the repair failed: ');
    this.enter('plan-again');
    await this.finish();
    this.state = 'restored';
  }

  protected async removeClones(): Promise<void> {
    await this.tools.replay?.removeClones();
  }

  protected override findFormerSet(generations: DiskGenerations): string | undefined {
    const replaced = new Map<string, string>();
    for (const { name, vm } of this.ring.nodes) {
      const { generation = 1, kept = [] } = generations[name] ?? {};
      const last = kept.at(-1)?.generation;
      // A gap is a disk that was lost, or never created.
      if (last === undefined || last !== generation - 1) return undefined;
      replaced.set(name, generationName(vm, last));
    }
    const isOfReplaced = ({ snapshots }: SnapshotSet): boolean => [...replaced].every(([node, disk]) => snapshots.get(node)?.disk === disk);
    return this.options.sets.find((set) => set.id.startsWith(FORMER_SET) && set.problems.length === 0 && isOfReplaced(set))?.id;
  }

  protected removePrepared(names: readonly string[]): Promise<void> {
    return this.tools.replay!.removeSnapshots(names);
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
    this.pointInTime = await replay.plan(this.set, at).catch((error: Error) => {
      if (!dryRun || !(error instanceof RefusedError)) throw error;
      throw new RefusedError(
        `${error.message}. A restore first uploads the commit logs that the nodes write now, which a dry run does not`,
      );
    });
    const { count, bytes, reached, ends } = this.pointInTime;
    this.progress(`${count} commit logs (${Math.ceil(bytes / 2 ** 20)} MiB) from set ${this.set.id} to ${formatMoment(reached)}`);
    for (const line of describeEnds(ends)) this.progress(`the archive is not complete to ${formatMoment(at)}: ${line}`);
  }

  /** Steps as a dry run shows them. */
  private async describe(): Promise<void> {
    const { set, ring, progress } = this;
    await this.planPointInTime();
    const generations = this.tools.readGenerations();
    const names = [...set.snapshots.values()].map(({ name }) => name).join(', ');
    progress(`set ${set.id} (${new Date(set.takenAt).toISOString()}${describeCopy(set)}): ${names}`);
    const next = (node: string): number => (generations[node]?.generation ?? 1) + 1;
    const continues = await this.isContinued();
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
      repair: 'repair one node at a time (nodetool repair --full -pr)',
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
      replaced: await Promise.all(this.ring.nodes.map((node) => this.replacedDisk(node))),
      newestWrite: await tools.newestWrite(),
      passwordChangedAt: created !== undefined && created > (this.pointInTime?.reached ?? set.takenAt) ? created : undefined,
      ...(this.pointInTime !== undefined && { pointInTime: this.pointInTime }),
    };
    await tools.confirm(question);
  }

  /** The question may have waited for hours. @throws StepProblem unless the set is as it was verified */
  private async requireSet(): Promise<void> {
    const { id, snapshots } = this.set;
    const now = (await this.tools.listSets()).find((set) => set.id === id);
    if (now === undefined) throw new StepProblem(`set ${id} was deleted after it was verified`);
    if (now.problems.length > 0) throw new StepProblem(`set ${id} has changed: ${now.problems.map(describeSetProblem).join(', ')}`);
    for (const [node, { name }] of snapshots) {
      const present = now.snapshots.get(node)?.name;
      if (present !== name)
        throw new StepProblem(`set ${id} has changed: the snapshot of ${node} must be ${name}, got ${present ?? 'none'}`);
    }
  }

  /** Data disk that is attached to a node; where none is, that of the disks file. */
  private async replacedDisk(node: RingNode): Promise<string> {
    const attached = await this.attachedGeneration(node);
    return attached === undefined ? this.presentDisk(node) : generationName(node.vm, attached);
  }

  /**
   * A former run with the set has not ended.
   *
   * @throws RefusedError if it was completed: rows that were lost since would not come back
   */
  private async isContinued(): Promise<boolean> {
    if (this.options.again || !(await this.isWritten())) return false;
    if (this.ring.nodes.every(({ name }) => this.isUnfinished(name))) return true;
    throw new RefusedError(
      `the disks of the ring were made from set ${this.set.id}, and the disks file has no unfinished restore: pass --again to replace them by new ones`,
    );
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

  /** Takes snapshots of the clones on which commit logs were replayed, if the ring is restored to a point in time. */
  private async takeReplayed(): Promise<void> {
    if (this.pointInTime === undefined) return;
    this.replayed = await this.tools.replay!.takeSnapshots(this.set, this.pointInTime);
    this.prepared = [...this.replayed.values()];
  }

  /** Every node gets a disk from its snapshot. */
  private writeDisks(): Promise<void> {
    const { set, pointInTime } = this;
    const until = pointInTime === undefined ? '' : ` to ${new Date(pointInTime.reached).toISOString()}`;
    const replacedBy = `restore of set ${set.id}${until}`;
    return this.writeDisksFile(replacedBy, ({ name: node }, existing) => ({ node, existing, from: this.source(node) }));
  }
}

function describeFailure({ set, checks }: Verification): string {
  // Those that were not run for lack of a manifest are no reason.
  const failed = checks.filter((check) => !isRestorable({ checks: [check] }));
  return `set ${set} is not verified: ${describeChecks(failed) || 'no check was run'}`;
}
