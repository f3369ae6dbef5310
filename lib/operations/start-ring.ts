import { HEARTBEAT_FILE, RESURRECTION_RECORD, STOPPED_FILE } from '../cassandra-contract/node-paths';
import { RUN_STARTUP_SCRIPT } from '../cassandra-contract/units';
import { REAL_CLOCK } from './clock';
import { waitForConvergence } from './convergence';
import { describeFinding } from './findings';
import { probeNode, startupFailures } from './node-state';
import type { RingNode } from './ring';
import { RingState } from './ring-state';
import type { RollingOptions, RollingResult } from './rolling-operation';
import { SCRIPT_SECONDS } from './rolling-restart';
import { runOnNode } from './shell/run-on-node';
import { describeUnreachable, sortByZone } from './stop-ring';

/** Options of `startRing`. */
export interface StartRingOptions extends Omit<RollingOptions, 'timeoutMinutes'> {
  /** Timeout for the ring after the startup scripts have ended. @default 15 */
  readonly timeoutMinutes?: number;

  /**
   * All disks were restored from one set: a node that was down longer than `gc_grace_seconds` missed no deletion, and starts. The host ids
   * are those of the set. @default false
   */
  readonly restored?: boolean;
}

/** The startup script mounts the disk that is attached now. */
const START = `set -e
rm -f ${STOPPED_FILE}
sync
${RUN_STARTUP_SCRIPT}`;

/** Keeps a copy of the heartbeat, which shows how old the disk was. */
const RELEASE = `set -e
mv -f ${HEARTBEAT_FILE} ${HEARTBEAT_FILE}.released
rm -f ${RESURRECTION_RECORD}
${RUN_STARTUP_SCRIPT}`;

/**
 * Starts the nodes that `stopRing` stopped, and waits until every node sees every node as UN. All start at once, since a node may wait for
 * the others. A startup script leaves a running Cassandra alone.
 */
export async function startRing(options: StartRingOptions): Promise<RollingResult> {
  const { shell, ring, timeoutMinutes = 15, clock = REAL_CLOCK, dryRun = false, restored = false } = options;
  const { signal = new AbortController().signal, onProgress = () => {} } = options;
  const first = await RingState.collect(shell, ring, 'files');
  const nodes = sortByZone(ring);
  const outcome = (done: readonly RingNode[], problem?: string): RollingResult => ({
    done: done.map(({ name }) => name),
    remaining: nodes.filter((node) => !done.includes(node)).map(({ name }) => name),
    problem,
  });

  const unreachable = describeUnreachable(first);
  if (unreachable !== undefined) return outcome([], unreachable);
  if (dryRun) {
    for (const node of nodes) onProgress(shell.formatCommand(node, START));
    return outcome([]);
  }
  const hostIds = restored ? new Map<string, string>() : await readHostIds(options, first);
  onProgress(`starting ${nodes.map(({ name }) => name).join(', ')}`);
  const problems = await Promise.all(
    nodes.map(async (node) => {
      const failed = await runOnNode(shell, node, START, SCRIPT_SECONDS, 'the start');
      const { stateCode } = await probeNode(shell, node, 'files');
      if (!restored || stateCode !== 'refused-resurrection') return failed && (await explain(options, node, failed));
      onProgress(`${node.name}: restored with the whole ring, and released from the check for resurrected rows`);
      const again = await runOnNode(shell, node, RELEASE, SCRIPT_SECONDS, 'the release');
      return again && (await explain(options, node, again));
    }),
  );
  const [problem] = problems.filter((each) => each !== undefined);
  if (problem !== undefined) return outcome([], problem);
  const { problem: waited } = await waitForConvergence({
    ...{ shell, ring, nodes: [], hostIds, timeoutMinutes, clock, signal, onProgress },
  });
  return waited === undefined ? outcome(nodes) : outcome([], waited);
}

/** Host ids before the start: from the marker of a stopped node, otherwise from its disk. */
async function readHostIds({ shell, ring }: StartRingOptions, state: RingState): Promise<Map<string, string>> {
  const hostIds = new Map<string, string>();
  for (const node of ring.nodes) {
    const { stdout } = await shell.run(node, `if [ -e ${STOPPED_FILE} ]; then cat ${STOPPED_FILE}; fi`);
    const hostId = /^host_id=(\S+)$/m.exec(stdout)?.[1] ?? state.hostIdOf(node);
    if (hostId !== undefined) hostIds.set(node.name, hostId);
  }
  return hostIds;
}

/** The state of a startup script explains its failure better than systemd does. */
async function explain({ shell }: StartRingOptions, node: RingNode, failed: string): Promise<string> {
  const [failure] = startupFailures(await probeNode(shell, node, 'files'));
  return failure === undefined ? failed : describeFinding(failure);
}
