import { CloudError } from '../../cloud-error';
import type { CloudResource } from '../../cloud-resource';
import { Quantity } from '../../quantity';
import type { Rule } from '../../type-description';
import { isSet, isValues } from '../../values';
import { type Amounts, addAmounts, parseAmounts } from './amounts';
import { findClaimViolation } from './limit-range';
import { listInNamespace } from './namespace';
import { findExceeded, listQuotas } from './quota';

/** Objects that Kubernetes creates in each namespace, by quota name. */
const BORN_WITH: Readonly<Record<string, number>> = { configmaps: 1, serviceaccounts: 1 };

/**
 * Rejects an object that exceeds a quota of its namespace.
 *
 * @param plural plural of the kind with its group, for example `deployments.apps`
 * @param prefix prefix of the provider's errors
 */
export function withinQuota(plural: string, prefix: (resource: CloudResource) => string): Rule {
  return ({ resource, before, cloud }) => {
    const refuse = (why: string): void => {
      if (why !== '') throw new CloudError(`${prefix(resource)}${plural} "${resource.text('metadata.name')}" is forbidden: ${why}`);
    };
    if (plural === CLAIMS) refuse(findClaimViolation(readClaimSize(resource), resource, cloud));
    const quotas = listQuotas(resource, cloud);
    if (quotas.length === 0) return;
    const others = listInNamespace(resource, resource.type, cloud).filter(({ identity }) => identity !== resource.identity);
    const born = countUsage(plural, BORN_WITH[plural] ?? 0);
    const old = before ? countObjectUsage(plural, before) : {};
    const used = addAmounts([born, old, ...others.map((other) => countObjectUsage(plural, other))]);
    const requested = difference(countObjectUsage(plural, resource), old);
    for (const { name, hard } of quotas) refuse(findExceeded(name, hard, requested, used));
  };
}

const CLAIMS = 'persistentvolumeclaims';

function countUsage(plural: string, count: number): Amounts {
  const amount = Quantity.of(count);
  return { [`count/${plural}`]: amount, ...(!plural.includes('.') && { [plural]: amount }) };
}

/** Counts the quota usage of an object. */
function countObjectUsage(plural: string, resource: CloudResource): Amounts {
  const usage = countUsage(plural, 1);
  if (plural === 'services') {
    const type = resource.text('spec.type');
    const hasNodePorts =
      type === 'NodePort' || (type === 'LoadBalancer' && resource.get('spec.allocate_load_balancer_node_ports') !== false);
    return {
      ...usage,
      'services.loadbalancers': Quantity.of(type === 'LoadBalancer' ? 1 : 0),
      'services.nodeports': Quantity.of(hasNodePorts ? resource.all('spec.port').flat().length : 0),
    };
  }
  if (plural !== CLAIMS) return usage;
  const { storage } = readClaimSize(resource);
  const name = resource.get('spec.storage_class_name');
  const ofClass = isSet(name) && name !== '' ? `${name}.storageclass.storage.k8s.io/` : undefined;
  return {
    ...usage,
    ...(storage && { 'requests.storage': storage }),
    ...(ofClass && { [`${ofClass}persistentvolumeclaims`]: Quantity.of(1), ...(storage && { [`${ofClass}requests.storage`]: storage }) }),
  };
}

function readClaimSize(claim: CloudResource): Amounts {
  const requests = claim.get('spec.resources.requests');
  return parseAmounts(isValues(requests) ? requests : {});
}

function difference(after: Amounts, before: Amounts): Amounts {
  return Object.fromEntries(
    Object.entries(after).map(([name, amount]) => [name, before[name] ? amount.plus(before[name].times(-1)) : amount]),
  );
}
