import { HEARTBEAT_FILE, RESURRECTION_RECORD } from '../cassandra-contract/node-paths';
import { STARTUP_SCRIPT_SERVICE } from '../cassandra-contract/units';
import { describeFinding, formatDuration } from './findings';
import { unreadFindings } from './node-state';
import type { RingNode } from './ring';
import { RingState } from './ring-state';
import type { RollingOptions, RollingResult } from './rolling-operation';
import { runOnNode } from './shell/run-on-node';

/** Options of `releaseRing`. */
export interface ReleaseRingOptions extends Omit<RollingOptions, 'timeoutMinutes' | 'clock'> {
  /** Nodes that are not released, to be replaced afterwards. @default - none */
  readonly except?: readonly RingNode[];
}

/** Cassandra's default of `max_hint_window` in hours: other nodes store hints for a stopped node for this long. */
const HINT_HOURS = 3;

/** Keeps a copy of the heartbeat, which shows how old the disk was. */
const RELEASE = `set -e
mv -f ${HEARTBEAT_FILE} ${HEARTBEAT_FILE}.released
rm -f ${RESURRECTION_RECORD}
systemctl restart --no-block ${STARTUP_SCRIPT_SERVICE}`;

/**
 * Releases a ring whose nodes refuse to start because all were down longer than `gc_grace_seconds`: it was stopped as a whole, or restored
 * from snapshots of one time. No row was deleted meanwhile, so no node missed a deletion.
 *
 * Refuses while a node of the ring runs, and for a node that stopped earlier than the others: that node has to be replaced.
 */
export async function releaseRing(options: ReleaseRingOptions): Promise<RollingResult> {
  const { shell, ring, except = [], dryRun = false } = options;
  const { signal = new AbortController().signal, onProgress = () => {} } = options;
  const state = await RingState.collect(shell, ring, 'files');
  const nodes = ring.nodes.filter(({ name }) => except.every((other) => other.name !== name));
  const outcome = (done: readonly string[], problem?: string): RollingResult => ({
    done,
    remaining: nodes.map(({ name }) => name).filter((name) => !done.includes(name)),
    problem,
  });

  for (const own of state.nodes) {
    const { node, unreachable, unit, takesClients } = own;
    if (unreachable !== undefined) return outcome([], describeFinding({ code: 'vm-unreachable', node: node.name, reason: unreachable }));
    const [unread] = unreadFindings(own, ['unit', 'clients', 'heartbeat', 'code']);
    if (unread !== undefined) return outcome([], describeFinding(unread));
    if (takesClients || unit.state === 'active')
      return outcome([], `Cassandra runs on ${node.name}, so rows may have been deleted while other nodes were down: replace those`);
  }
  const heartbeats = nodes.map((node) => ({ node, secondsAgo: state.of(node).heartbeatSecondsAgo }));
  // An excluded node may have taken deletions, too.
  const latest = Math.min(...state.nodes.map(({ heartbeatSecondsAgo }) => heartbeatSecondsAgo ?? Number.POSITIVE_INFINITY));
  for (const { node, secondsAgo } of heartbeats) {
    if (state.of(node).stateCode !== 'refused-resurrection') return outcome([], `${node.name} is not in the state refused-resurrection`);
    if (secondsAgo === undefined) return outcome([], `${node.name} has no heartbeat file`);
    if (secondsAgo - latest > HINT_HOURS * 3_600) {
      const earlier = formatDuration(secondsAgo - latest);
      return outcome([], `${node.name} stopped ${earlier} before another node and may have missed deletions: pass --except ${node.name}`);
    }
  }

  const done: string[] = [];
  for (const node of nodes) {
    if (signal.aborted) break;
    if (dryRun) {
      onProgress(shell.formatCommand(node, RELEASE));
      continue;
    }
    const failed = await runOnNode(shell, node, RELEASE, 60);
    if (failed !== undefined) return outcome(done, failed);
    done.push(node.name);
  }
  return outcome(done);
}
