import { ApplyError } from '../deploy';
import { terraformBinary } from '../terraform/cli';
import { findPackageProblem } from './installable';
import { NodePlan, type StackToPlan } from './node-plan';
import type { RingNode } from './ring';
import type { RingState } from './ring-state';
import { type RollingOptions, type RollingResult, runRollingOperation } from './rolling-operation';

/** Properties for `rollout`. */
export interface RolloutOptions extends Omit<RollingOptions, 'timeoutMinutes'> {
  readonly stack: StackToPlan;

  /** @default 30, since a new VM installs the packages that its image lacks */
  readonly timeoutMinutes?: number;
}

/**
 * Rolls changes of the VMs (boot image, machine type, version of Cassandra) through the ring, with one plan for each node.
 *
 * A boot never changes the installed version of Cassandra: the VM of a node with another version than the stack's is replaced, and keeps
 * its address and data disk. A node that is up to date has an empty plan, so a second run resumes the first.
 */
export async function rollout(options: RolloutOptions): Promise<RollingResult> {
  const { shell, stack, timeoutMinutes = 30, onProgress = () => {} } = options;
  return runRollingOperation(
    { ...options, timeoutMinutes },
    {
      requires: (first) => options.ring.nodes.filter((node) => isUnknown(node, first)).map(unknownVersion),
      covers: () => true,
      plan: async (node, first) => {
        onProgress(`${node.name}: ${terraformBinary()} plan`);
        const scope = { replacesVm: otherVersion(node, first) !== undefined };
        const plan = await NodePlan.create(stack, node, scope);
        onProgress(`${node.name}: ${plan.summary}`);
        if (plan.changes.length === 0) {
          plan.discard();
          return undefined;
        }
        return {
          commands: [NodePlan.command(stack, node, scope)],
          done: plan.stops ? 'rolled out' : 'changed in place',
          stops: plan.stops,
          awaitsScript: !plan.stops && plan.changesMetadata,
          run: async () => (plan.replacesVm ? await findPackageProblem(shell, node, node) : undefined) ?? applyNodePlan(plan),
          check: (state) => (isUnknown(node, state) ? unknownVersion(node) : otherVersion(node, state)),
          discard: () => plan.discard(),
        };
      },
    },
  );
}

/** The stack asks for a version and the running one is unknown: the VM is neither replaced nor kept. */
function isUnknown(node: RingNode, state: RingState): boolean {
  return node.cassandraVersion !== undefined && state.releaseOf(node) === undefined;
}

function unknownVersion({ name }: RingNode): string {
  return `the version of Cassandra on ${name} is unknown`;
}

function otherVersion(node: RingNode, state: RingState): string | undefined {
  const [is, should] = [state.releaseOf(node), node.cassandraVersion];
  return is === undefined || should === undefined || is === should ? undefined : `it runs Cassandra ${is} instead of ${should}`;
}

/** Applies a plan. @returns the problem, if it failed; otherwise `undefined` */
export async function applyNodePlan(plan: NodePlan): Promise<string | undefined> {
  try {
    await plan.apply();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApplyError)) throw error;
    return error.message;
  }
}
