import type { Clock } from './clock';
import type { RingNode } from './ring';
import type { RingState } from './ring-state';
import type { NodeShell } from './shell/node-shell';
import { runOnNode } from './shell/run-on-node';

/** Time for which a node has to be unseen before its gossip is restarted, in milliseconds: an echo is lost after 10 s by default. */
const PATIENCE_MS = 30_000;

/** Timeout of the two calls of nodetool in seconds. */
const RESTART_SECONDS = 120;

/** Gossip is enabled whatever ends the script; the script fails if it cannot be. */
const RESTART = `trap 'nodetool enablegossip || exit 1' EXIT
nodetool disablegossip`;

/**
 * Restarts the gossip of a node that runs, and that another one sees as down for good: Cassandra (5.0.8) marks a node as up when it
 * answers an echo, and sends no other echo after one that was lost (CASSANDRA-21428). The other nodes see the node as down for some seconds, as
 * in a restart. Each node once, and one node at a time: where it does not help, the two do not reach each other.
 */
export class GossipRestarts {
  /** Time at which nodes were first unseen, without interruption. */
  private since = new Map<string, number>();
  private readonly restarted = new Set<string>();

  constructor(
    private readonly shell: NodeShell,
    private readonly clock: Clock,
    private readonly onProgress: (text: string) => void,
  ) {}

  /** Restarts the gossip of a node that has been unseen for that time. @param nodes that are meant to run, and were not drained */
  public async follow(state: RingState, nodes: readonly RingNode[]): Promise<void> {
    const now = this.clock.now();
    const unseen = nodes.filter((node) => state.unseenBy(node).length > 0);
    this.since = new Map(unseen.map(({ name }) => [name, this.since.get(name) ?? now]));
    const due = unseen.find(({ name }) => now - this.since.get(name)! >= PATIENCE_MS && !this.restarted.has(name));
    if (due === undefined) return;
    await this.restart(due, state.unseenBy(due));
    this.since.clear();
  }

  private async restart(node: RingNode, by: readonly string[]): Promise<void> {
    this.restarted.add(node.name);
    this.onProgress(`${node.name} runs, and is DN as seen by ${by.join(', ')}: restarting its gossip`);
    const failed = await runOnNode(this.shell, node, RESTART, RESTART_SECONDS, 'the restart of gossip');
    if (failed !== undefined) this.onProgress(failed);
  }
}
