import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { shellWord } from '../core/quote';
import { RefusedError } from '../core/reported-error';
import { createTemporaryFolder } from '../core/temporary-folder';
import { applyPlan } from '../deploy';
import { type Acknowledgement, formatGuardReport, guard } from '../guard';
import { listStoppingChanges } from '../guard/instance-stop';
import { Plan, type ResourceChange } from '../preview';
import { Redaction, redactMessage } from '../redaction';
import { type PlanStackOptions, planStack, terraformBinary } from '../terraform/cli';
import { TerraformError } from '../terraform/errors';
import type { PlanJson } from '../terraform/plan-json';
import { isSameValue, valueAt } from '../terraform/values';
import { completePlan } from './complete-plan';
import { OperationsError } from './operations-error';
import type { RingNode } from './ring';

/** Stack to plan. */
export interface StackToPlan {
  /** Folder of the synthesized stack. */
  readonly folder: string;

  /** Its `cdk.tf.json`. */
  readonly synthesized: unknown;
  readonly environment: NodeJS.ProcessEnv;

  /** Acknowledged findings of the guard. @default - none */
  readonly acknowledgements?: readonly Acknowledgement[];
}

/** Extent of a node's plan. */
export interface NodePlanScope {
  /** Replaces the VM even if its configuration is unchanged. @default false */
  readonly replacesVm?: boolean;

  /** Includes the data disk. @default false */
  readonly withDisk?: boolean;
}

/**
 * Plan of one node and nothing else, checked by the guard.
 *
 * Must be discarded: a plan file holds secrets in clear text.
 */
export class NodePlan {
  /** @throws RefusedError if the plan changes other resources, or the guard refuses it */
  public static async create(stack: StackToPlan, node: RingNode, scope: NodePlanScope = {}): Promise<NodePlan> {
    const { path: secret, remove } = createTemporaryFolder('node-plan');
    const planFile = path.join(secret, 'plan');
    try {
      const json = await planNode(stack, node, {
        args: argumentsOf(node, scope),
        onPlanFile: async (file) => copyFileSync(file, planFile),
      });
      const plan = Plan.read(completePlan(json as PlanJson));
      requireNothingElse(plan, node, scope);
      requireUnrefused(plan, node, stack);
      return new NodePlan(stack, node, plan, planFile, remove);
    } catch (error) {
      remove();
      throw error;
    }
  }

  /** The equivalent command for a terminal. */
  public static command({ folder }: StackToPlan, node: RingNode, scope: NodePlanScope = {}): string {
    return [terraformBinary(), `-chdir=${folder}`, 'apply', ...argumentsOf(node, scope)].map(shellWord).join(' ');
  }

  public readonly changes: readonly ResourceChange[];

  private constructor(
    private readonly stack: StackToPlan,
    private readonly node: RingNode,
    private readonly plan: Plan,
    private readonly planFile: string,
    private readonly remove: () => void,
  ) {
    this.changes = plan.changes.filter(isManaged);
  }

  /** Planned action on an instance or disk; `no-op` if unchanged. */
  public actionOn(address: string): ResourceChange['action'] {
    return this.changes.find((change) => change.address === address)?.action ?? 'no-op';
  }

  /** Stops Cassandra on the node. */
  public get stops(): boolean {
    const instance = this.changes.find(({ address }) => address === this.node.instance);
    return instance !== undefined && (instance.action !== 'update' || listStoppingChanges(instance).length > 0);
  }

  /** Creates the VM, in place of the present or a lost one. */
  public get replacesVm(): boolean {
    return ['replace', 'create'].includes(this.actionOn(this.node.instance));
  }

  /** Changes metadata of the VM, which takes effect once its startup script has run. */
  public get changesMetadata(): boolean {
    const instance = this.changes.find(({ address }) => address === this.node.instance);
    return instance !== undefined && !isSameValue(valueAt(instance.before, 'metadata'), valueAt(instance.after, 'metadata'));
  }

  /** One line that describes the changes. */
  public get summary(): string {
    return this.changes.map(({ address, action }) => `${address} ${WORDS[action] ?? action}`).join(', ') || 'no changes';
  }

  /** @throws ApplyError if Terraform fails */
  public async apply(): Promise<void> {
    const { folder: stackFolder, synthesized, environment } = this.stack;
    const redaction = Redaction.of(this.plan, synthesized);
    // Terraform prints long warnings about targeted plans.
    await applyPlan({
      stackFolder,
      planFile: this.planFile,
      environment,
      mask: (text) => redaction.value(text),
      args: ['-compact-warnings'],
    });
  }

  public discard(): void {
    this.remove();
  }
}

/** @throws OperationsError with Terraform's message, without secrets, if the plan fails or is incomplete */
async function planNode(stack: StackToPlan, node: RingNode, options: Omit<PlanStackOptions, 'environment'>): Promise<unknown> {
  const { folder, synthesized, environment } = stack;
  const failed = (message: string): OperationsError =>
    new OperationsError(`${node.name} cannot be planned: ${redactMessage(message, synthesized, environment)}`);
  try {
    const { json, error } = await planStack(folder, { environment, ...options });
    if (error === undefined) return json;
    throw failed(error);
  } catch (error) {
    throw error instanceof TerraformError ? failed(error.message) : error;
  }
}

const WORDS: Partial<Record<ResourceChange['action'], string>> = {
  create: 'is created',
  update: 'is updated in place',
  replace: 'is replaced',
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
  const lostDisk = others.some(({ address }) => node.disk.includes(address)) ? '; if its disk is lost, pass --lost-disk' : '';
  throw new RefusedError(
    `the plan of ${node.name} may change ${own.join(', ')} only, and would also change ${others
      .map(({ address, action }) => `${address} (${action})`)
      .join(', ')}: deploy that first${lostDisk}`,
  );
}

function requireUnrefused(plan: Plan, node: RingNode, { synthesized, acknowledgements = [] }: StackToPlan): void {
  const report = guard(plan, { synthesized, acknowledgements });
  if (report.isRefused)
    throw new RefusedError(`the guard refuses the plan of ${node.name}:\n${formatGuardReport(report, { colours: false })}`);
}
