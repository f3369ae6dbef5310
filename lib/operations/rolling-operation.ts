import { type Clock, REAL_CLOCK } from './clock';
import { waitForConvergence } from './convergence';
import { describeFinding } from './findings';
import { startupFailures } from './node-state';
import type { Ring, RingNode } from './ring';
import { RingState } from './ring-state';
import type { NodeShell } from './shell/node-shell';

/** Options of every rolling operation. */
export interface RollingOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;

  /** Timeout for each node, and for the ring before the first one. */
  readonly timeoutMinutes: number;

  /** @default - the system clock */
  readonly clock?: Clock;

  /** Stops the operation at the next point at which no node is half done. @default - it is not interrupted */
  readonly signal?: AbortSignal;

  /** Called with each step. @default - steps are not reported */
  readonly onProgress?: (text: string) => void;

  /** Reports the commands instead of running them. @default false */
  readonly dryRun?: boolean;
}

/** Result of a rolling operation. */
export interface RollingResult {
  /** Names of the completed nodes. */
  readonly done: readonly string[];

  /** Names of the nodes that were not completed, beginning with the one at which the operation stopped. */
  readonly remaining: readonly string[];

  /** Reason for the stop; `undefined` when the operation completed or was interrupted between two nodes. */
  readonly problem: string | undefined;

  /** Nodes of `done` on which the change takes effect once their startup script has run. @default - none */
  readonly awaitingScript?: readonly string[];
}

/** Change of one node. */
export interface NodeStep {
  /** The equivalent commands for a terminal. */
  readonly commands: readonly string[];

  /** Past participle for progress messages: `restarted`. */
  readonly done: string;

  /** Stops Cassandra on the node. */
  readonly stops: boolean;

  /** Takes effect once the startup script has run. @default false */
  readonly awaitsScript?: boolean;

  /** @returns the problem, when the change failed or its outcome is unknown; otherwise `undefined` */
  run(): Promise<string | undefined>;

  /** Checks a node after the ring has converged. @returns the problem; `undefined` when there is none */
  check?(state: RingState): string | undefined;
  discard?(): void;
}

/** Change that goes through a ring one node at a time. */
export interface RollingOperation {
  /**
   * Prepares the nodes of a healthy ring before the first one is changed. Skipped in a dry run.
   *
   * @returns the problem, when the preparation failed or its outcome is unknown; otherwise `undefined`
   */
  prepare?(): Promise<string | undefined>;

  /** Further preconditions of a healthy ring. @returns the unmet ones */
  requires?(first: RingState): readonly string[];

  /** Selects the nodes that the operation covers. */
  covers(node: RingNode, first: RingState): boolean;

  /** Plans the change of one node, in its turn; `undefined` when the node is up to date. */
  plan(node: RingNode, first: RingState): Promise<NodeStep | undefined>;
}

/** State of the ring before the first node, and the nodes that the operation covers. */
interface Start {
  readonly first: RingState;
  readonly nodes: readonly RingNode[];
  readonly problem?: string;
}

/**
 * Changes one node at a time. The next node follows when every node sees every node as UN, all agree on the schema, the changed node has
 * kept its host id, and its hints were delivered. Stops at the first problem.
 */
export async function runRollingOperation(options: RollingOptions, operation: RollingOperation): Promise<RollingResult> {
  const { clock = REAL_CLOCK, dryRun = false, onProgress = () => {}, signal = new AbortController().signal } = options;
  const { first, nodes, problem } = await startOperation(options, operation);
  const remaining = [...nodes];
  const done: string[] = [];
  const awaitingScript: string[] = [];
  const result = (found?: string): RollingResult => ({
    done,
    remaining: remaining.map(({ name }) => name),
    problem: found,
    ...(awaitingScript.length > 0 ? { awaitingScript } : {}),
  });
  if (problem !== undefined) return result(problem);

  const runner = new StepRunner(options, first);
  for (const node of nodes) {
    if (signal.aborted) break;
    const begun = clock.now();
    const step = await operation.plan(node, first);
    try {
      if (dryRun) {
        for (const command of step?.commands ?? []) onProgress(command);
        continue;
      }
      if (step !== undefined) {
        const found = await runner.run(node, step);
        if (found !== undefined) return result(found);
        done.push(node.name);
        if (step.awaitsScript) awaitingScript.push(node.name);
        onProgress(`${node.name}: ${step.done}, ${Math.round((clock.now() - begun) / 1000)} s`);
      }
      remaining.splice(remaining.indexOf(node), 1);
    } finally {
      step?.discard?.();
    }
  }
  return result();
}

/** Checks the ring, and prepares its nodes. */
async function startOperation(options: RollingOptions, { prepare, requires, covers }: RollingOperation): Promise<Start> {
  const { shell, ring, dryRun = false } = options;
  const start = (first: RingState, problem?: string): Start => ({
    first,
    nodes: sortByRack(ring, first).filter((node) => covers(node, first)),
    problem,
  });

  const first = await RingState.collect(shell, ring);
  // The preparation may repair a startup script that failed.
  const failures = prepare === undefined ? first.nodes.flatMap(startupFailures) : [];
  const found = [...first.problems, ...first.crashLoopsWithout(), ...failures].map(describeFinding);
  const [problem] = [...found, ...(requires?.(first) ?? [])];
  if (problem !== undefined || prepare === undefined || dryRun) return start(first, problem);

  const failed = await prepare();
  if (failed !== undefined) return start(first, failed);
  const prepared = await RingState.collect(shell, ring);
  const [since] = [...prepared.problems, ...prepared.crashLoopsWithout(), ...prepared.nodes.flatMap(startupFailures)];
  return start(prepared, since && describeFinding(since));
}

/** Runs steps on a ring that was healthy at the start. */
class StepRunner {
  private readonly healthySince: number;
  private readonly hostIds: ReadonlyMap<string, string>;
  private isConverged = false;

  constructor(
    private readonly options: RollingOptions,
    private readonly first: RingState,
  ) {
    this.healthySince = (options.clock ?? REAL_CLOCK).now();
    this.hostIds = new Map(options.ring.nodes.map((node) => [node.name, first.hostIdOf(node)!]));
  }

  /** @returns the problem; `undefined` when the step is done and the ring has converged */
  public async run(node: RingNode, step: NodeStep): Promise<string | undefined> {
    if (!this.isConverged) {
      const { problem } = await this.wait(this.options.ring.nodes, { healthySince: this.healthySince });
      if (problem !== undefined) return problem;
      this.isConverged = true;
    }
    const failed = await step.run();
    if (failed !== undefined || !step.stops) return failed;
    this.options.onProgress?.(`${node.name}: waiting until every node sees it as UN and its hints were delivered`);
    const { state, problem } = await this.wait([node], { hostIds: this.hostIds });
    const [crashes] = state.crashLoopsWithout();
    const found = problem ?? step.check?.(state) ?? (crashes && describeFinding(crashes));
    return found === undefined ? undefined : `${node.name} was ${step.done}, and ${found}`;
  }

  private wait(nodes: readonly RingNode[], more: { healthySince?: number; hostIds?: ReadonlyMap<string, string> }) {
    const { shell, ring, timeoutMinutes, clock = REAL_CLOCK, signal = new AbortController().signal, onProgress = () => {} } = this.options;
    return waitForConvergence({
      ...{ shell, ring, nodes, timeoutMinutes, clock, signal, onProgress, ...more },
      hintsFlushSeconds: this.first.hintsFlushSeconds,
    });
  }
}

/** Sorts nodes by rack: two replicas of a row are then never stopped alternately. */
function sortByRack({ nodes }: Ring, state: RingState): RingNode[] {
  const key = (node: RingNode): string => `${state.memberOf(node)?.rack ?? node.zone} ${node.name}`;
  return [...nodes].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
