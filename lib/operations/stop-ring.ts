import { ARCHIVE_COMMAND, ARCHIVE_UNIT } from '../cassandra-contract/commit-log-archive';
import { COMMAND_DIRECTORY } from '../cassandra-contract/node-commands';
import { DATA_DIRECTORY, JOINED_FILE, STOPPED_FILE } from '../cassandra-contract/node-paths';
import { CASSANDRA_SERVICE, REPAIR_UNIT, RUN_STARTUP_SCRIPT, STARTUP_SCRIPT_SERVICE } from '../cassandra-contract/units';
import { REAL_CLOCK } from './clock';
import { describeFinding } from './findings';
import type { Ring, RingNode } from './ring';
import { RingState } from './ring-state';
import type { RollingOptions, RollingResult } from './rolling-operation';
import { runOnNode } from './shell/run-on-node';

/** Options of `stopRing`. */
export interface StopRingOptions extends Omit<RollingOptions, 'timeoutMinutes'> {
  /** Timeout for each node. @default 15 */
  readonly timeoutMinutes?: number;

  /**
   * The first node is stopped alone: if that fails, no other one is stopped. Then all others are stopped at the same time, since clients have
   * no quorum from the second one on. @default false - one node after another
   */
  readonly isAtOnce?: boolean;
}

/** A startup script that does not know the marker would start the node again at its next run. */
const CHECK = `curl -fsS -m 10 -H 'Metadata-Flavor: Google' http://metadata.google.internal/computeMetadata/v1/instance/attributes/startup-script | grep -F ${STOPPED_FILE} >/dev/null || {
  echo 'its startup script is of a version that would start it again: deploy the stack first' >&2
  exit 1
}`;

/** Time limit of the upload of the last commit logs, in seconds. They stay on the disk otherwise, and are uploaded after the next start. */
const LAST_UPLOAD_SECONDS = 240;

/** The timer would keep the disk in use. */
const ARCHIVE = `systemctl disable --quiet --now ${ARCHIVE_UNIT}.timer 2>/dev/null || true
systemctl stop ${ARCHIVE_UNIT}.service 2>/dev/null || true
if [ -x ${COMMAND_DIRECTORY}/${ARCHIVE_COMMAND} ]; then timeout ${LAST_UPLOAD_SECONDS} ${COMMAND_DIRECTORY}/${ARCHIVE_COMMAND} upload --open || true; fi`;

/**
 * Marker first: neither the startup script nor a reboot then starts what is being stopped. Succeeds only once the process has ended and the
 * disk is unmounted. A failed drain loses nothing: Cassandra writes its commit log when it is asked to stop.
 */
const STOP = `set -e
umask 022
if [ ! -e ${STOPPED_FILE} ]; then
  { sed -n '/^host_id=/p' ${JOINED_FILE} 2>/dev/null || true; } >${STOPPED_FILE}.new
  mv -f ${STOPPED_FILE}.new ${STOPPED_FILE}
  sync
fi
systemctl disable --quiet --now ${REPAIR_UNIT}.timer 2>/dev/null || true
systemctl stop ${REPAIR_UNIT}.service 2>/dev/null || true
if systemctl --quiet is-active ${CASSANDRA_SERVICE}; then nodetool drain || true; fi
systemctl stop ${CASSANDRA_SERVICE}
for second in $(seq 120); do
  if [ "$(systemctl show --property=ActiveState --value ${STARTUP_SCRIPT_SERVICE})" != activating ]; then break; fi
  sleep 1
done
if [ "$(systemctl show --property=ActiveState --value ${STARTUP_SCRIPT_SERVICE})" = activating ]; then
  echo 'the startup script still runs' >&2
  exit 1
fi
systemctl stop ${CASSANDRA_SERVICE}
${ARCHIVE}
sync
for second in $(seq 10); do
  if ! mountpoint -q ${DATA_DIRECTORY} || umount ${DATA_DIRECTORY}; then break; fi
  sleep 1
done
if mountpoint -q ${DATA_DIRECTORY}; then
  echo '${DATA_DIRECTORY} is in use and stays mounted' >&2
  exit 1
fi
${RUN_STARTUP_SCRIPT}
if systemctl --quiet is-active ${CASSANDRA_SERVICE} || mountpoint -q ${DATA_DIRECTORY}; then
  echo 'the node was started meanwhile' >&2
  exit 1
fi`;

/**
 * Stops Cassandra on all nodes, one after another in the order of their racks, and unmounts the data disks. Nodes stay stopped, through reboots too, until `startRing`.
 *
 * Idempotent: stopped nodes are checked again. No node is stopped while one is unreachable or has a startup script that would start it.
 */
export async function stopRing(options: StopRingOptions): Promise<RollingResult> {
  const { shell, ring, timeoutMinutes = 15, isAtOnce = false, clock = REAL_CLOCK, dryRun = false } = options;
  const { signal = new AbortController().signal, onProgress = () => {} } = options;
  const nodes = sortByZone(ring);
  const done: string[] = [];
  const outcome = (problem?: string): RollingResult => ({
    done,
    remaining: nodes.map(({ name }) => name).filter((name) => !done.includes(name)),
    problem,
  });

  const unreachable = describeUnreachable(await RingState.collect(shell, ring, 'files'));
  if (unreachable !== undefined) return outcome(unreachable);
  if (dryRun) {
    for (const node of nodes) onProgress(shell.formatCommand(node, STOP));
    return outcome();
  }
  for (const node of nodes) {
    const failed = await runOnNode(shell, node, CHECK, 60, 'the check of the startup script');
    if (failed !== undefined) return outcome(failed);
  }
  const stop = async (node: RingNode): Promise<string | undefined> => {
    const begun = clock.now();
    onProgress(`${node.name}: draining and stopping`);
    const failed = await runOnNode(shell, node, STOP, timeoutMinutes * 60, 'the stop');
    if (failed !== undefined) return failed;
    done.push(node.name);
    onProgress(`${node.name}: stopped and unmounted, ${Math.round((clock.now() - begun) / 1000)} s`);
    return undefined;
  };
  for (const group of isAtOnce ? [nodes.slice(0, 1), nodes.slice(1)] : nodes.map((node) => [node])) {
    if (signal.aborted) break;
    const problem = (await Promise.all(group.map(stop))).find((each) => each !== undefined);
    if (problem !== undefined) return outcome(problem);
  }
  return outcome();
}

/** Describes the first unreachable node; `undefined` when there is none. */
export function describeUnreachable(state: RingState): string | undefined {
  const gone = state.nodes.find(({ unreachable }) => unreachable !== undefined);
  return gone && describeFinding({ code: 'vm-unreachable', node: gone.node.name, reason: gone.unreachable! });
}

/** Rack by rack, which is zone by zone. */
export function sortByZone({ nodes }: Ring): RingNode[] {
  const key = ({ zone, name }: RingNode): string => `${zone} ${name}`;
  return [...nodes].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
