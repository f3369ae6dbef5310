import type { ResourceChange } from '../terraform/plan';
import { isSameValue, valueAt } from '../terraform/values';

/** Arguments of a VM instance that Compute Engine changes only while it is stopped (google 6.50, resource_compute_instance.go). */
const STOPPING_ARGUMENTS: readonly (readonly string[])[] = [
  ['machine_type'],
  ['min_cpu_platform'],
  ['enable_display'],
  ['service_account'],
  ['shielded_instance_config'],
  ['advanced_machine_features'],
  ['scheduling', 'node_affinities'],
  ['scheduling', 'min_node_cpus'],
];

/** Lists the changed arguments that require the VM instance to be stopped. */
export function listStoppingChanges(change: ResourceChange): readonly string[] {
  if (change.action !== 'update') return [];
  return STOPPING_ARGUMENTS.filter((path) => {
    const after = valueAt(change.after, ...path);
    // An unknown value is computed by the provider, and is not a change.
    return after !== undefined && !isSameValue(valueAt(change.before, ...path), after);
  }).map((path) => path.join('.'));
}
