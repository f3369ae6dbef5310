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
  const now = new Map(
    listResources(live.json.prior_state?.values?.root_module).map(([address, values]) => [address, readReplicas(values)]),
  );
  return findAutoscaledUpdates(plan).flatMap(({ address, after }) => {
    const [planned, current] = [readReplicas(after), now.get(address)];
    return planned === undefined || current === undefined || planned === current ? [] : [{ address, planned, live: current }];
  });
}

/** Finds workloads with an autoscaler that the plan updates in place. */
export function findAutoscaledUpdates(plan: Plan): ResourceChange[] {
  const targets = new Set(
    plan.resources.filter(({ type }) => AUTOSCALER.test(type)).flatMap(({ before, after }) => findTargets(after ?? before)),
  );
  return plan.changes.filter(
    ({ type, action, after }) => action === 'update' && WORKLOAD.test(type) && targets.has(formatWorkload(after, toKind(type))),
  );
}

const AUTOSCALER = /^kubernetes_horizontal_pod_autoscaler(_v\w+)?$/;
const WORKLOAD = /^kubernetes_(deployment|stateful_set|replication_controller)(_v1)?$/;

/** Converts a Terraform type to the Kubernetes kind. */
function toKind(type: string): string {
  const words = type.replace(/^kubernetes_|_v1$/g, '').split('_');
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

function findTargets(autoscaler: unknown): string[] {
  const target = known(blockAt(autoscaler, 'spec', 'scale_target_ref'));
  if (target === undefined) return [];
  return [`${readText(autoscaler, 'metadata', 'namespace')}/${readText(target, 'kind')}/${readText(target, 'name')}`];
}

function formatWorkload(workload: unknown, kind: string): string {
  return `${readText(workload, 'metadata', 'namespace')}/${kind}/${readText(workload, 'metadata', 'name')}`;
}

function readReplicas(workload: unknown): number | undefined {
  return known(numberAt(workload, 'spec', 'replicas'));
}

/** Lists the resources of a module and its child modules, with their values. */
function listResources(module: unknown): [address: string, values: unknown][] {
  return [
    ...known(blocksAt(module, 'resources')).map((resource): [string, unknown] => [readText(resource, 'address'), resource.values]),
    ...listAt(module, 'child_modules').flatMap(listResources),
  ];
}

function readText(value: unknown, ...path: string[]): string {
  return known(textAt(value, ...path)) ?? '';
}
