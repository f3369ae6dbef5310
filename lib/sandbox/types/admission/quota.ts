import type { CloudResource } from '../../cloud-resource';
import { Quantity } from '../../quantity';
import type { Cloud } from '../../type-description';
import { collectValues, isValues, type Value, type Values } from '../../values';
import { type Amounts, addAmounts, computePodTotal, type PodAmounts, parseAmounts } from './amounts';
import type { Field } from './field';
import { listInNamespace } from './namespace';
import { STANDARD_RESOURCES } from './pod-spec';

/** Properties of a pod that quotas use. */
export interface QuotaPod {
  readonly amounts: PodAmounts;
  readonly spec: Values;
}

/** Resource quota of a namespace. */
interface Quota {
  readonly name: string;
  readonly hard: Amounts;
  readonly selectors: readonly ScopeSelector[];
}

/** Selector of the pods that a quota counts. */
interface ScopeSelector {
  readonly scope: string;
  readonly operator: string;
  readonly values: readonly Value[];
}

/** Lists the quotas in a resource's namespace. */
export function listQuotas(resource: CloudResource, cloud: Cloud): Quota[] {
  return listInNamespace(resource, 'kubernetes_resource_quota_v1', cloud).map((quota) => ({
    name: quota.text('metadata.name'),
    hard: parseAmounts(quota.get('spec.hard')),
    selectors: [
      ...quota
        .all('spec.scopes')
        .flat()
        .map((scope) => ({ scope: String(scope), operator: 'Exists', values: [] })),
      ...collectValues(quota.values, 'spec.scope_selector.match_expression')
        .flat()
        .filter(isValues)
        .map(({ scope_name: scope, operator, values }) => ({
          scope: String(scope),
          operator: String(operator),
          values: Array.isArray(values) ? values : [],
        })),
    ],
  }));
}

const ONE = Quantity.of(1);

/** Computes the quota usage of a pod. */
function computePodUsage({ amounts }: QuotaPod): Amounts {
  const [requests, limits] = [computePodTotal(amounts, 'requests'), computePodTotal(amounts, 'limits')];
  const prefixed = (prefix: string, of: Amounts): Amounts =>
    Object.fromEntries(Object.entries(of).map(([name, amount]) => [`${prefix}${name}`, amount]));
  return { ...requests, ...prefixed('requests.', requests), ...prefixed('limits.', limits), pods: ONE, 'count/pods': ONE };
}

/** Usage of pods, by quota. */
export type QuotaUsage = Map<string, Amounts>;

/** Returns the reason why quotas reject another pod; empty if they admit it, in which case its usage is counted. */
export function findQuotaViolation(pod: QuotaPod, quotas: readonly Quota[], used: QuotaUsage): string {
  const concerned = quotas.filter(({ selectors }) => selectors.every((selector) => selects(selector, pod)));
  const usage = computePodUsage(pod);
  for (const { name, hard } of concerned) {
    const missing = listUnspecified(pod.amounts, hard);
    if (missing.length > 0) return `failed quota: ${name}: must specify ${missing.join('; ')}`;
    const violation = findExceeded(name, hard, usage, used.get(name) ?? {});
    if (violation !== '') return violation;
  }
  for (const { name } of concerned) used.set(name, addAmounts([used.get(name) ?? {}, usage]));
  return '';
}

/** Returns the reason why a quota rejects a usage; empty if it admits it. */
export function findExceeded(name: string, hard: Amounts, requested: Amounts, used: Amounts): string {
  const over = Object.keys(hard)
    .filter((resource) => {
      const [wanted, before] = [requested[resource], used[resource] ?? Quantity.zero];
      return wanted?.exceeds(Quantity.zero) && wanted.plus(before).exceeds(hard[resource]!);
    })
    .sort();
  if (over.length === 0) return '';
  const show = (amounts: Amounts): string => over.map((resource) => `${resource}=${amounts[resource] ?? 0}`).join(',');
  return `exceeded quota: ${name}, requested: ${show(requested)}, used: ${show(used)}, limited: ${show(hard)}`;
}

/** Lists requests and limits that a quota requires and containers lack: `limits.memory for: billing`. */
function listUnspecified({ containers, initContainers }: PodAmounts, hard: Amounts): string[] {
  return Object.keys(hard)
    .filter((name) => /^((requests|limits)\.)?(cpu|memory)$/.test(name))
    .sort()
    .flatMap((name) => {
      const kind = name.startsWith('limits.') ? 'limits' : 'requests';
      const resource = name.slice(name.indexOf('.') + 1);
      const without = [...containers, ...initContainers].filter((container) => !container[kind][resource]);
      return without.length > 0
        ? [
            `${name} for: ${without
              .map((container) => container.name)
              .sort()
              .join(',')}`,
          ]
        : [];
    });
}

function selects({ scope, operator, values }: ScopeSelector, { amounts, spec }: QuotaPod): boolean {
  const isBestEffort = [...amounts.containers, ...amounts.initContainers].every(
    ({ limits, requests }) => Object.keys({ ...limits, ...requests }).length === 0,
  );
  const terminates = Number(spec.activeDeadlineSeconds ?? 0) > 0;
  if (scope === 'PriorityClass') {
    const name = spec.priorityClassName;
    const isListed = name !== undefined && values.includes(name);
    if (operator === 'In') return isListed;
    if (operator === 'NotIn') return !isListed;
    return (operator === 'Exists') === Boolean(name);
  }
  return { BestEffort: isBestEffort, NotBestEffort: !isBestEffort, Terminating: terminates, NotTerminating: !terminates }[scope] ?? true;
}

/** Objects of the core group with a quota name of their own. */
const COUNTED = [
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
  'services.loadbalancers',
  'services.nodeports',
];

/** Validates a quota. */
export function checkQuota(object: Field): void {
  const hard = object.entries('spec.hard');
  for (const [name, field] of hard) {
    if (!isQuotaResource(name)) {
      field.as(name).invalid('must be a standard resource type or fully qualified');
      field.as(name).invalid('must be a standard resource for quota');
    }
    const amount = Quantity.parse(field.text);
    if (amount?.isNegative) field.as(String(amount)).invalid('must be greater than or equal to 0');
    if (COUNTED.includes(name) && amount && !amount.isWhole) field.as(String(amount)).invalid('must be an integer');
  }
  const scopes = object.get('spec.scopes');
  const names = object.items('spec.scopes').map(({ text }) => text);
  if (names.includes('BestEffort') && hard.some(([name]) => name !== 'pods')) scopes.invalid('unsupported scope applied to resource');
  else if (names.length > 0 && hard.some(([name]) => !isPodResource(name))) scopes.invalid('unsupported scope applied to resource');
  for (const [one, other] of [['BestEffort', 'NotBestEffort'] as const, ['Terminating', 'NotTerminating'] as const]) {
    if (names.includes(one) && names.includes(other)) scopes.invalid('conflicting scopes');
  }
}

function isPodResource(name: string): boolean {
  return name === 'pods' || /^((requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.test(name);
}

function isQuotaResource(name: string): boolean {
  const plain = name.replace(/^(requests|limits)\./, '');
  return (
    name.includes('/') ||
    COUNTED.includes(name) ||
    STANDARD_RESOURCES.includes(plain) ||
    name === 'requests.storage' ||
    /^(requests\.)?hugepages-/.test(name)
  );
}
