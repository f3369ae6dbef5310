import { CASSANDRA_SERVICE, RUN_STARTUP_SCRIPT } from '../cassandra-contract/units';
import { REAL_CLOCK } from './clock';
import { describeFinding } from './findings';
import { probeNode, startupFailures } from './node-state';
import type { RingNode } from './ring';
import { type RollingOptions, type RollingResult, runRollingOperation } from './rolling-operation';
import type { NodeShell } from './shell/node-shell';
import { runOnNode } from './shell/run-on-node';

/** Properties for `rollingRestart`. */
export interface RollingRestartOptions extends Omit<RollingOptions, 'timeoutMinutes'> {
  /** Skips nodes whose Cassandra started after this time. */
  readonly since: Date;

  /** Restarts only nodes with a pending restart: files changed since Cassandra read them. @default false */
  readonly onlyPending?: boolean;

  /** @default 15 */
  readonly timeoutMinutes?: number;
}

/** Commands of a restart. The unit drains again when it is stopped, which then takes no time. */
const COMMANDS = ['nodetool drain', `systemctl restart ${CASSANDRA_SERVICE}`];

/** Timeout of each command in seconds: more than the `TimeoutStopSec` of the unit. */
const COMMAND_SECONDS = 360;

/** The script waits up to fifteen minutes for Cassandra. */
export const SCRIPT_SECONDS = 1_200;

/**
 * Restarts Cassandra on one node at a time. Before, the startup script of every node writes the deployed configuration.
 *
 * Stateless: the start time of a process shows whether its node was restarted. A second run with the same `since` resumes the first.
 */
export async function rollingRestart(options: RollingRestartOptions): Promise<RollingResult> {
  const { shell, ring, since, onlyPending = false, timeoutMinutes = 15, clock = REAL_CLOCK, onProgress = () => {} } = options;
  const begun = clock.now();
  if (options.dryRun) for (const node of ring.nodes) onProgress(shell.formatCommand(node, RUN_STARTUP_SCRIPT));
  return runRollingOperation(
    { ...options, timeoutMinutes },
    {
      prepare: async () => {
        onProgress('the startup script writes the deployed configuration, on one node at a time');
        for (const node of ring.nodes) {
          const failure = await runStartupScript(shell, node);
          if (failure !== undefined) return failure;
        }
        return undefined;
      },
      covers: (node, first) => {
        const { unit, restartPending } = first.of(node);
        const startedAt = begun - (unit.startedSecondsAgo ?? Number.POSITIVE_INFINITY) * 1000;
        return startedAt < since.getTime() && (!onlyPending || restartPending.length > 0);
      },
      plan: async (node) => ({
        commands: COMMANDS.map((command) => shell.formatCommand(node, command)),
        done: 'restarted',
        stops: true,
        run: async () => {
          for (const command of COMMANDS) {
            onProgress(`${node.name}: ${command}`);
            const failed = await runOnNode(shell, node, command, COMMAND_SECONDS);
            if (failed !== undefined) return failed;
          }
          return undefined;
        },
      }),
    },
  );
}

/** Runs the startup script. Its own state explains a refusal better than systemd does. @returns the problem, if any */
async function runStartupScript(shell: NodeShell, node: RingNode): Promise<string | undefined> {
  const failed = await runOnNode(shell, node, RUN_STARTUP_SCRIPT, SCRIPT_SECONDS);
  if (failed === undefined) return undefined;
  const [failure] = startupFailures(await probeNode(shell, node, 'files'));
  return failure === undefined ? failed : describeFinding(failure);
}
