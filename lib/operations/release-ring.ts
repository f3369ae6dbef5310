import { HEARTBEAT_FILE, RESURRECTION_RECORD } from '../cassandra-contract/node-paths';
import { STARTUP_SCRIPT_SERVICE } from '../cassandra-contract/units';
import { findingText, span } from './findings';
import type { NodeByNode, NodeByNodeOptions } from './node-by-node';
import { unreadFindings } from './node-look';
import type { RingNode } from './ring';
import { RingLook } from './ring-look';
import { failureOf } from './rolling-restart';

/** Options of `releaseRing`. */
export interface ReleaseRingOptions extends Omit<NodeByNodeOptions, 'timeoutMinutes' | 'clock'> {
  /** Nodes that are not released and are replaced afterwards. @default - none */
  readonly except?: readonly RingNode[];
}

/** Hours between the stops of two nodes within which the others keep hints: Cassandra's default of `max_hint_window`. */
const HINT_HOURS = 3;

/** The heartbeat stays beside it, for whoever asks later how old the disk was. */
const RELEASE = `set -e
mv -f ${HEARTBEAT_FILE} ${HEARTBEAT_FILE}.released
rm -f ${RESURRECTION_RECORD}
systemctl restart --no-block ${STARTUP_SCRIPT_SERVICE}`;

/**
 * Releases a ring whose nodes refuse to start since all of them were down longer than deleted rows are remembered: one that was stopped
 * as a whole, or restored from snapshots of one time. Nothing was deleted meanwhile, so that no node missed a deletion.
 *
 * A ring of which a node runs is not released, and neither is a node that stopped earlier than the others: it is replaced.
 */
export async function releaseRing(options: ReleaseRingOptions): Promise<NodeByNode> {
  const { shell, ring, except = [], dryRun = false } = options;
  const { signal = new AbortController().signal, onProgress = () => {} } = options;
  const look = await RingLook.take(shell, ring, 'files');
  const nodes = ring.nodes.filter(({ name }) => except.every((other) => other.name !== name));
  const outcome = (done: readonly string[], doubt?: string): NodeByNode => ({
    done,
    left: nodes.map(({ name }) => name).filter((name) => !done.includes(name)),
    doubt,
  });

  for (const own of look.looks) {
    const { node, unreachable, unit, takesClients } = own;
    if (unreachable !== undefined) return outcome([], findingText({ code: 'vm-unreachable', node: node.name, reason: unreachable }));
    const [unread] = unreadFindings(own, ['unit', 'clients', 'heartbeat', 'code']);
    if (unread !== undefined) return outcome([], findingText(unread));
    if (takesClients || unit.state === 'active')
      return outcome([], `Cassandra runs on ${node.name}, so that rows may have been deleted while others were down: replace those`);
  }
  const heartbeats = nodes.map((node) => ({ node, secondsAgo: look.of(node).heartbeatSecondsAgo }));
  // Of all nodes: one that is left out may have taken deletions, too.
  const latest = Math.min(...look.looks.map(({ heartbeatSecondsAgo }) => heartbeatSecondsAgo ?? Number.POSITIVE_INFINITY));
  for (const { node, secondsAgo } of heartbeats) {
    if (look.of(node).stateCode !== 'refused-resurrection') return outcome([], `${node.name} does not refuse for this reason`);
    if (secondsAgo === undefined) return outcome([], `${node.name} has no heartbeat file`);
    if (secondsAgo - latest > HINT_HOURS * 3_600) {
      const earlier = span(secondsAgo - latest);
      return outcome([], `${node.name} stopped ${earlier} before another node and may have missed deletions: --except ${node.name}`);
    }
  }

  const done: string[] = [];
  for (const node of nodes) {
    if (signal.aborted) break;
    if (dryRun) {
      onProgress(shell.typed(node, RELEASE));
      continue;
    }
    const failed = await failureOf(shell, node, RELEASE, 60);
    if (failed !== undefined) return outcome(done, failed);
    done.push(node.name);
  }
  return outcome(done);
}
