import type { ModuleValuesJson, PlanJson, ResourceChangeJson } from '../terraform/plan-json';

/**
 * A plan with targets as one of the whole stack, in which everything that was left out stays as it is: for the guard, which judges what
 * happens to one node of a ring by what the others do.
 */
export function wholePlan(json: PlanJson): PlanJson {
  const changes = json.resource_changes ?? [];
  const planned = new Set(changes.map(({ address }) => address));
  const rest = resourcesIn(json.prior_state?.values?.root_module).filter(({ address }) => !planned.has(address));
  return { ...json, complete: true, resource_changes: [...changes, ...rest] };
}

function resourcesIn(module: ModuleValuesJson | undefined): ResourceChangeJson[] {
  if (module === undefined) return [];
  const own = (module.resources ?? []).map(({ values, sensitive_values, ...resource }): ResourceChangeJson => {
    const change = { before: values, after: values, before_sensitive: sensitive_values, after_sensitive: sensitive_values };
    return {
      ...resource,
      ...(module.address === undefined ? {} : { module_address: module.address }),
      change: { actions: ['no-op'], ...change },
    };
  });
  return [...own, ...(module.child_modules ?? []).flatMap(resourcesIn)];
}
