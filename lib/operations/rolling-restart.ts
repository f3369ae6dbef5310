import { CASSANDRA_SERVICE, RUN_STARTUP_SCRIPT } from '../cassandra-contract/units';
import { findingText } from './findings';
import { type NodeByNode, type NodeByNodeOptions, nodeByNode } from './node-by-node';
import { lookAt, startupFailures } from './node-look';
import type { RingNode } from './ring';
import { REAL_CLOCK } from './settling';
import { type NodeShell, UnreachableError } from './shell/node-shell';

/** Properties for `rollingRestart`. */
export interface RollingRestartOptions extends Omit<NodeByNodeOptions, 'timeoutMinutes'> {
  /** Nodes whose Cassandra began after this moment are passed over. */
  readonly since: Date;

  /** Only nodes with changed files that Cassandra has not read yet. @default false */
  readonly onlyPending?: boolean;

  /** @default 15 */
  readonly timeoutMinutes?: number;
}

/** The two commands, in their order. The unit drains again when it is stopped, which then takes no time. */
const COMMANDS = ['nodetool drain', `systemctl restart ${CASSANDRA_SERVICE}`];

/** How long each may take, in seconds: what the unit allows a stop, and a little. */
const COMMAND_SECONDS = 360;

/** The script waits for Cassandra for up to fifteen minutes. */
const SCRIPT_SECONDS = 1_200;

/**
 * Restarts Cassandra on one node after the other. Before that, the startup script of each node runs, so that Cassandra begins with
 * what was deployed.
 *
 * It keeps no record: who was restarted is seen from when its process began, so that a second run with the same `since` goes on
 * where the first one stopped.
 */
export async function rollingRestart(options: RollingRestartOptions): Promise<NodeByNode> {
  const { shell, ring, since, onlyPending = false, timeoutMinutes = 15, clock = REAL_CLOCK, onProgress = () => {} } = options;
  const begun = clock.now();
  if (options.dryRun) for (const node of ring.nodes) onProgress(shell.typed(node, RUN_STARTUP_SCRIPT));
  return nodeByNode(
    { ...options, timeoutMinutes },
    {
      prepare: async () => {
        onProgress('the startup script writes what was deployed, on one node after the other');
        for (const node of ring.nodes) {
          const failure = await runStartupScript(shell, node);
          if (failure !== undefined) return failure;
        }
        return undefined;
      },
      concerns: (node, first) => {
        const { unit, restartPending } = first.of(node);
        const startedAt = begun - (unit.startedSecondsAgo ?? Number.POSITIVE_INFINITY) * 1000;
        return startedAt < since.getTime() && (!onlyPending || restartPending.length > 0);
      },
      workOn: async (node) => ({
        typed: COMMANDS.map((command) => shell.typed(node, command)),
        done: 'restarted',
        stops: true,
        run: async () => {
          for (const command of COMMANDS) {
            onProgress(`${node.name}: ${command}`);
            const failed = await failureOf(shell, node, command, COMMAND_SECONDS);
            if (failed !== undefined) return failed;
          }
          return undefined;
        },
      }),
    },
  );
}

/** What the script says of a refusal says more than systemd does. */
async function runStartupScript(shell: NodeShell, node: RingNode): Promise<string | undefined> {
  const failed = await failureOf(shell, node, RUN_STARTUP_SCRIPT, SCRIPT_SECONDS);
  if (failed === undefined) return undefined;
  const [complaint] = startupFailures(await lookAt(shell, node, 'files'));
  return complaint === undefined ? failed : findingText(complaint);
}

/** Runs a command on a node, and says why it is in doubt that it worked. */
export async function failureOf(shell: NodeShell, node: RingNode, script: string, timeoutSeconds: number): Promise<string | undefined> {
  try {
    const { status, stdout, stderr } = await shell.run(node, script, timeoutSeconds);
    if (status === 0) return undefined;
    const said = (stderr.trim() || stdout.trim()).split('\n').at(-1);
    return `'${script}' on ${node.name} ended with ${status}: ${said || 'it said nothing'}`;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return `nobody knows whether '${script}' ran on ${node.name}: ${error.message}`;
  }
}
