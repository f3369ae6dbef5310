import { ApplyError } from '../deploy';
import { terraformBinary } from '../terraform/cli';
import { packageProblem } from './installable';
import { type NodeByNode, type NodeByNodeOptions, nodeByNode } from './node-by-node';
import { NodePlan, type StackToPlan } from './node-plan';
import type { RingNode } from './ring';
import type { RingLook } from './ring-look';

/** Properties for `rollout`. */
export interface RolloutOptions extends Omit<NodeByNodeOptions, 'timeoutMinutes'> {
  readonly stack: StackToPlan;

  /** @default 30: a new VM installs what its image lacks */
  readonly timeoutMinutes?: number;
}

/**
 * Takes what the stack says of its VMs (boot image, machine type, version of Cassandra) through the ring. Each node has a plan of its
 * own that touches nothing else.
 *
 * A boot never changes the version of Cassandra that is installed, so a node that runs another one than the stack says gets its VM
 * made anew; address and data disk stay. A node that is as it should be plans nothing, so that a second run goes on where the first
 * one stopped.
 */
export async function rollout(options: RolloutOptions): Promise<NodeByNode> {
  const { shell, stack, timeoutMinutes = 30, onProgress = () => {} } = options;
  return nodeByNode(
    { ...options, timeoutMinutes },
    {
      requires: (first) => options.ring.nodes.filter((node) => isUnknown(node, first)).map(unknownVersion),
      concerns: () => true,
      workOn: async (node, first) => {
        onProgress(`${node.name}: ${terraformBinary()} plan`);
        const scope = { replacesVm: otherVersion(node, first) !== undefined };
        const plan = await NodePlan.make(stack, node, scope);
        onProgress(`${node.name}: ${plan.inWords}`);
        if (plan.changes.length === 0) {
          plan.discard();
          return undefined;
        }
        return {
          typed: [NodePlan.typed(stack, node, scope)],
          done: plan.stops ? 'rolled out' : 'changed in place',
          stops: plan.stops,
          awaitsScript: !plan.stops && plan.changesMetadata,
          run: async () => (plan.replacesVm ? await packageProblem(shell, node, node) : undefined) ?? applying(plan),
          check: (look) => (isUnknown(node, look) ? unknownVersion(node) : otherVersion(node, look)),
          discard: () => plan.discard(),
        };
      },
    },
  );
}

/** Whether a version is asked for, and that which runs is not known: neither is a reason to replace the VM, nor to leave it alone. */
function isUnknown(node: RingNode, look: RingLook): boolean {
  return node.cassandraVersion !== undefined && look.releaseOf(node) === undefined;
}

function unknownVersion({ name }: RingNode): string {
  return `which version of Cassandra runs on ${name} is not known`;
}

function otherVersion(node: RingNode, look: RingLook): string | undefined {
  const [is, should] = [look.releaseOf(node), node.cassandraVersion];
  return is === undefined || should === undefined || is === should ? undefined : `it runs Cassandra ${is} and not ${should}`;
}

/** Applies a plan, and says why it is in doubt that it worked. */
export async function applying(plan: NodePlan): Promise<string | undefined> {
  try {
    await plan.apply();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApplyError)) throw error;
    return error.message;
  }
}
