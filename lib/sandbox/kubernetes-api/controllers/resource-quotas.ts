import { Quantity } from '../../quantity';
import type { ApiClient } from '../api-client';
import { buildPath, type Container, type KubernetesObject, type Pod, type Service } from '../objects';
import { forEachObject } from '../reconciliation';

type Amounts = Readonly<Record<string, string>>;

interface ResourceQuota extends KubernetesObject {
  readonly spec: { readonly hard?: Amounts; readonly scopes?: readonly string[]; readonly scopeSelector?: object };
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts };
}

interface Claim extends KubernetesObject {
  readonly spec: { readonly resources?: { readonly requests?: Amounts } };
}

/** Quota names of service types that are counted separately. */
const SERVICE_TYPES: Readonly<Record<string, readonly string[]>> = {
  'services.loadbalancers': ['LoadBalancer'],
  'services.nodeports': ['NodePort', 'LoadBalancer'],
};

const QUOTAS = '/api/v1/resourcequotas';

/**
 * Computes the usage of resource quotas. The API server adds admitted objects, and enforces quotas by this usage. A quota with scopes has no
 * usage, and is not enforced.
 */
export async function countQuotas(api: ApiClient): Promise<void> {
  const quotas = await api.list<ResourceQuota>(QUOTAS);
  const active = quotas.filter(({ metadata }) => !metadata.deletionTimestamp);
  await forEachObject(active, (quota) => count(api, quota));
}

async function count(api: ApiClient, quota: ResourceQuota): Promise<void> {
  const { metadata, spec, status } = quota;
  const { hard = {} } = spec;
  const isScoped = (spec.scopes ?? []).length > 0 || spec.scopeSelector !== undefined;
  const used: Record<string, string> = {};
  for (const name of Object.keys(hard)) used[name] = isScoped ? '0' : String(await usage(api, metadata.namespace!, name));
  if (isSame(hard, status?.hard) && isSame(used, status?.used)) return;
  // Objects admitted since the quota was read are counted in the next pass.
  const { resourceVersion } = metadata;
  await api.patch(`${buildPath(QUOTAS, metadata)}/status`, { metadata: { resourceVersion }, status: { hard, used } });
}

function isSame(one: Amounts, other: Amounts = {}): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => other[name] !== undefined && amount(other[name]).equals(amount(one[name])))
  );
}

function amount(text = '0'): Quantity {
  return Quantity.parse(text) ?? Quantity.zero;
}

/** Computes the usage of one resource in a namespace. */
async function usage(api: ApiClient, namespace: string, name: string): Promise<Quantity> {
  const [, kind, resource] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(name) ?? [];
  if (resource !== undefined) {
    const pods = await api.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);
    const running = pods.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
    return Quantity.sum(running.map((pod) => podUsage(pod, kind === 'limits' ? 'limits' : 'requests', resource)));
  }
  if (name === 'requests.storage') {
    const claims = await api.list<Claim>(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`);
    return Quantity.sum(claims.map(({ spec }) => amount(spec.resources?.requests?.storage)));
  }
  const serviceType = SERVICE_TYPES[name];
  if (serviceType !== undefined) {
    const services = await api.list<Service>(`/api/v1/namespaces/${namespace}/services`);
    return Quantity.of(services.filter(({ spec }) => serviceType.includes(spec.type ?? '')).length);
  }
  const objects = await api.list(await findCollection(api, namespace, name.replace(/^count\//, '')));
  const counts =
    name === 'pods' ? (objects as Pod[]).filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed') : objects;
  return Quantity.of(counts.length);
}

function podUsage({ spec }: Pod, kind: 'requests' | 'limits', resource: string): Quantity {
  const of = ({ resources }: Container): Quantity => amount(resources?.[kind]?.[resource]);
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return Quantity.largest([Quantity.sum([...spec.containers, ...sidecars].map(of)), ...(spec.initContainers ?? []).map(of)]);
}

/** Finds the path of the objects counted by a quota name such as `pods` or `deployments.apps`. */
async function findCollection(api: ApiClient, namespace: string, name: string): Promise<string> {
  const [plural = '', ...rest] = name.split('.');
  if (rest.length === 0) return `/api/v1/namespaces/${namespace}/${plural}`;
  const group = await api.get<{ preferredVersion: { groupVersion: string } }>(`/apis/${rest.join('.')}`);
  return `/apis/${group?.preferredVersion.groupVersion ?? rest.join('.')}/namespaces/${namespace}/${plural}`;
}
