import { Plan } from '../../lib/terraform/plan';
import type { ChangeJson, ResourceChangeJson } from '../../lib/terraform/plan-json';

/** A plan with these changes and nothing else. */
export function createPlan(...changes: readonly ResourceChangeJson[]): Plan {
  return Plan.read({ format_version: '1.2', terraform_version: '1.11.4', resource_changes: changes });
}

/** Change of a resource: a creation by default. */
export function createChange(
  type: string,
  name: string,
  change: Partial<ChangeJson>,
  rest: Partial<ResourceChangeJson> = {},
): ResourceChangeJson {
  return {
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    name,
    provider_name: 'registry.terraform.io/hashicorp/google',
    ...rest,
    change: {
      actions: ['create'],
      before: null,
      after: null,
      after_unknown: {},
      before_sensitive: false,
      after_sensitive: false,
      ...change,
    },
  };
}
