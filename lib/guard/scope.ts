import type { Plan, ResourceChange } from '../terraform/plan';
import { known, textAt } from '../terraform/values';
import { lastSegment } from './words';

/** Arguments that name the place of a resource of Google Cloud. */
const PLACES = ['project', 'location', 'zone', 'region'];

/**
 * Tests that two resources may be in the same scope, so that one may refer to the other by its name: the project and the place of Google
 * Cloud, or the cluster of Kubernetes. A place that is not set, or unknown until apply, matches every place.
 */
export function mayShareScope(plan: Plan, one: ResourceChange, other: ResourceChange): boolean {
  if (!one.type.startsWith('google_')) {
    // The arguments of Kubernetes resources do not name the cluster.
    const [key, otherKey] = [plan.providerKey(one), plan.providerKey(other)];
    return key === undefined || otherKey === undefined || key === otherKey || getLocalName(key) !== getLocalName(otherKey);
  }
  return PLACES.every((argument) => {
    const [here, there] = [one, other].map(({ before, after }) => lastSegment(known(textAt(before ?? after, argument))));
    return here === undefined || there === undefined || here === there;
  });
}

/** Local name of the provider of a configuration: `kubernetes` of `module.a:kubernetes.us`. A cluster has a configuration in each provider. */
function getLocalName(key: string): string | undefined {
  return /^(?:.*:)?([^.]+)/.exec(key)?.[1];
}
