import type { TerraformResource } from 'cdktf';

const predecessors = new WeakMap<TerraformResource, readonly TerraformResource[]>();

/** Records the resources whose place a resource takes, while they stay. */
export function writePredecessors(resource: TerraformResource, former: readonly TerraformResource[]): void {
  predecessors.set(resource, former);
}

/** Resources whose place a resource takes; empty if it takes none. */
export function readPredecessors(resource: TerraformResource): readonly TerraformResource[] {
  return predecessors.get(resource) ?? [];
}
