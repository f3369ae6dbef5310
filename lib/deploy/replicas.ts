import type { Plan, ResourceChange } from '../terraform/plan';
import { blockAt, blocksAt, known, listAt, numberAt, textAt } from '../terraform/values';

/** Autoscaled workload whose number of pods changed after the plan was created. */
export interface ChangedReplicas {
  readonly address: string;
  readonly planned: number;
  readonly live: number;
}

/**
 * Finds autoscaled workloads that the plan updates, and whose number of pods changed after the plan was created.
 *
 * An update writes the whole spec with the planned number of pods. Under load, that would remove pods that the autoscaler has added.
 *
 * @param live current `terraform plan -refresh-only` of the same stack
 */
export function findChangedReplicas(plan: Plan, live: Plan): ChangedReplicas[] {
  const now = new Map(valuesIn(live.json.prior_state?.values?.root_module).map(([address, values]) => [address, replicasOf(values)]));
  return findAutoscaledUpdates(plan).flatMap(({ address, after }) => {
    const [planned, current] = [replicasOf(after), now.get(address)];
    return planned === undefined || current === undefined || planned === current ? [] : [{ address, planned, live: current }];
  });
}

/** Finds workloads with an autoscaler that the plan updates in place. */
export function findAutoscaledUpdates(plan: Plan): ResourceChange[] {
  const targets = new Set(
    plan.resources.filter(({ type }) => AUTOSCALER.test(type)).flatMap(({ before, after }) => targetOf(after ?? before)),
  );
  return plan.changes.filter(
    ({ type, action, after }) => action === 'update' && WORKLOAD.test(type) && targets.has(nameOf(after, kindOf(type))),
  );
}

const AUTOSCALER = /^kubernetes_horizontal_pod_autoscaler(_v\w+)?$/;
const WORKLOAD = /^kubernetes_(deployment|stateful_set|replication_controller)(_v1)?$/;

/** Kubernetes kind of a Terraform type. */
function kindOf(type: string): string {
  const words = type.replace(/^kubernetes_|_v1$/g, '').split('_');
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

function targetOf(autoscaler: unknown): string[] {
  const target = known(blockAt(autoscaler, 'spec', 'scale_target_ref'));
  if (target === undefined) return [];
  return [`${textOf(autoscaler, 'metadata', 'namespace')}/${textOf(target, 'kind')}/${textOf(target, 'name')}`];
}

function nameOf(workload: unknown, kind: string): string {
  return `${textOf(workload, 'metadata', 'namespace')}/${kind}/${textOf(workload, 'metadata', 'name')}`;
}

function replicasOf(workload: unknown): number | undefined {
  return known(numberAt(workload, 'spec', 'replicas'));
}

/** Resources of a module and its child modules, with their values. */
function valuesIn(module: unknown): [address: string, values: unknown][] {
  return [
    ...known(blocksAt(module, 'resources')).map((resource): [string, unknown] => [textOf(resource, 'address'), resource.values]),
    ...listAt(module, 'child_modules').flatMap(valuesIn),
  ];
}

function textOf(value: unknown, ...path: string[]): string {
  return known(textAt(value, ...path)) ?? '';
}
