import { isObject, type Plan } from './plan';

/**
 * What was there before, in the form of a plan that changes nothing: for who asks the same of before and after.
 * Nothing, when the stack has not been deployed yet.
 */
export function priorState({ json, resources }: Plan): unknown {
  const values = json.prior_state?.values;
  if (!isObject(values) || !resources.some(({ mode, before }) => mode === 'managed' && before !== null)) return undefined;
  return { ...json, planned_values: values, resource_changes: [] };
}
