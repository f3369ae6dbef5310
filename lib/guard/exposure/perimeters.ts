import type { ResourceChange } from '../../terraform/plan';
import { booleanAt, hasBlock, isSameValue, known, listAt, textAt, textsAt, valueAt } from '../../terraform/values';
import { joinNames } from '../words';
import { type Exposure, refuse, warn } from './exposure';

const PREFIX = 'google_access_context_manager_';

/** Access to services that a change of a perimeter of VPC Service Controls, or of an access level, gives. */
export function findPerimeterOpenings({ type, before, after }: ResourceChange): readonly Exposure[] {
  if (!type.startsWith(PREFIX)) return [];
  switch (type.slice(PREFIX.length)) {
    case 'service_perimeter':
      return findOfPerimeter(before, after);
    case 'service_perimeters':
      return findOfMany(before, after, 'service_perimeters', findOfPerimeter);
    case 'service_perimeter_resource':
      return after === null ? [refuse('a project leaves the perimeter')] : [];
    case 'service_perimeter_ingress_policy':
    case 'service_perimeter_egress_policy':
    case 'ingress_policy':
    case 'egress_policy':
      return after !== null && !isSameValue(before, after) ? [warn('the perimeter has another policy that lets callers through')] : [];
    case 'access_level':
      return findOfLevel(before, after);
    case 'access_levels':
      return findOfMany(before, after, 'access_levels', findOfLevel);
    case 'access_level_condition':
      return before === null ? [warn('the access level has another condition')] : [];
    case 'gcp_user_access_binding':
      if (after === null) return [refuse('a group is no longer bound to access levels')];
      return before !== null && !isSameValue(valueAt(before, 'access_levels'), valueAt(after, 'access_levels'))
        ? [warn('the access levels of a group change')]
        : [];
    default:
      return [];
  }
}

function findOfMany(before: unknown, after: unknown, name: string, find: typeof findOfPerimeter): readonly Exposure[] {
  const was = listAt(before, name);
  return was.flatMap((item) => find(item, listAt(after, name).find((other) => textAt(other, 'name') === textAt(item, 'name')) ?? null));
}

/** Status that is enforced. The spec of a dry run has no effect. */
const STATUS = 'status';

function findOfPerimeter(before: unknown, after: unknown): readonly Exposure[] {
  if (before === null) return [];
  if (after === null) return [refuse('the perimeter is deleted')];
  if (!hasBlock(before, STATUS)) return [];
  if (!hasBlock(after, STATUS)) return [refuse('the perimeter is no longer enforced')];
  const removed = (name: string): readonly string[] => subtract(textsOf(before, name), textsOf(after, name));
  const added = (name: string): readonly string[] => subtract(textsOf(after, name), textsOf(before, name));
  const policies = (state: unknown, name: string): readonly unknown[] => listAt(state, STATUS, name);
  const isRestricted = (state: unknown): boolean =>
    known(booleanAt(state, STATUS, 'vpc_accessible_services', 'enable_restriction')) === true;
  const reachable = (state: unknown): readonly string[] => known(textsAt(state, STATUS, 'vpc_accessible_services', 'allowed_services'));
  const more = ['ingress_policies', 'egress_policies'].filter((name) =>
    policies(after, name).some((policy) => !policies(before, name).some((other) => isSameValue(other, policy))),
  );
  return [
    ...report(removed('resources'), (names) => refuse(`projects leave the perimeter: ${names}`)),
    ...report(removed('restricted_services'), (names) => refuse(`services are no longer restricted: ${names}`)),
    ...report(added('access_levels'), (names) => warn(`more access levels let callers through: ${names}`)),
    ...report(more, (names) => warn(`more callers are let through: ${names}`)),
    ...(isRestricted(before) && !isRestricted(after) ? [refuse('the services that its networks may call are no longer restricted')] : []),
    ...(isRestricted(after)
      ? report(subtract(reachable(after), reachable(before)), (names) => warn(`its networks may call ${names}`))
      : []),
  ];
}

function textsOf(state: unknown, name: string): readonly string[] {
  return known(textsAt(state, STATUS, name));
}

function findOfLevel(before: unknown, after: unknown): readonly Exposure[] {
  if (before === null || after === null) return [];
  const conditions = (state: unknown): readonly unknown[] => listAt(state, 'basic', 'conditions');
  const combining = (state: unknown): string => known(textAt(state, 'basic', 'combining_function')) ?? 'AND';
  const expression = (state: unknown): unknown => valueAt(state, 'custom', 'expr', 'expression');
  const isOther = conditions(after).some((condition) => !conditions(before).some((other) => isSameValue(other, condition)));
  const isFewer = conditions(after).length < conditions(before).length && combining(after) === 'AND';
  return [
    ...(isOther || isFewer || !isSameValue(expression(before), expression(after))
      ? [warn('the conditions of the access level change')]
      : []),
    ...(combining(before) === 'AND' && combining(after) === 'OR' ? [refuse('one of the conditions of the access level is enough')] : []),
  ];
}

function subtract(names: readonly string[], others: readonly string[]): readonly string[] {
  return names.filter((name) => !others.includes(name));
}

function report(names: readonly string[], create: (names: string) => Exposure): readonly Exposure[] {
  return names.length === 0 ? [] : [create(joinNames(names))];
}
