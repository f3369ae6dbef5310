import { CODE_KEY, GUEST_ATTRIBUTES, STATE_KEY } from '../cassandra-contract/guest-attributes';
import { DATA_DISK_KEY } from '../cassandra-contract/metadata-keys';
import { REPLACE_DISK_FILE } from '../cassandra-contract/node-paths';
import { type StateCode, stateKind } from '../cassandra-contract/state-codes';
import { STARTUP_SCRIPT_SERVICE } from '../cassandra-contract/units';
import { terraformBinary } from '../terraform/cli';
import { findingText } from './findings';
import { packageProblem } from './installable';
import type { NodeByNode, NodeByNodeOptions } from './node-by-node';
import { NodePlan, type StackToPlan } from './node-plan';
import type { RingNode } from './ring';
import { RingLook } from './ring-look';
import { failureOf } from './rolling-restart';
import { applying } from './rollout';
import { REAL_CLOCK, settled } from './settling';

/** Properties for `replaceNode`. */
export interface ReplaceNodeOptions extends Omit<NodeByNodeOptions, 'timeoutMinutes'> {
  readonly stack: StackToPlan;
  readonly node: RingNode;

  /** Whether its data disk is lost: the node then begins with a blank one and gets its data from the others. @default false */
  readonly lostDisk?: boolean;

  /** @default 30; with a lost disk 720, since all of its data is copied */
  readonly timeoutMinutes?: number;
}

const STARTING: StateCode = 'starting';

/**
 * What a node with a blank disk waits for: the number of the disk that may be formatted. It is written to the boot disk, so that it is
 * for this VM alone.
 */
const ALLOW_BLANK_DISK = `set -e
metadata=http://metadata.google.internal/computeMetadata/v1/instance
curl -fsS -m 10 -H 'Metadata-Flavor: Google' "$metadata/attributes/${DATA_DISK_KEY}" >${REPLACE_DISK_FILE}
curl -fsS -m 10 -X PUT -H 'Metadata-Flavor: Google' --data '${STARTING}: with a new data disk' "$metadata/guest-attributes/${GUEST_ATTRIBUTES}/${STATE_KEY}"
curl -fsS -m 10 -X PUT -H 'Metadata-Flavor: Google' --data ${STARTING} "$metadata/guest-attributes/${GUEST_ATTRIBUTES}/${CODE_KEY}"
systemctl restart --no-block ${STARTUP_SCRIPT_SERVICE}`;

/**
 * Makes the VM of a node anew, with its name, its address and its data disk. When that is lost, the disk is made anew too, and the node
 * takes the place of what it was: it copies its data from the others.
 *
 * It never deletes a disk: one that is there has to be deleted by somebody who may.
 */
export async function replaceNode(options: ReplaceNodeOptions): Promise<NodeByNode> {
  const { shell, ring, node, stack, lostDisk = false, clock = REAL_CLOCK, dryRun = false } = options;
  const { signal = new AbortController().signal, onProgress = () => {} } = options;
  const timeoutMinutes = options.timeoutMinutes ?? (lostDisk ? 720 : 30);
  const stopped = (doubt: string): NodeByNode => ({ done: [], left: [node.name], doubt });
  const waiting = { shell, ring, timeoutMinutes, clock, signal, onWait: (doubt: string) => onProgress(`waiting: ${doubt}`) };

  const first = await RingLook.take(shell, ring);
  const [doubt] = [...first.doubtsWithout(node), ...first.crashLoopsWithout([node])];
  if (doubt !== undefined) return stopped(`${findingText(doubt)}, and ${node.name} would be the second to be missing`);
  const { says, stateCode } = first.of(node);
  if (stateCode === 'ready-old-secret')
    return stopped(`the last good keys of ${node.name} are on the boot disk that would be deleted, since ${node.name} says ${says}`);
  // Also with another disk: whoever replaces a node at its own address takes its host id over, and so gets its hints.
  const hostIds = new Map(ring.nodes.flatMap((each): [string, string][] => pair(each.name, first.hostIdOf(each))));

  const scope = { replacesVm: true, withDisk: lostDisk };
  onProgress(`${node.name}: ${terraformBinary()} plan`);
  const plan = await NodePlan.make(stack, node, scope);
  try {
    const inTheWay = lostDisk ? diskThatIsThere(plan, node) : undefined;
    if (inTheWay !== undefined) return stopped(inTheWay);
    onProgress(`${node.name}: ${plan.inWords}`);
    if (dryRun) {
      onProgress(NodePlan.typed(stack, node, scope));
      if (lostDisk) onProgress(shell.typed(node, ALLOW_BLANK_DISK));
      return { done: [], left: [node.name], doubt: undefined };
    }
    const notInstallable = await packageProblem(shell, ring.nodes.find(({ name }) => name !== node.name) ?? node, node);
    if (notInstallable !== undefined) return stopped(notInstallable);
    const failed = (await applying(plan)) ?? (lostDisk ? await allowBlankDisk({ ...waiting, node, onProgress }) : undefined);
    if (failed !== undefined) return stopped(failed);
    onProgress(`${node.name}: waiting until every node sees it as UN${lostDisk ? ' and it has its data' : ''}`);
    const { doubt: wrong } = await settled({ ...waiting, nodes: [node], hostIds, hintsFlushSeconds: first.hintsFlushSeconds });
    if (wrong !== undefined) return stopped(`${node.name} was made anew, and ${wrong}`);
    return { done: [node.name], left: [], doubt: undefined };
  } finally {
    plan.discard();
  }
}

function pair(name: string, hostId: string | undefined): [string, string][] {
  return hostId === undefined ? [] : [[name, hostId]];
}

function diskThatIsThere(plan: NodePlan, node: RingNode): string | undefined {
  const [disk] = node.disk;
  if (disk === undefined) return `${node.name} has no data disk in the stack`;
  if (plan.actionOn(disk) === 'create') return undefined;
  return `the data disk of ${node.name} (${disk}) is there, and no plan of this command deletes a disk: take a snapshot of it, delete the VM and then the disk with gcloud, and say it again`;
}

type Waiting = Omit<Parameters<typeof settled>[0], 'nodes'>;

/** Waits until the startup script refuses the blank disk, and allows it that very one. */
async function allowBlankDisk(options: Waiting & { node: RingNode; onProgress: (text: string) => void }): Promise<string | undefined> {
  const { shell, ring, node, clock, signal, timeoutMinutes, onProgress } = options;
  const begun = clock.now();
  onProgress(`${node.name}: waiting until its startup script asks for leave to format the new disk`);
  for (;;) {
    const { says, stateCode } = (await RingLook.take(shell, { ...ring, nodes: [node] }, 'files')).of(node);
    if (stateCode === 'refused-blank-disk') break;
    if (stateCode !== undefined && ['refused', 'failed', 'ready'].includes(stateKind(stateCode)))
      return `${node.name} says ${says}, and was to refuse a blank disk`;
    if (signal.aborted || clock.now() - begun > timeoutMinutes * 60_000)
      return `${node.name} did not come up to its data disk: it says ${says || 'nothing'}`;
    await clock.sleep(2_000, signal);
  }
  onProgress(`${node.name}: allowed to format the new disk`);
  return failureOf(shell, node, ALLOW_BLANK_DISK, 120);
}
