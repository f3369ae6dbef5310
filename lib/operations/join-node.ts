import { STOPPED_FILE } from '../cassandra-contract/node-paths';
import { type StateCode, stateKind } from '../cassandra-contract/state-codes';
import { type Clock, REAL_CLOCK } from './clock';
import { describeFinding } from './findings';
import { GossipRestarts } from './gossip-restarts';
import { crashLoopFindings, type NodeState, startupFailures } from './node-state';
import { allowBlankDisk, BEGIN_STARTUP_SCRIPT } from './replace-node';
import type { Ring, RingNode } from './ring';
import { RingState } from './ring-state';
import type { NodeShell } from './shell/node-shell';
import { runOnNode } from './shell/run-on-node';
import { describeUnreachable } from './stop-ring';

/** Options of `joinNode`. */
export interface JoinNodeOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;

  /** Node with a blank data disk. */
  readonly node: RingNode;

  /** Nodes that are members of the ring. */
  readonly members: readonly RingNode[];

  /** Timeout for the node, which copies its data. @default 720 */
  readonly timeoutMinutes?: number;

  /** @default - the system clock */
  readonly clock?: Clock;

  /** Stops waiting. @default - it is not interrupted */
  readonly signal?: AbortSignal;

  /** Called with each step. @default - steps are not reported */
  readonly onProgress?: (text: string) => void;
}

const POLL_MS = 2_000;

const START = `set -e
rm -f ${STOPPED_FILE}
sync
${BEGIN_STARTUP_SCRIPT}`;

/**
 * Starts a node with a blank disk that the ring does not know: its disk is formatted, it bootstraps, and all members see it as UN. Clients
 * may not be let in yet. No effect on a node that is a member already; an interrupted bootstrap is continued.
 *
 * @returns the problem; `undefined` when it has joined
 */
export async function joinNode(options: JoinNodeOptions): Promise<string | undefined> {
  const { shell, ring, node, members, timeoutMinutes = 720, clock = REAL_CLOCK, onProgress = () => {} } = options;
  const { signal = new AbortController().signal } = options;
  const all: Ring = { ...ring, nodes: [...members, node] };
  const gossip = new GossipRestarts(shell, clock, onProgress);
  const begun = clock.now();
  let restartsBefore: number | undefined;
  let reported = '';
  for (;;) {
    const state = await RingState.collect(shell, all, 'members');
    const views = state.statesOf(node);
    if (views.length === all.nodes.length && views.every((view) => view === 'UN')) return undefined;
    const own = state.of(node);
    const waiting = describeUnreachable(state) ?? (own.message || 'no state');
    if (signal.aborted) return 'interrupted';
    if (clock.now() - begun > timeoutMinutes * 60_000) return `${node.name} has not joined after ${timeoutMinutes} minutes: ${waiting}`;
    if (waiting !== reported) onProgress(`${node.name}: ${waiting}`);
    reported = waiting;
    if (own.unreachable === undefined) {
      const failed = restartsBefore === undefined ? await runOnNode(shell, node, START, 120) : await advance(options, own, restartsBefore);
      if (failed !== undefined) return failed;
      // Those of its lost disk are no crash loop of the new one.
      restartsBefore ??= own.unit.restartsLastHour ?? 0;
    }
    await gossip.follow(state, [node]);
    await clock.sleep(POLL_MS, signal);
  }
}

/** Permits the format that the startup script asks for. @returns the reason why the node will never join */
async function advance(
  { shell, node, onProgress = () => {} }: JoinNodeOptions,
  own: NodeState,
  restartsBefore: number,
): Promise<string | undefined> {
  if (own.stateCode === BLANK_DISK) {
    onProgress(`${node.name}: permitted to format its new disk`);
    return runOnNode(shell, node, allowBlankDisk('bootstrap'), 120);
  }
  const restartsLastHour = (own.unit.restartsLastHour ?? 0) - restartsBefore;
  const [loop] = crashLoopFindings({ ...own, unit: { ...own.unit, restartsLastHour } });
  if (loop !== undefined) return describeFinding(loop);
  // systemd starts Cassandra again.
  if (['active', 'activating'].includes(own.unit.state)) return undefined;
  const [failure] = startupFailures(own).filter(
    (each) => each.code === 'startup-script' && ['refused', 'failed'].includes(stateKind(each.stateCode)),
  );
  return failure && describeFinding(failure);
}

const BLANK_DISK: StateCode = 'refused-blank-disk';
