import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { valueAt } from '../terraform/values';
import type { Endpoint } from './endpoint';
import type { References } from './references';

/** Path of the stack that may lead clients to servers, and that the analysis does not evaluate. */
export interface UnevaluatedPath {
  /** Possible clients: the internet, the network, or both. */
  readonly clients: 'internet' | 'network' | 'all';

  /** True when VPC firewall rules have to allow the internet or Google's proxies too. */
  readonly isFiltered?: boolean;

  leadsTo(server: Endpoint): boolean;
  reason(server: Endpoint): string;
}

/** Possible effect of a manifest on policies and on paths to pods. */
export interface ManifestEffect {
  readonly policies: boolean;
  readonly paths: boolean;

  /** Namespace of the policies; undefined for all namespaces. */
  readonly namespace?: string;
}

/** Kinds that affect neither policies nor paths to pods of the stack. */
const WITHOUT_EFFECT =
  /^(v1 (ConfigMap|Secret|ServiceAccount|Namespace|LimitRange|ResourceQuota|PersistentVolume|PersistentVolumeClaim)|(apps|batch|autoscaling|policy|rbac\.authorization\.k8s\.io|storage\.k8s\.io|scheduling\.k8s\.io|monitoring\.googleapis\.com|monitoring\.coreos\.com)\/\w+ \w+)$/;

/** Kinds that may lead to pods and add no policies. */
const PATHS =
  /^(v1 (Service|Endpoints)|networking\.k8s\.io\/\w+ Ingress|discovery\.k8s\.io\/\w+ \w+|gateway\.networking\.k8s\.io\/\w+ \w+)$/;

const POLICIES = /(NetworkPolicy|NetworkPolicies)$/;
const OF_ALL_NAMESPACES = /(Clusterwide|Admin|Global|Cluster)NetworkPolic(y|ies)$/;

/** Evaluates a manifest by its kind; an unknown kind may have any effect. */
export function evaluateManifest({ type, values }: Resource, references: References): ManifestEffect {
  const text = (...path: string[]) => (type === 'kubernetes_manifest' ? references.textAt(values, 'manifest', ...path) : '');
  const namespace = text('metadata', 'namespace');
  const kind = text('kind');
  const whole = `${text('apiVersion')} ${kind}`;
  if (WITHOUT_EFFECT.test(whole)) return { policies: false, paths: false };
  if (PATHS.test(whole)) return { policies: false, paths: true };
  const isEverywhere = namespace === '' || !isKnown(namespace) || OF_ALL_NAMESPACES.test(kind);
  return { policies: true, paths: !POLICIES.test(kind), namespace: isEverywhere ? undefined : namespace };
}

/** True for a forwarding rule that may lead to VMs or pods, and not to a VPN or an API. */
export function mayLeadToBackends({ values }: Resource, references: References): boolean {
  // An empty scheme belongs to Private Service Connect.
  if (valueAt(values, 'load_balancing_scheme') === '') return false;
  return !/google_compute_vpn_gateway\.|\/targetVpnGateways\//.test(references.textAt(values, 'target'));
}
