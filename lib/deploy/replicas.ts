import type { Plan, ResourceChange } from '../terraform/plan';
import { blockAt, blocksAt, known, listAt, numberAt, textAt } from '../terraform/values';

/** An autoscaled workload whose number of pods is not what it was when the plan was made. */
export interface MovedReplicas {
  readonly address: string;
  readonly planned: number;
  readonly live: number;
}

/**
 * Workloads that the plan updates, whose pods an autoscaler counts, and which have another number of them by now.
 *
 * An update writes the whole spec, with the number of pods as it was when the plan was made: under load, that would take
 * away the pods the autoscaler has added since.
 *
 * @param live a plan of the same stack that only reads, `terraform plan -refresh-only`, made now
 */
export function movedReplicas(plan: Plan, live: Plan): MovedReplicas[] {
  const now = new Map(valuesIn(live.json.prior_state?.values?.root_module).map(([address, values]) => [address, replicasOf(values)]));
  return autoscaledUpdates(plan).flatMap(({ address, after }) => {
    const [planned, current] = [replicasOf(after), now.get(address)];
    return planned === undefined || current === undefined || planned === current ? [] : [{ address, planned, live: current }];
  });
}

/** Workloads that the plan updates in place and an autoscaler is set on. */
export function autoscaledUpdates(plan: Plan): ResourceChange[] {
  const targets = new Set(
    plan.resources.filter(({ type }) => AUTOSCALER.test(type)).flatMap(({ before, after }) => targetOf(after ?? before)),
  );
  return plan.changes.filter(
    ({ type, action, after }) => action === 'update' && WORKLOAD.test(type) && targets.has(nameOf(after, kindOf(type))),
  );
}

const AUTOSCALER = /^kubernetes_horizontal_pod_autoscaler(_v\w+)?$/;
const WORKLOAD = /^kubernetes_(deployment|stateful_set|replication_controller)(_v1)?$/;

/** Kubernetes' name of the kind that a type is of. */
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

/** Each resource of a module and of those below it, with its values. */
function valuesIn(module: unknown): [address: string, values: unknown][] {
  return [
    ...known(blocksAt(module, 'resources')).map((resource): [string, unknown] => [textOf(resource, 'address'), resource.values]),
    ...listAt(module, 'child_modules').flatMap(valuesIn),
  ];
}

function textOf(value: unknown, ...path: string[]): string {
  return known(textAt(value, ...path)) ?? '';
}
