import type { PlanJson, ResourceChangeJson } from './plan-json';
import { type Block, isBlock } from './values';

/** Part of a plan that this release does not read. */
export interface UnknownPart {
  /** Address of the resource or output with the part; `plan` for the plan as a whole. */
  readonly address: string;

  /** Name of the part, for example `query_results`. */
  readonly name: string;
}

/** Members of a plan. Source: internal/command/jsonplan of Terraform 1.14 and OpenTofu. */
const PLAN_MEMBERS: ReadonlySet<string> = new Set([
  'format_version',
  'terraform_version',
  'variables',
  'planned_values',
  'proposed_unknown',
  'resource_drift',
  'resource_changes',
  'deferred_changes',
  'deferred_action_invocations',
  'output_changes',
  'action_invocations',
  'prior_state',
  'configuration',
  'relevant_attributes',
  'checks',
  'timestamp',
  'applyable',
  'complete',
  'errored',
]);

const RESOURCE_CHANGE_MEMBERS: ReadonlySet<string> = new Set([
  'address',
  'previous_address',
  'module_address',
  'mode',
  'type',
  'name',
  'index',
  'index_unknown',
  'provider_name',
  'deposed',
  'change',
  'action_reason',
]);

const CHANGE_MEMBERS: ReadonlySet<string> = new Set([
  'actions',
  'before',
  'after',
  'after_unknown',
  'before_sensitive',
  'after_sensitive',
  'replace_paths',
  'importing',
  'generated_config',
  'before_identity',
  'after_identity',
]);

const MODES: ReadonlySet<unknown> = new Set([undefined, 'managed', 'data', 'ephemeral']);

/** Lists the parts of a plan that have a value and that this release does not read. Terraform may add parts in any minor version. */
export function listUnknownParts(json: PlanJson): readonly UnknownPart[] {
  return [
    ...listUnknownMembers('plan', json as unknown as Block, PLAN_MEMBERS),
    ...[...(json.resource_changes ?? []), ...(json.resource_drift ?? [])].flatMap(listUnknownPartsOfResource),
    ...Object.entries(json.output_changes ?? {}).flatMap(([name, change]) =>
      listUnknownMembers(`output.${name}`, change as unknown as Block, CHANGE_MEMBERS),
    ),
  ];
}

function listUnknownPartsOfResource(resource: ResourceChangeJson): UnknownPart[] {
  const { address, mode, change } = resource;
  return [
    ...listUnknownMembers(address, resource as unknown as Block, RESOURCE_CHANGE_MEMBERS),
    ...listUnknownMembers(address, change as unknown as Block, CHANGE_MEMBERS),
    ...(MODES.has(mode) ? [] : [{ address, name: `mode ${String(mode)}` }]),
  ];
}

function listUnknownMembers(address: string, block: Block, known: ReadonlySet<string>): UnknownPart[] {
  return Object.entries(block).flatMap(([name, value]) => (known.has(name) || isEmpty(value) ? [] : [{ address, name }]));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isBlock(value) && Object.keys(value).length === 0;
}
