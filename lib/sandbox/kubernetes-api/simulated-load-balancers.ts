import type { ApiClient } from './api-client';
import { buildPath, type Ingress, type KubernetesObject, type Service } from './objects';
import { chooseAddress } from './simulated-address';

/**
 * Simulates GKE's load balancer controllers: assigns addresses to ingresses and services of type LoadBalancer, and sets the annotation with
 * the names of network endpoint groups on services.
 */
export async function balanceLoad(api: ApiClient): Promise<void> {
  const [ingresses, services] = await Promise.all([api.list<Ingress>(INGRESSES), api.list<Service>(SERVICES)]);
  await Promise.all([
    ...ingresses.map((ingress) => exposeIngress(api, ingress)),
    ...services.map((service) => exposeService(api, service)),
  ]);
}

const INGRESSES = '/apis/networking.k8s.io/v1/ingresses';
const SERVICES = '/api/v1/services';

/** Documentation range, which is on no network. */
const EXTERNAL_RANGE = '203.0.113.0/24';
const INTERNAL_RANGE = '10.128.0.0/20';

const NEG_STATUS = 'cloud.google.com/neg-status';

async function exposeIngress(api: ApiClient, ingress: Ingress): Promise<void> {
  if ((ingress.status?.loadBalancer?.ingress ?? []).length > 0) return;
  const isInternal = ingress.metadata.annotations?.['kubernetes.io/ingress.class'] === 'gce-internal';
  await giveAddress(api, INGRESSES, ingress, chooseAddress(isInternal ? INTERNAL_RANGE : EXTERNAL_RANGE, ingress.metadata.uid));
}

async function exposeService(api: ApiClient, service: Service): Promise<void> {
  const { metadata, spec, status } = service;
  const { uid, name, namespace, annotations = {} } = metadata;
  if (spec.type === 'LoadBalancer' && (status?.loadBalancer?.ingress ?? []).length === 0) {
    const range = annotations['networking.gke.io/load-balancer-type'] === 'Internal' ? INTERNAL_RANGE : EXTERNAL_RANGE;
    await giveAddress(api, SERVICES, service, spec.loadBalancerIP || chooseAddress(range, uid));
  }
  if (annotations['cloud.google.com/neg'] !== undefined && annotations[NEG_STATUS] === undefined) {
    const groups = Object.fromEntries((spec.ports ?? []).map(({ port }) => [port, `k8s1-${namespace}-${name}-${port}`]));
    const groupStatus = JSON.stringify({ network_endpoint_groups: groups, zones: [] });
    await api.patch(buildPath(SERVICES, metadata), { metadata: { annotations: { [NEG_STATUS]: groupStatus } } });
  }
}

function giveAddress(api: ApiClient, collection: string, { metadata }: KubernetesObject, ip: string): Promise<void> {
  return api.patch(`${buildPath(collection, metadata)}/status`, { status: { loadBalancer: { ingress: [{ ip }] } } });
}
