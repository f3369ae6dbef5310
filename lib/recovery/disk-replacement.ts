import { type DiskGenerations, generationName } from '../cassandra-contract/disk-generations';
import type { Ring, RingNode, RollingResult } from '../operations';
import { FORMER_SET } from './choose-set';
import { compareRows, type LiveRows, listTables, type RowComparison, type TableId } from './compare-rows';
import { formatSetId } from './group-snapshots';
import { finishGenerations, type NodeReplacement, nextGenerations } from './next-generations';
import type { RestorePlan } from './restore-plan';
import { isSameSnapshot } from './snapshot-path';
import type { Verification } from './verification';

/** Steps that every replacement has, in their order. */
export type ReplacementStep = 'disks-file' | 'plan' | 'stop' | 'apply';

/** States that every replacement has, in their order. In the first two, the nodes have their former disks. */
export type ReplacementState = 'unchanged' | 'stopped' | 'replacing' | 'replaced';

/** Parts of a replacement that read or change the ring, its disks and its stack. */
export interface ReplacementTools {
  /** Tests that a disk exists. */
  hasDisk(node: string, disk: string): Promise<boolean>;

  /** Snapshot that a disk was made from, as `projects/PROJECT/global/snapshots/NAME`; `undefined` if it was blank, or there is no such disk. */
  diskSource(node: string, disk: string): Promise<string | undefined>;

  /** Names of the disks that are attached to the VM of a node, as Compute Engine has them. */
  attachedDisks(node: string): Promise<readonly string[]>;

  /** Takes a snapshot of a disk for the set `setId`. @returns its name */
  takeSnapshot(node: string, disk: string, setId: string): Promise<string>;
  readGenerations(): DiskGenerations;

  /** Writes the disks file, and synthesizes the stack with it. */
  writeGenerations(generations: DiskGenerations): void;

  /** @throws RefusedError if the plan changes anything else, or the guard refuses it */
  plan(): Promise<RestorePlan>;

  /** All nodes that run; no effect on stopped ones. */
  stop(): Promise<RollingResult>;

  /** Reads all rows of tables of the ring at consistency ALL. */
  readRows(tables: readonly TableId[]): Promise<readonly LiveRows[]>;

  /** @returns the problem; `undefined` when the node was repaired */
  repair(node: string): Promise<string | undefined>;

  /** @returns changes that a new plan of the stack has; `undefined` if it is empty */
  remainingChanges(): Promise<string | undefined>;
}

/** Properties for a `DiskReplacement`. */
export interface ReplacementOptions {
  readonly ring: Ring;
  readonly tools: ReplacementTools;

  /** Milliseconds since 1970. @default - the system clock */
  readonly now?: () => number;

  /** Ends the run before its next step. @default - it is not interrupted */
  readonly signal?: AbortSignal;

  /** @default - steps are not reported */
  readonly onProgress?: (text: string) => void;
}

/** Result of a replacement. */
export interface ReplacementResult<Step, State> {
  readonly state: State;
  readonly done: readonly Step[];

  /** Step at which it ended; `undefined` when it completed. */
  readonly endedAt?: Step;

  /** Reason for the end. */
  readonly problem?: string;

  /** Error that ended it, if its step did not report a problem itself. */
  readonly error?: Error;

  /** Rows of the ring, compared with the verified ones. @default - the comparison was not reached, or failed */
  readonly compared?: RowComparison;

  /** Set of the snapshots of the replaced disks. @default - this run has taken none */
  readonly formerSet?: string;

  /**
   * Set from which the former data of the ring can be restored: it has the former disks of all nodes, of one state.
   *
   * @default - there is none
   */
  readonly returnSet?: string;

  /** Replaced disks that are kept. */
  readonly kept: readonly { readonly disk: string; readonly until: string }[];
}

/** A step found a problem. */
export class StepProblem extends Error {}

/**
 * Replacement of the data disks of a ring by new ones, step by step. Until a disk is replaced, a run that ends writes the former disks file back.
 * An interrupted run is continued by another one: the disks file, the plan and the nodes show what is done. The disks file has the mark
 * `unfinished` until a run was completed.
 */
export abstract class DiskReplacement<Options extends ReplacementOptions, Step extends string, State extends string> {
  protected readonly ring: Ring;
  protected readonly tools: Options['tools'];
  protected readonly progress: (text: string) => void;
  protected state: State | ReplacementState = 'unchanged';
  protected formerSet?: string;
  protected returnSet?: string;

  /** Snapshots that this run has made for the new disks. */
  protected prepared: readonly string[] = [];

  private compared?: RowComparison;

  /** Disks file before this run. */
  private former?: DiskGenerations;
  private readonly done: (Step | ReplacementStep)[] = [];
  private step?: Step | ReplacementStep;

  constructor(protected readonly options: Options) {
    this.ring = options.ring;
    this.tools = options.tools;
    this.progress = options.onProgress ?? (() => {});
  }

  /** Takes all steps, each of which begins with `enter`. @throws StepProblem */
  protected abstract takeSteps(): Promise<void>;

  /** Removes clones and recovery VMs; no effect if there are none. */
  protected abstract removeClones(): Promise<void>;

  /** Removes snapshots that this run has made, and that nothing uses. */
  protected abstract removePrepared(names: readonly string[]): Promise<void>;

  /** Takes all steps. @returns how they ended */
  protected async replace(): Promise<ReplacementResult<Step | ReplacementStep, State | ReplacementState>> {
    try {
      await this.takeSteps();
      this.done.push(this.step!);
      return this.result();
    } catch (error) {
      const further = ['unchanged', 'stopped'].includes(this.state) ? await this.takeBack() : undefined;
      return this.result(error as Error, further);
    } finally {
      await this.removeClones();
    }
  }

  /** @param error the one that ended the present step @param further problem after it */
  protected result(error?: Error, further?: string): ReplacementResult<Step | ReplacementStep, State | ReplacementState> {
    const { state, done, step, formerSet, returnSet, compared } = this;
    return {
      ...{ state, done, kept: this.listKept() },
      ...(formerSet !== undefined && { formerSet }),
      ...(returnSet !== undefined && { returnSet }),
      ...(compared !== undefined && { compared }),
      ...(error !== undefined && { endedAt: step, problem: [error.message, further].filter(Boolean).join('; ') }),
      ...(error !== undefined && !(error instanceof StepProblem) && { error }),
    };
  }

  /** Ends the present step, and begins the next one. */
  protected enter(next: Step | ReplacementStep): void {
    if (this.step !== undefined) this.done.push(this.step);
    this.step = next;
    this.requireUninterrupted();
  }

  protected requireUninterrupted(): void {
    if (this.options.signal?.aborted) throw new StepProblem('interrupted');
  }

  protected requireNone(problem: string | undefined): void {
    if (problem !== undefined) throw new StepProblem(problem);
  }

  protected requireDone({ remaining, problem }: RollingResult): void {
    if (problem === undefined && remaining.length === 0) return;
    throw new StepProblem(`${problem ?? 'interrupted'} (remaining: ${remaining.join(', ')})`);
  }

  /** Name of the data disk of a node, as the disks file has it now. */
  protected presentDisk({ name, vm }: RingNode): string {
    return generationName(vm, this.tools.readGenerations()[name]?.generation ?? 1);
  }

  /** Complete set of the disks that the last replacement replaced, as the disks file has it. @default - it is unknown */
  protected findFormerSet(_generations: DiskGenerations): string | undefined {
    return undefined;
  }

  /** Generation of a node's data disk that is attached to its VM; `undefined` if none is. */
  protected async attachedGeneration({ name, vm }: RingNode): Promise<number | undefined> {
    const { generation = 1, kept = [] } = this.tools.readGenerations()[name] ?? {};
    const attached = await this.tools.attachedDisks(name);
    return [generation, ...kept.map((former) => former.generation)].find((one) => attached.includes(generationName(vm, one)));
  }

  /**
   * Takes a snapshot of every attached disk, and writes the disks file with the new ones.
   *
   * @param create replacement of a node, whose disks of these generations exist; `undefined` if the disks file does not change for it
   */
  protected async writeDisksFile(
    replacedBy: string,
    create: (node: RingNode, existing: readonly number[]) => NodeReplacement | undefined,
  ): Promise<void> {
    const { ring, tools } = this;
    const generations = tools.readGenerations();
    const now = (this.options.now ?? Date.now)();
    const formerSet = `${FORMER_SET}${formatSetId(now)}`;
    const existing = await Promise.all(ring.nodes.map((node) => this.listExisting(node, generations)));
    const present = await Promise.all(
      ring.nodes.map(async (node, index) => {
        const { generation = 1 } = generations[node.name] ?? {};
        const one = (await this.attachedGeneration(node)) ?? generation;
        return existing[index]!.includes(one) ? one : undefined;
      }),
    );
    // At the same time, so that they belong together; an error waits for the others.
    const taken = await Promise.allSettled(
      ring.nodes.map(async ({ name, vm }, index) => {
        const generation = present[index];
        if (generation === undefined) return;
        this.formerSet = formerSet;
        const disk = generationName(vm, generation);
        this.progress(`${name}: snapshot ${await tools.takeSnapshot(name, disk, formerSet)} of ${disk}`);
      }),
    );
    for (const one of taken) if (one.status === 'rejected') throw one.reason;
    this.returnSet = this.isOneState(generations, present) ? formerSet : this.findReturnSet(generations, present);
    const replacements = ring.nodes.flatMap((node, index) => create(node, existing[index]!) ?? []);
    const next = nextGenerations(generations, replacements, { replacedBy, now });
    this.enter('disks-file');
    this.former = generations;
    tools.writeGenerations(next);
  }

  /**
   * Stops the ring, and attaches the disks that the disks file has. Reads back that every node has its disk, made from its snapshot.
   *
   * @param continues a former run may have attached them
   */
  protected async attach(continues: boolean): Promise<void> {
    this.enter('plan');
    const plan = await this.tools.plan();
    try {
      if (plan.isEmpty && !continues) throw new StepProblem('the plan has no changes: the stack does not read the disks file');
      if (!plan.isEmpty) {
        this.progress(plan.summary);
        this.enter('stop');
        this.state = 'stopped';
        this.requireDone(await this.tools.stop());
        this.enter('apply');
        this.state = 'replacing';
        await plan.apply();
      }
    } finally {
      plan.discard();
    }
    for (const node of this.ring.nodes) {
      const disk = this.presentDisk(node);
      const attached = await this.tools.attachedDisks(node.name);
      if (!attached.includes(disk)) throw new StepProblem(`${node.vm} must have disk ${disk}, got ${attached.join(', ') || 'none'}`);
      await this.requireSource(node, disk);
    }
    this.state = 'replaced';
  }

  /** @throws StepProblem if the disk was not made from the snapshot that the disks file has */
  private async requireSource({ name }: RingNode, disk: string): Promise<void> {
    const { generation = 1, from } = this.tools.readGenerations()[name] ?? {};
    if (generation === 1) return;
    const source = await this.tools.diskSource(name, disk);
    if (!isSameSnapshot(source, from))
      throw new StepProblem(`disk ${disk} must be made from ${from ?? 'no snapshot'}, got ${source ?? 'no snapshot'}`);
  }

  /** Compares the rows of the ring with verified ones. @param of what was verified: `set` or `disk` */
  protected async compare(verification: Verification, of: string): Promise<void> {
    this.progress('reading the rows back from the ring, at consistency ALL');
    const compared = compareRows(verification, await this.tools.readRows(listTables(verification)));
    if (compared.differences.length === 0) {
      this.compared = compared;
      return;
    }
    const described = compared.differences.map(({ table, detail }) => `${table} ${detail}`).join('; ');
    throw new StepProblem(`the ring differs from the verified ${of}: ${described}`);
  }

  /** Repairs one node at a time. @param context before the problem, if there is one @default - none */
  protected async repair(context = ''): Promise<void> {
    for (const { name } of this.ring.nodes) {
      this.requireUninterrupted();
      this.progress(`${name}: nodetool repair --full -pr`);
      const problem = await this.tools.repair(name);
      if (problem !== undefined) throw new StepProblem(`${context}${problem}`);
    }
  }

  /** Requires a plan without changes, and marks the disks as those of a completed run. */
  protected async finish(): Promise<void> {
    const changes = await this.tools.remainingChanges();
    if (changes !== undefined) throw new StepProblem(`a new plan of the stack is not empty: ${changes}`);
    this.tools.writeGenerations(finishGenerations(this.tools.readGenerations()));
  }

  /** A run that made the disk of a node has not ended. */
  protected isUnfinished(node: string): boolean {
    return this.tools.readGenerations()[node]?.unfinished !== undefined;
  }

  /** All nodes have the disk of the disks file, or all have the one before: those of an interrupted replacement may be of both. */
  private isOneState(generations: DiskGenerations, present: readonly (number | undefined)[]): boolean {
    const nodes = this.ring.nodes.map(({ name }) => generations[name] ?? { generation: 1 });
    return (
      nodes.every(({ generation }, index) => present[index] === generation) ||
      nodes.every(({ kept = [] }, index) => kept.length > 0 && present[index] === kept.at(-1)!.generation)
    );
  }

  /** Only after an interrupted replacement, the data before it is the former data of the ring. */
  private findReturnSet(generations: DiskGenerations, present: readonly (number | undefined)[]): string | undefined {
    const isInterrupted = this.ring.nodes.some(({ name }, index) => {
      const { generation = 1 } = generations[name] ?? {};
      return present[index] !== undefined && present[index] !== generation;
    });
    return isInterrupted ? this.findFormerSet(generations) : undefined;
  }

  /** Generations of a node's disk that exist. */
  private async listExisting({ name, vm }: RingNode, generations: DiskGenerations): Promise<number[]> {
    const { generation = 1, kept = [] } = generations[name] ?? {};
    const all = [...kept.map((former) => former.generation), generation];
    const exist = await Promise.all(all.map((one) => this.tools.hasDisk(name, generationName(vm, one))));
    return all.filter((_, index) => exist[index]);
  }

  /** Writes the former disks file, and removes snapshots that nothing uses. @returns the problem, if that failed */
  private async takeBack(): Promise<string | undefined> {
    const { former, prepared } = this;
    try {
      if (former !== undefined) this.tools.writeGenerations(former);
    } catch (error) {
      return `the former disks file could not be written back: ${(error as Error).message}`;
    }
    try {
      if (prepared.length > 0) await this.removePrepared(prepared);
      return undefined;
    } catch (error) {
      return `not removed: snapshots ${prepared.join(', ')}: ${(error as Error).message}`;
    }
  }

  private listKept(): ReplacementResult<Step, State>['kept'] {
    if (this.state === 'unchanged' || this.state === 'stopped') return [];
    const generations = this.tools.readGenerations();
    return this.ring.nodes.flatMap(({ name, vm }) =>
      (generations[name]?.kept ?? []).map(({ generation, keepUntil }) => ({ disk: generationName(vm, generation), until: keepUntil })),
    );
  }
}
