import type { CloudResource } from '../../cloud-resource';
import { Quantity } from '../../quantity';
import type { Cloud } from '../../type-description';
import { collectValues, isValues, type Values } from '../../values';
import { type Amounts, type ContainerAmounts, computePodTotal, type PodAmounts, parseAmounts } from './amounts';
import type { Field } from './field';
import { listInNamespace } from './namespace';
import { STANDARD_RESOURCES } from './pod-spec';
import { requireQuantities } from './workloads';

/** Limit of a limit range. */
interface Limit {
  readonly type: string;
  readonly max: Amounts;
  readonly min: Amounts;
  readonly default: Amounts;
  readonly defaultRequest: Amounts;
  readonly ratio: Amounts;
}

/** Reads a limit with the API server's defaults: maximum for the default limit, default limit for the default request. */
function readLimit(limit: Values): Limit {
  const type = String(limit.type ?? '');
  const [max, min] = [parseAmounts(limit.max), parseAmounts(limit.min)];
  const isOfContainers = type === 'Container';
  const byDefault = { ...(isOfContainers && max), ...parseAmounts(limit.default) };
  const request = { ...(isOfContainers && { ...min, ...byDefault }), ...parseAmounts(limit.default_request ?? limit.defaultRequest) };
  return {
    type,
    max,
    min,
    default: byDefault,
    defaultRequest: request,
    ratio: parseAmounts(limit.max_limit_request_ratio ?? limit.maxLimitRequestRatio),
  };
}

/** Lists the limits in a resource's namespace. */
function listLimits(resource: CloudResource, cloud: Cloud): Limit[] {
  return listInNamespace(resource, 'kubernetes_limit_range_v1', cloud).flatMap(({ values }) =>
    collectValues(values, 'spec.limit').flat().filter(isValues).map(readLimit),
  );
}

/** Applies the default requests and limits of the namespace's limit ranges to containers. */
export function applyDefaults(pod: PodAmounts, resource: CloudResource, cloud: Cloud): PodAmounts {
  const limits = listLimits(resource, cloud).filter(({ type }) => type === 'Container');
  const complete = (container: ContainerAmounts): ContainerAmounts =>
    limits.reduce(
      (each, limit) => ({
        name: each.name,
        limits: { ...limit.default, ...each.limits },
        requests: { ...limit.defaultRequest, ...each.requests },
      }),
      container,
    );
  return { containers: pod.containers.map(complete), initContainers: pod.initContainers.map(complete) };
}

/** Returns the reason why limit ranges of a namespace reject a pod; empty if they admit it. */
export function findLimitViolation(pod: PodAmounts, resource: CloudResource, cloud: Cloud): string {
  for (const limit of listLimits(resource, cloud)) {
    const violations =
      limit.type === 'Container'
        ? [...pod.containers, ...pod.initContainers].flatMap(({ requests, limits }) => findViolations(limit, requests, limits))
        : limit.type === 'Pod'
          ? findViolations(limit, computePodTotal(pod, 'requests'), computePodTotal(pod, 'limits'))
          : [];
    if (violations.length > 0) return listed(violations);
  }
  return '';
}

/** Returns the reason why limit ranges of its namespace reject a persistent volume claim; empty if they admit it. */
export function findClaimViolation(size: Amounts, resource: CloudResource, cloud: Cloud): string {
  return listed(
    listLimits(resource, cloud)
      .filter(({ type }) => type === 'PersistentVolumeClaim')
      .flatMap((limit) => findViolations({ ...limit, ratio: {} }, size, size, 'request')),
  );
}

function listed(violations: readonly string[]): string {
  return violations.length > 1 ? `[${violations.join(', ')}]` : (violations[0] ?? '');
}

function findViolations(
  { type, min, max, ratio }: Limit,
  requests: Amounts,
  limits: Amounts,
  most: 'limit' | 'request' = 'limit',
): string[] {
  const each = (bounds: Amounts, check: (name: string, bound: Quantity) => string | undefined): string[] =>
    Object.entries(bounds).flatMap(([name, bound]) => check(name, bound) ?? []);
  return [
    ...each(min, (name, bound) => {
      const [request, limit] = [requests[name], limits[name]];
      if (!request) return `minimum ${name} usage per ${type} is ${bound}.  No request is specified`;
      if (request.isLess(bound)) return `minimum ${name} usage per ${type} is ${bound}, but request is ${request}`;
      return limit?.isLess(bound) ? `minimum ${name} usage per ${type} is ${bound}, but limit is ${limit}` : undefined;
    }),
    ...each(max, (name, bound) => {
      const [request, limit] = [requests[name], limits[name]];
      if (!limit) return `maximum ${name} usage per ${type} is ${bound}.  No limit is specified`;
      if (limit.exceeds(bound)) return `maximum ${name} usage per ${type} is ${bound}, but ${most} is ${limit}`;
      return request?.exceeds(bound) ? `maximum ${name} usage per ${type} is ${bound}, but request is ${request}` : undefined;
    }),
    ...each(ratio, (name, bound) => {
      const [request, limit] = [requests[name], limits[name]];
      const rule = `${name} max limit to request ratio per ${type} is ${bound}`;
      if (!request) return `${rule}, but no request is specified or request is 0`;
      if (!limit) return `${rule}, but no limit is specified or limit is 0`;
      const found = limit.toNumber() / request.toNumber();
      return found > bound.toNumber() ? `${rule}, but provided ratio is ${found.toFixed(6)}` : undefined;
    }),
  ];
}

const TYPES = ['Container', 'Pod', 'PersistentVolumeClaim'];

/** Validates a limit range. */
export function checkLimitRange(object: Field): void {
  const seen = new Set<string>();
  for (const limit of object.items('spec.limits')) {
    const type = limit.get('type');
    if (!TYPES.includes(type.text) && !type.text.includes('/')) type.invalid('must be a standard limit type or fully qualified');
    if (seen.has(type.text)) type.duplicate();
    seen.add(type.text);
    checkLimit(limit, readLimit(isValues(limit.value) ? limit.value : {}));
  }
}

function checkLimit(limit: Field, completed: Limit): void {
  const { type, max, min, default: byDefault, defaultRequest, ratio } = completed;
  if (type === 'Pod') {
    for (const name of ['default', 'defaultRequest']) {
      if (limit.entries(name).length > 0) limit.get(name).forbidden("may not be specified when `type` is 'Pod'");
    }
  }
  const maps = { max, min, ...(type !== 'Pod' && { default: byDefault, defaultRequest }), maxLimitRequestRatio: ratio };
  for (const [map, amounts] of Object.entries(maps)) {
    for (const name of Object.keys(amounts)) checkName(limit.get(`${map}[${name}]`).as(name), name, type);
  }
  if (type === 'PersistentVolumeClaim' && !min.storage && !max.storage) {
    limit.get('limits').required('either minimum or maximum storage value is required, but neither was provided');
  }
  for (const name of Object.keys(Object.assign({}, ...Object.values(maps)))) checkOrder(limit, name, completed);
}

function checkName(field: Field, name: string, type: string): void {
  if (name.includes('/')) return;
  const isStandard = STANDARD_RESOURCES.includes(name) || name === 'storage' || name.startsWith('hugepages-');
  if (!isStandard) field.invalid('must be a standard resource type or fully qualified');
  if (type === 'Container' && !isStandard) field.invalid('must be a standard resource for containers');
}

/** Checks that minimum, default request, default and maximum are in ascending order. */
function checkOrder(limit: Field, name: string, { max, min, default: byDefault, defaultRequest, ratio }: Limit): void {
  const above = (map: string, shown: Quantity, text: string, one?: Quantity, other?: Quantity): void => {
    if (one && other && one.exceeds(other)) limit.get(`${map}[${name}]`).as(String(shown)).invalid(text);
  };
  const [least, most, request, normal] = [min[name], max[name], defaultRequest[name], byDefault[name]];
  if (least && most) above('min', least, `min value ${least} is greater than max value ${most}`, least, most);
  if (request && least)
    above('defaultRequest', request, `min value ${least} is greater than default request value ${request}`, least, request);
  if (request && most)
    above('defaultRequest', request, `default request value ${request} is greater than max value ${most}`, request, most);
  if (request && normal)
    above('defaultRequest', request, `default request value ${request} is greater than default limit value ${normal}`, request, normal);
  if (normal && least) above('default', least, `min value ${least} is greater than default value ${normal}`, least, normal);
  if (normal && most) above('default', most, `default value ${normal} is greater than max value ${most}`, normal, most);
  const one = Quantity.of(1);
  if (ratio[name]?.isLess(one))
    limit.get(`maxLimitRequestRatio[${name}]`).as(String(ratio[name])).invalid(`ratio ${ratio[name]} is less than 1`);
}

/** Rejects quantities that the provider cannot parse. */
export function readableLimits(values: Values): void {
  for (const map of ['default', 'default_request', 'max', 'min', 'max_limit_request_ratio']) {
    requireQuantities(collectValues(values, `spec.limit.${map}`).filter(isValues));
  }
}
