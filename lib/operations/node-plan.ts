import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RefusedError } from '../core/reported-error';
import { applyPlan } from '../deploy';
import { type Acknowledgement, guard, guardText } from '../guard';
import { listStoppingChanges } from '../guard/instance-stop';
import { Plan, type ResourceChange, redactedMessage } from '../preview';
import { type PlanStackOptions, planStack, terraformBinary } from '../terraform/cli';
import { TerraformError } from '../terraform/errors';
import type { PlanJson } from '../terraform/plan-json';
import { sameValue, valueAt } from '../terraform/values';
import { OperationsError } from './operations-error';
import type { RingNode } from './ring';
import { wholePlan } from './whole-plan';

/** Where a stack is planned. */
export interface StackToPlan {
  /** Folder of the synthesized stack. */
  readonly folder: string;

  /** Its `cdk.tf.json`. */
  readonly synthesized: unknown;
  readonly environment: NodeJS.ProcessEnv;

  /** What may happen although the guard refuses it. @default - nothing */
  readonly acknowledgements?: readonly Acknowledgement[];
}

/** What of a node is planned. */
export interface NodePlanScope {
  /** Whether its VM is made anew, even when nothing changes. @default false */
  readonly replacesVm?: boolean;

  /** Whether its data disk is planned too. @default false */
  readonly withDisk?: boolean;
}

/**
 * A plan that touches one node and nothing else. The guard has seen it.
 *
 * It has to be discarded: a plan file holds secrets in clear.
 */
export class NodePlan {
  /** @throws RefusedError when the plan touches anything else, or the guard refuses it */
  public static async make(stack: StackToPlan, node: RingNode, scope: NodePlanScope = {}): Promise<NodePlan> {
    const secret = mkdtempSync(path.join(tmpdir(), 'gke-platform-node-plan-'));
    const planFile = path.join(secret, 'plan');
    const remove = (): void => rmSync(secret, { recursive: true, force: true });
    process.once('exit', remove);
    try {
      const json = await planned(stack, node, { args: argumentsOf(node, scope), onPlanFile: async (file) => copyFileSync(file, planFile) });
      const plan = Plan.read(wholePlan(json as PlanJson));
      requireNothingElse(plan, node, scope);
      requireUnrefused(plan, node, stack);
      return new NodePlan(stack, node, plan, planFile, remove);
    } catch (error) {
      remove();
      throw error;
    }
  }

  /** The plan as somebody would type it. */
  public static typed({ folder }: StackToPlan, node: RingNode, scope: NodePlanScope = {}): string {
    return [terraformBinary(), `-chdir=${folder}`, 'apply', ...argumentsOf(node, scope)].join(' ');
  }

  public readonly changes: readonly ResourceChange[];

  private constructor(
    private readonly stack: StackToPlan,
    private readonly node: RingNode,
    plan: Plan,
    private readonly planFile: string,
    private readonly remove: () => void,
  ) {
    this.changes = plan.changes.filter(isManaged);
  }

  /** What happens to an instance or disk; `no-op` when nothing does. */
  public actionOn(address: string): ResourceChange['action'] {
    return this.changes.find((change) => change.address === address)?.action ?? 'no-op';
  }

  /** Whether Cassandra on the node is stopped by it. */
  public get stops(): boolean {
    const instance = this.changes.find(({ address }) => address === this.node.instance);
    return instance !== undefined && (instance.action !== 'update' || listStoppingChanges(instance).length > 0);
  }

  /** Whether a new VM takes the place of the one that is there, or of one that is gone. */
  public get replacesVm(): boolean {
    return ['replace', 'create'].includes(this.actionOn(this.node.instance));
  }

  /** Whether its VM gets other metadata, which a running node takes when its startup script runs. */
  public get changesMetadata(): boolean {
    const instance = this.changes.find(({ address }) => address === this.node.instance);
    return instance !== undefined && !sameValue(valueAt(instance.before, 'metadata'), valueAt(instance.after, 'metadata'));
  }

  /** In one line, what it does. */
  public get inWords(): string {
    return this.changes.map(({ address, action }) => `${address} ${WORDS[action] ?? action}`).join(', ') || 'nothing to change';
  }

  /** @throws ApplyError when Terraform does not get to the end */
  public async apply(): Promise<void> {
    const { folder: stackFolder, environment } = this.stack;
    // Terraform has much to say of plans with targets.
    await applyPlan({ stackFolder, planFile: this.planFile, environment, args: ['-compact-warnings'] });
  }

  public discard(): void {
    process.off('exit', this.remove);
    this.remove();
  }
}

/** @throws OperationsError with what Terraform says, without secrets, when there is no plan or half of one */
async function planned(stack: StackToPlan, node: RingNode, options: Omit<PlanStackOptions, 'environment'>): Promise<unknown> {
  const { folder, synthesized, environment } = stack;
  const failed = (message: string): OperationsError =>
    new OperationsError(`${node.name} cannot be planned: ${redactedMessage(message, synthesized, environment)}`);
  try {
    const { json, error } = await planStack(folder, { environment, ...options });
    if (error === undefined) return json;
    throw failed(error);
  } catch (error) {
    throw error instanceof TerraformError ? failed(error.message) : error;
  }
}

const WORDS: Partial<Record<ResourceChange['action'], string>> = {
  create: 'is made',
  update: 'is changed in place',
  replace: 'is made anew',
};

function argumentsOf(node: RingNode, { replacesVm = false, withDisk = false }: NodePlanScope): string[] {
  return [
    ...[node.instance, ...(withDisk ? node.disk : [])].map((address) => `-target=${address}`),
    ...(replacesVm ? [`-replace=${node.instance}`] : []),
  ];
}

function isManaged({ mode }: ResourceChange): boolean {
  return mode === 'managed';
}

function requireNothingElse(plan: Plan, node: RingNode, { withDisk = false }: NodePlanScope): void {
  const own = [node.instance, ...(withDisk ? node.disk : [])];
  const others = plan.changes.filter(isManaged).filter(({ address }) => !own.includes(address));
  if (others.length === 0) return;
  const lostDisk = others.some(({ address }) => node.disk.includes(address)) ? '; when its disk is lost, say --lost-disk' : '';
  throw new RefusedError(
    `the plan of ${node.name} may touch ${own.join(', ')} only, and would also touch ${others
      .map(({ address, action }) => `${address} (${action})`)
      .join(', ')}: deploy that first${lostDisk}`,
  );
}

function requireUnrefused(plan: Plan, node: RingNode, { synthesized, acknowledgements = [] }: StackToPlan): void {
  const report = guard(plan, { synthesized, acknowledgements });
  if (report.isRefused) throw new RefusedError(`the guard refuses the plan of ${node.name}:\n${guardText(report, { colours: false })}`);
}
