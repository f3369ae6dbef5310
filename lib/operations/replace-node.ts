import { CODE_KEY, GUEST_ATTRIBUTES, STATE_KEY } from '../cassandra-contract/guest-attributes';
import { DATA_DISK_KEY } from '../cassandra-contract/metadata-keys';
import { PUBLISHED_RECORD, REPLACE_DISK_FILE } from '../cassandra-contract/node-paths';
import { type StateCode, stateKind } from '../cassandra-contract/state-codes';
import { STARTUP_SCRIPT_SERVICE } from '../cassandra-contract/units';
import { terraformBinary } from '../terraform/cli';
import { REAL_CLOCK } from './clock';
import { waitForConvergence } from './convergence';
import { describeFinding } from './findings';
import { findPackageProblem } from './installable';
import { NodePlan, type StackToPlan } from './node-plan';
import type { RingNode } from './ring';
import { RingState } from './ring-state';
import type { RollingOptions, RollingResult } from './rolling-operation';
import { applyNodePlan } from './rollout';
import { runOnNode } from './shell/run-on-node';

/** Properties for `replaceNode`. */
export interface ReplaceNodeOptions extends Omit<RollingOptions, 'timeoutMinutes'> {
  readonly stack: StackToPlan;
  readonly node: RingNode;

  /** Replaces the lost data disk by a blank one, which is filled from the other nodes. @default false */
  readonly lostDisk?: boolean;

  /** @default 30; 720 with a lost disk, since all data is streamed */
  readonly timeoutMinutes?: number;
}

const STARTING: StateCode = 'starting';
const METADATA = 'http://metadata.google.internal/computeMetadata/v1/instance';

/**
 * Runs the startup script, and does not wait for it. The state that the node has published no longer counts; it publishes the same one again,
 * which it would not do otherwise.
 */
export const BEGIN_STARTUP_SCRIPT = `curl -fsS -m 10 -X PUT -H 'Metadata-Flavor: Google' --data '${STARTING}: with a new data disk' "${METADATA}/guest-attributes/${GUEST_ATTRIBUTES}/${STATE_KEY}"
curl -fsS -m 10 -X PUT -H 'Metadata-Flavor: Google' --data ${STARTING} "${METADATA}/guest-attributes/${GUEST_ATTRIBUTES}/${CODE_KEY}"
rm -f ${PUBLISHED_RECORD}${CODE_KEY} ${PUBLISHED_RECORD}${STATE_KEY}
systemctl restart --no-block ${STARTUP_SCRIPT_SERVICE}`;

/**
 * Permission that a node with a blank disk waits for: the number of the disk that may be formatted. On the boot disk, so it holds for this
 * VM alone.
 *
 * @param way `replace` takes over the tokens that the ring has for the node; `bootstrap` is for a node that the ring does not know
 */
export const allowBlankDisk = (way: 'replace' | 'bootstrap'): string => `set -e
number=$(curl -fsS -m 10 -H 'Metadata-Flavor: Google' "${METADATA}/attributes/${DATA_DISK_KEY}")
echo "$number${way === 'replace' ? '' : ` ${way}`}" >${REPLACE_DISK_FILE}
${BEGIN_STARTUP_SCRIPT}`;

/**
 * Replaces the VM of a node and keeps its name, address and data disk. A lost data disk is replaced too: the node then takes over its former
 * host id and streams its data from the other nodes.
 *
 * Never deletes a disk: an existing one has to be deleted by an operator first.
 */
export async function replaceNode(options: ReplaceNodeOptions): Promise<RollingResult> {
  const { shell, ring, node, stack, lostDisk = false, clock = REAL_CLOCK, dryRun = false } = options;
  const { signal = new AbortController().signal, onProgress = () => {} } = options;
  const timeoutMinutes = options.timeoutMinutes ?? (lostDisk ? 720 : 30);
  const stopped = (problem: string): RollingResult => ({ done: [], remaining: [node.name], problem });
  const waiting = { shell, ring, timeoutMinutes, clock, signal, onProgress };

  const first = await RingState.collect(shell, ring);
  const [other] = [...first.problemsWithout(node), ...first.crashLoopsWithout([node])];
  if (other !== undefined) return stopped(`${describeFinding(other)}; replacing ${node.name} would take down a second node`);
  const { message, stateCode } = first.of(node);
  if (stateCode === 'ready-old-secret')
    return stopped(`the last valid keys of ${node.name} are on the boot disk that would be deleted: ${node.name} reports ${message}`);
  // Also with a new disk: a node that replaces one at the same address takes over its host id, and so receives its hints.
  const hostIds = new Map(ring.nodes.flatMap((each): [string, string][] => pair(each.name, first.hostIdOf(each))));

  const scope = { replacesVm: true, withDisk: lostDisk };
  onProgress(`${node.name}: ${terraformBinary()} plan`);
  const plan = await NodePlan.create(stack, node, scope);
  try {
    const existing = lostDisk ? findExistingDisk(plan, node) : undefined;
    if (existing !== undefined) return stopped(existing);
    onProgress(`${node.name}: ${plan.summary}`);
    if (dryRun) {
      onProgress(NodePlan.command(stack, node, scope));
      if (lostDisk) onProgress(shell.formatCommand(node, allowBlankDisk('replace')));
      return { done: [], remaining: [node.name], problem: undefined };
    }
    const notInstallable = await findPackageProblem(shell, ring.nodes.find(({ name }) => name !== node.name) ?? node, node);
    if (notInstallable !== undefined) return stopped(notInstallable);
    const failed = (await applyNodePlan(plan)) ?? (lostDisk ? await permitFormat({ ...waiting, node }) : undefined);
    if (failed !== undefined) return stopped(failed);
    onProgress(`${node.name}: waiting until every node sees it as UN${lostDisk ? ' and it has streamed its data' : ''}`);
    const { problem: wrong } = await waitForConvergence({ ...waiting, nodes: [node], hostIds, hintsFlushSeconds: first.hintsFlushSeconds });
    if (wrong !== undefined) return stopped(`${node.name} was replaced, and ${wrong}`);
    return { done: [node.name], remaining: [], problem: undefined };
  } finally {
    plan.discard();
  }
}

function pair(name: string, hostId: string | undefined): [string, string][] {
  return hostId === undefined ? [] : [[name, hostId]];
}

/** @returns the problem, if the data disk still exists */
function findExistingDisk(plan: NodePlan, node: RingNode): string | undefined {
  const [disk] = node.disk;
  if (disk === undefined) return `${node.name} has no data disk in the stack`;
  if (plan.actionOn(disk) === 'create') return undefined;
  return `the data disk of ${node.name} (${disk}) exists, and this command never deletes a disk: take a snapshot of it, delete the VM and then the disk with gcloud, and run the command again`;
}

type Waiting = Omit<Parameters<typeof waitForConvergence>[0], 'nodes'>;

/** Waits until the startup script refuses the blank disk, and permits it to format that disk. */
async function permitFormat(options: Waiting & { node: RingNode }): Promise<string | undefined> {
  const { shell, ring, node, clock, signal, timeoutMinutes, onProgress } = options;
  const begun = clock.now();
  onProgress(`${node.name}: waiting until its startup script refuses the blank disk`);
  for (;;) {
    const { message, stateCode } = (await RingState.collect(shell, { ...ring, nodes: [node] }, 'files')).of(node);
    if (stateCode === 'refused-blank-disk') break;
    if (stateCode !== undefined && ['refused', 'failed', 'ready'].includes(stateKind(stateCode)))
      return `${node.name} reports ${message} instead of refusing a blank disk`;
    if (signal.aborted || clock.now() - begun > timeoutMinutes * 60_000)
      return `the startup script of ${node.name} did not reach its data disk: ${message || 'no state'}`;
    await clock.sleep(2_000, signal);
  }
  onProgress(`${node.name}: permitted to format the new disk`);
  return runOnNode(shell, node, allowBlankDisk('replace'), 120);
}
