import type { ModuleValuesJson, PlanJson, ResourceChangeJson } from '../terraform/plan-json';

/**
 * Completes a targeted plan to one of the whole stack, in which every resource outside of the targets is unchanged: the guard judges a
 * change of one node by the state of the other nodes.
 */
export function completePlan(json: PlanJson): PlanJson {
  const changes = json.resource_changes ?? [];
  const planned = new Set(changes.map(({ address }) => address));
  const rest = resourcesIn(json.prior_state?.values?.root_module).filter(({ address }) => !planned.has(address));
  return { ...json, complete: true, resource_changes: [...changes, ...rest] };
}

function resourcesIn(module: ModuleValuesJson | undefined): ResourceChangeJson[] {
  if (module === undefined) return [];
  const own = (module.resources ?? []).map(
    ({ address, mode, type, name, index, provider_name, values, sensitive_values }): ResourceChangeJson => {
      const change = { before: values, after: values, before_sensitive: sensitive_values, after_sensitive: sensitive_values };
      return {
        address,
        type,
        name,
        ...(mode !== undefined && { mode }),
        ...(index !== undefined && { index }),
        ...(provider_name !== undefined && { provider_name }),
        ...(module.address === undefined ? {} : { module_address: module.address }),
        change: { actions: ['no-op'], ...change },
      };
    },
  );
  return [...own, ...(module.child_modules ?? []).flatMap(resourcesIn)];
}
