import { stateKind } from '../cassandra-contract/state-codes';
import type { Clock } from './clock';
import { describeFinding, type Finding } from './findings';
import { GossipRestarts } from './gossip-restarts';
import { startupFailures } from './node-state';
import type { Ring, RingNode } from './ring';
import { describeHints, RingState } from './ring-state';
import type { NodeShell } from './shell/node-shell';

/** Options of `waitForConvergence`. */
export interface ConvergenceOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;

  /** Nodes whose hints have to be delivered. Without any, the wait ends as soon as the ring is healthy. */
  readonly nodes: readonly RingNode[];

  /** Time since which the ring is known to be healthy, apart from hints. @default - it is checked first */
  readonly healthySince?: number;

  /** Longest time that hints stay in the memory of a node, in seconds. @default 10, the default of `hints_flush_period` */
  readonly hintsFlushSeconds?: number;

  /** Expected host ids, by name of the node. @default - host ids are not compared */
  readonly hostIds?: ReadonlyMap<string, string>;
  readonly timeoutMinutes: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;

  /** Called with `waiting: ` and the problem that is waited for, whenever it changes, and with restarts of gossip. */
  readonly onProgress: (text: string) => void;
}

/** State of a ring after waiting for it. */
export interface Convergence {
  /** Last state that was collected. */
  readonly state: RingState;

  /** Reason for which the ring has not converged; `undefined` when it has. */
  readonly problem: string | undefined;
}

const POLL_INTERVAL_MS = 2_000;

/** Default of `hints_flush_period`: Cassandra writes hints from memory to files this often, in seconds. */
const HINTS_FLUSH_SECONDS = 10;

/** Time that a node may take to write a file of hints, in seconds. */
const WRITE_SECONDS = 2;

/**
 * Waits until all nodes see all nodes as UN, agree on the schema and take clients, and the hints for the given nodes were delivered.
 *
 * Nodes create no new hints once all nodes see all nodes as up. After the flush period every hint that is left is in a file, and visible.
 * Restarts the gossip of a node that runs and that others see as down for good (`GossipRestarts`).
 */
export async function waitForConvergence(options: ConvergenceOptions): Promise<Convergence> {
  const { shell, ring, nodes, hostIds = new Map(), timeoutMinutes, clock, signal, onProgress } = options;
  const gossip = new GossipRestarts(shell, clock, onProgress);
  const begun = clock.now();
  const hintsMs = (flushSeconds: number): number => (nodes.length === 0 ? 0 : (flushSeconds + WRITE_SECONDS) * 1000);
  let memoryMs = hintsMs(options.hintsFlushSeconds ?? HINTS_FLUSH_SECONDS);
  let { healthySince } = options;
  let reported = '';
  for (;;) {
    const isDue = memoryMs === 0 || (healthySince !== undefined && clock.now() - healthySince >= memoryMs);
    let state = await RingState.collect(shell, ring, 'files');
    let [problem] = state.nodesDown.map(describeFinding);
    if (problem !== undefined) healthySince = undefined;
    else if (healthySince !== undefined) [problem] = state.hintsFor(nodes).map(describeHints);
    if (problem === undefined && (healthySince === undefined || isDue)) {
      state = await RingState.collect(shell, ring, isDue ? 'all' : 'members');
      healthySince = state.problems.length > 0 ? undefined : (healthySince ?? clock.now());
      [problem] = [...state.problems.map(describeFinding), ...state.hintsFor(nodes).map(describeHints)];
    }
    const [permanent] = [...permanentFailures(state, ring, hostIds), ...state.crashLoopsWithout(nodes)];
    if (permanent !== undefined) return { state, problem: describeFinding(permanent) };
    memoryMs = Math.max(memoryMs, hintsMs(state.hintsFlushSeconds ?? 0));
    const untilDue = healthySince === undefined ? 0 : healthySince + memoryMs - clock.now();
    if (problem === undefined && isDue && untilDue <= 0) return { state, problem };
    if (problem !== undefined && clock.now() - begun > timeoutMinutes * 60_000) {
      return { state, problem: `${problem}, after ${timeoutMinutes} ${timeoutMinutes === 1 ? 'minute' : 'minutes'}` };
    }
    if (problem !== undefined && problem !== reported) onProgress(`waiting: ${problem}`);
    reported = problem ?? '';
    if (signal.aborted) return { state, problem: problem ?? 'hints may still be waiting' };
    await gossip.follow(
      state,
      ring.nodes.filter((node) => state.of(node).takesClients),
    );
    await clock.sleep(Math.max(POLL_INTERVAL_MS, untilDue), signal);
  }
}

/** Findings that waiting cannot resolve. */
function permanentFailures(state: RingState, ring: Ring, hostIds: ReadonlyMap<string, string>): Finding[] {
  return ring.nodes.flatMap((node): Finding[] => {
    const own = state.of(node);
    const failures = own.unit.state === 'active' ? [] : startupFailures(own).filter(isPermanent);
    if (own.unit.state === 'failed') return [{ code: 'cassandra-failed', node: node.name }];
    if (failures.length > 0) return failures;
    const [was, is] = [hostIds.get(node.name), state.memberOf(node)?.hostId || undefined];
    return was !== undefined && is !== undefined && was !== is ? [{ code: 'host-id-changed', node: node.name, was, is }] : [];
  });
}

/** A startup script that waits, or keeps older keys, tries again by itself. */
function isPermanent(finding: Finding): boolean {
  return finding.code === 'startup-script' && ['refused', 'failed'].includes(stateKind(finding.stateCode));
}
