import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { type DiskGenerations, generationName } from '../cassandra-contract/disk-generations';
import { DISK_NAME_LENGTH } from '../core/physical-name';
import { RefusedError } from '../core/reported-error';
import { createTemporaryFolder } from '../core/temporary-folder';
import { applyPlan } from '../deploy';
import { type Acknowledgement, formatGuardReport, guard } from '../guard';
import type { Ring, RingNode, StackToPlan } from '../operations';
import { createReport, Plan, type ResourceChange } from '../preview';
import { Redaction, redactMessage } from '../redaction';
import { planStack } from '../terraform/cli';
import { TerraformError } from '../terraform/errors';
import { isSameValue, known, textAt, valueAt } from '../terraform/values';
import { RecoveryError } from './recovery-error';
import { isSameSnapshot } from './snapshot-path';

/** Rules whose findings on the nodes a restore acknowledges: it stops them, and keeps what is detached. */
const ACKNOWLEDGED_RULES = ['disk-restored', 'protection-switched-off'];

/** Checked plan that attaches the restored disks. Must be discarded: a plan file holds secrets in clear text. */
export interface RestorePlan {
  /** The restored disks are attached already. */
  readonly isEmpty: boolean;

  /** One line that describes the changes. */
  readonly summary: string;
  apply(): Promise<void>;
  discard(): void;
}

/**
 * Plans a stack whose disks file names restored disks. The plan may attach these to the nodes, and change nothing else.
 *
 * @param generations content of the disks file: the source of each new disk
 * @throws RefusedError if it changes anything else, or the guard refuses it
 * @throws RecoveryError with Terraform's message, without secrets, if the plan fails
 */
export async function planRestore(stack: StackToPlan, ring: Ring, generations: DiskGenerations, reason: string): Promise<RestorePlan> {
  const { path: secret, remove } = createTemporaryFolder('restore-plan');
  const planFile = path.join(secret, 'plan');
  try {
    const json = await planWhole(stack, (file) => copyFileSync(file, planFile));
    const plan = Plan.read(json);
    const { isEmpty, headline } = createReport({ plan, stack: ring.name });
    requireNothingElse(plan, ring, generations);
    requireUnrefused(plan, ring, stack, reason);
    return { isEmpty, summary: headline, apply: () => apply(stack, plan, planFile), discard: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Plans a stack once more. @returns its changes in one line; `undefined` if it has none */
export async function findRemainingChanges(stack: StackToPlan, ring: Ring): Promise<string | undefined> {
  const { isEmpty, headline } = createReport({ plan: await planWhole(stack), stack: ring.name });
  return isEmpty ? undefined : headline;
}

async function planWhole({ folder, synthesized, environment }: StackToPlan, onPlanFile?: (file: string) => void): Promise<unknown> {
  const failed = (message: string): RecoveryError =>
    new RecoveryError(`the stack cannot be planned: ${redactMessage(message, synthesized, environment)}`);
  try {
    const { json, error } = await planStack(folder, { environment, onPlanFile: async (file) => onPlanFile?.(file) });
    if (error === undefined) return json;
    throw failed(error);
  } catch (error) {
    throw error instanceof TerraformError ? failed(error.message) : error;
  }
}

async function apply({ folder, synthesized, environment }: StackToPlan, plan: Plan, planFile: string): Promise<void> {
  const redaction = Redaction.of(plan, synthesized);
  await applyPlan({ stackFolder: folder, planFile, environment, mask: (text) => redaction.value(text) });
}

/** Lists the changes of a plan that are not those of a restore, in words. */
export function listOtherChanges(plan: Plan, ring: Ring, generations: DiskGenerations): string[] {
  return plan.changes
    .filter(({ mode }) => mode === 'managed')
    .flatMap((change) => {
      const problem = isOfRestore(change, ring, generations);
      return problem === undefined ? [] : [`${change.address} (${problem})`];
    });
}

/** @returns the change in words, if it is not one of a restore */
function isOfRestore(change: ResourceChange, { name: ring, nodes }: Ring, generations: DiskGenerations): string | undefined {
  const { address, type, action, before } = change;
  const isNode = nodes.some(({ instance }) => instance === address);
  const ofDisk = nodes.find(({ disk }) => disk.includes(address));
  const name = known(textAt(before, 'name')) ?? '';
  const isFormerDisk = type === 'google_compute_disk' && nodes.some(({ vm }) => name.startsWith(`${vm}-data`.slice(0, SHORTENED)));
  // Alerts on its disks name them.
  if (action === 'update' && ALERT_TYPES.includes(type) && name.startsWith(`${ring}-`)) return undefined;
  if (action === 'create' && ofDisk !== undefined && type === 'google_compute_disk') return findSourceProblem(change, ofDisk, generations);
  if (action === 'create') return isNode || ofDisk !== undefined ? undefined : action;
  if (action !== 'update') return action;
  const isSetWorkflow = type === 'google_workflows_workflow' && name.startsWith(`${ring}-`);
  const allowed = isNode ? NODE_ARGUMENTS : isFormerDisk ? LABEL_ARGUMENTS : isSetWorkflow ? WORKFLOW_ARGUMENTS : [];
  const others = listChangedArguments(change).filter((argument) => !allowed.includes(argument));
  return others.length === 0 && allowed.length > 0 ? undefined : `update of ${others.join(', ') || 'computed values'}`;
}

/** A new disk is that of the disks file: by its name and its source snapshot. @returns what differs */
function findSourceProblem({ after }: ResourceChange, { name: node, vm }: RingNode, generations: DiskGenerations): string | undefined {
  const { generation = 1, from } = generations[node] ?? {};
  const name = known(textAt(after, 'name'));
  const source = known(textAt(after, 'snapshot')) || undefined;
  if (name !== generationName(vm, generation)) return `create of ${name ?? 'an unknown name'} instead of ${generationName(vm, generation)}`;
  return isSameSnapshot(source, from) ? undefined : `create from ${source ?? 'no snapshot'} instead of ${from ?? 'no snapshot'}`;
}

/** Length at which the name of a disk that is too long ends in a hash. */
const SHORTENED = DISK_NAME_LENGTH - 9;

const ALERT_TYPES = ['google_logging_metric', 'google_monitoring_alert_policy'];
const NODE_ARGUMENTS = ['attached_disk', 'metadata'];

/** Of the workflow that takes sets of snapshots: its source names the disks. */
const WORKFLOW_ARGUMENTS = ['source_contents'];
const LABEL_ARGUMENTS = ['labels', 'effective_labels', 'terraform_labels'];

/** Arguments that change. A value that is unknown as a whole is computed by the provider. */
function listChangedArguments({ before, after, afterUnknown }: ResourceChange): string[] {
  const names = new Set([...Object.keys(Object(before)), ...Object.keys(Object(after))]);
  return [...names].filter((name) => {
    const unknown = valueAt(afterUnknown, name);
    return unknown !== true && !isSameValue(valueAt(before, name), valueAt(after, name));
  });
}

function requireNothingElse(plan: Plan, ring: Ring, generations: DiskGenerations): void {
  const others = listOtherChanges(plan, ring, generations);
  if (others.length === 0) return;
  throw new RefusedError(
    `the plan of a restore may change only the disks of the nodes of ${ring.name}, and would also change ${others.join(', ')}: deploy or undo that first`,
  );
}

function requireUnrefused(plan: Plan, ring: Ring, { synthesized, acknowledgements = [] }: StackToPlan, reason: string): void {
  const own = ring.nodes.flatMap(({ instance: address }) =>
    ACKNOWLEDGED_RULES.map((rule): Acknowledgement => ({ rule, address, action: 'update', reason, expires: tomorrow() })),
  );
  const report = guard(plan, { synthesized, acknowledgements: [...acknowledgements, ...own] });
  if (report.isRefused)
    throw new RefusedError(`the guard refuses the plan of the restore:\n${formatGuardReport(report, { colours: false })}`);
}

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
}
