import { type Block, isBlock, known, textAt, textsAt, valueAt } from '../../terraform/values';
import type { ManifestObject } from '../manifest';
import type { SubjectChange } from '../typed-change';
import { type Exposure, refuse, warn } from './exposure';
import { findAddedRanges } from './ranges';

/** Access to workloads of a cluster that a change of its services, ingresses and gateways gives. */
export function findServiceExposures(change: SubjectChange): readonly Exposure[] {
  if (change.after === null) return [];
  if (SERVICE_TYPE.test(change.type)) return findOfService(change);
  if (INGRESS_TYPE.test(change.type)) return findOfIngress(change);
  return findOfObject(change);
}

const SERVICE_TYPE = /^kubernetes_service(_v1)?$/;
const INGRESS_TYPE = /^kubernetes_ingress(_v1)?$/;

const INTERNAL_SERVICE = "set the annotation networking.gke.io/load-balancer-type: 'Internal', or use an ingress";

function findOfService({ before, after }: SubjectChange): readonly Exposure[] {
  if (isPublicService(after) && !isPublicService(before)) {
    return [
      {
        severity: 'refuse',
        words: 'the service gets a public load balancer, which bypasses the ingress and its rules',
        remediation: INTERNAL_SERVICE,
      },
    ];
  }
  const ranges = (state: unknown): readonly string[] => known(textsAt(state, 'spec', 'load_balancer_source_ranges'));
  const [was, is] = [ranges(before), ranges(after)];
  const type = (state: unknown): string | undefined => known(textAt(state, 'spec', 'type'));
  const external = (state: unknown): readonly string[] => known(textsAt(state, 'spec', 'external_ips'));
  const isBalanced = type(after) === 'LoadBalancer' && before !== null;
  const added = findAddedRanges(was, is);
  return [
    ...(isBalanced && was.length > 0 && is.length === 0 ? [refuse('the load balancer accepts clients from all ranges')] : []),
    ...(isBalanced && was.length > 0 && added.length > 0 ? [warn(`the load balancer accepts clients from ${added.join(', ')}`)] : []),
    ...(isGlobal(after) && !isGlobal(before) && before !== null ? [warn('clients in all regions reach the load balancer')] : []),
    ...(type(after) === 'NodePort' && type(before) !== 'NodePort' && type(before) !== 'LoadBalancer'
      ? [warn('the service gets a port on every node')]
      : []),
    ...(external(after).some((address) => !external(before).includes(address)) ? [warn('the service gets external addresses')] : []),
  ];
}

function isPublicService(state: unknown): boolean {
  if (known(textAt(state, 'spec', 'type')) !== 'LoadBalancer') return false;
  const annotations = valueAt(state, 'metadata', 'annotations');
  return !INTERNAL_ANNOTATIONS.some((name) => /^(internal|true)$/i.test(known(textAt(annotations, name)) ?? ''));
}

const INTERNAL_ANNOTATIONS: readonly string[] = [
  'networking.gke.io/load-balancer-type',
  'cloud.google.com/load-balancer-type',
  'service.beta.kubernetes.io/aws-load-balancer-internal',
  'service.beta.kubernetes.io/azure-load-balancer-internal',
];

function isGlobal(state: unknown): boolean {
  return (
    known(textAt(valueAt(state, 'metadata', 'annotations'), 'networking.gke.io/internal-load-balancer-allow-global-access')) === 'true'
  );
}

/** Annotations of an ingress that limit its clients. */
const LIMITING =
  /(whitelist-source-range|allowlist-source-range|auth-(type|url|secret|tls-secret)|backend-config|v1beta1\.frontendconfig|FrontendConfig)$/i;

function findOfIngress({ before, after }: SubjectChange): readonly Exposure[] {
  if (before === null) return [];
  const was = readAnnotations(before);
  const is = readAnnotations(after);
  const taken = Object.keys(was).filter((name) => LIMITING.test(name) && is[name] === undefined);
  const changed = Object.keys(was).filter((name) => LIMITING.test(name) && is[name] !== undefined && is[name] !== was[name]);
  return [
    ...(INTERNAL_CLASS.test(readClass(before)) && !INTERNAL_CLASS.test(readClass(after))
      ? [refuse('the ingress gets a public load balancer')]
      : []),
    ...(taken.length > 0 ? [refuse(`the ingress no longer limits its clients (${taken.join(', ')})`)] : []),
    ...(changed.length > 0 ? [warn(`the limits for clients of the ingress change (${changed.join(', ')})`)] : []),
  ];
}

function readAnnotations(state: unknown): Block {
  const annotations = valueAt(state, 'metadata', 'annotations');
  return isBlock(annotations) ? annotations : {};
}

function readClass(state: unknown): string {
  return known(textAt(readAnnotations(state), 'kubernetes.io/ingress.class')) ?? known(textAt(state, 'spec', 'ingress_class_name')) ?? '';
}

/** Classes of ingresses and gateways with internal load balancers. */
const INTERNAL_CLASS = /internal|rilb|^gke-td$|mesh/i;

/** Objects of manifests for which controllers create a load balancer, or which limit its clients. */
function findOfObject({ objectBefore, objectAfter }: SubjectChange): readonly Exposure[] {
  if (objectAfter === undefined) return [];
  if (isPublicGateway(objectAfter) && !isPublicGateway(objectBefore))
    return [refuse('the gateway gets a public load balancer', PRIVATE_WAY)];
  if (objectAfter.kind !== 'BackendConfig' && objectAfter.kind !== 'GCPBackendPolicy') return [];
  return BACKEND_LIMITS.flatMap(([path, words]) => {
    const had = objectBefore !== undefined && isSet(valueAt(objectBefore.body, ...path));
    return had && !isSet(valueAt(objectAfter.body, ...path)) ? [refuse(words)] : [];
  });
}

const BACKEND_LIMITS: readonly (readonly [path: readonly string[], words: string])[] = [
  [['spec', 'iap', 'enabled'], 'the backend is no longer behind Identity-Aware Proxy'],
  [['spec', 'default', 'iap', 'enabled'], 'the backend is no longer behind Identity-Aware Proxy'],
  [['spec', 'securityPolicy', 'name'], 'Cloud Armor no longer filters the requests to the backend'],
  [['spec', 'default', 'securityPolicy'], 'Cloud Armor no longer filters the requests to the backend'],
];

function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== '';
}

function isPublicGateway(object: ManifestObject | undefined): boolean {
  if (object === undefined || object.kind !== 'Gateway' || !object.apiVersion.startsWith('gateway.networking.k8s.io/')) return false;
  return !INTERNAL_CLASS.test(known(textAt(object.body, 'spec', 'gatewayClassName')) ?? '');
}

/** A new ingress of a manifest, which the reachability of this library does not show. */
export function findNewIngress({ type, objectBefore, objectAfter, after }: SubjectChange): readonly Exposure[] {
  if (objectAfter === undefined || objectBefore !== undefined || !INGRESS_TYPE.test(type)) return [];
  return INTERNAL_CLASS.test(readClass(after)) ? [] : [refuse('the ingress gets a public load balancer', PRIVATE_WAY)];
}

const PRIVATE_WAY = 'use an internal class or load balancer, or the ingress of this library, whose reachability gke-platform reach shows';
