import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { valueAt } from '../terraform/values';
import type { Peer } from './peer';
import type { References } from './references';

/** Something that the stack has and this proof does not evaluate: it may lead clients to servers. */
export interface UnreadWay {
  /** Clients it may lead: those of the internet, those of the network, or both. */
  readonly clients: 'internet' | 'network' | 'all';

  /** Whether the firewall of a machine has to admit the internet or Google's proxies besides. */
  readonly isFiltered?: boolean;

  leadsTo(server: Peer): boolean;
  reason(server: Peer): string;
}

/** What a manifest may change: policies of its namespace or of all, and the ways to pods. */
export interface ManifestEffect {
  readonly policies: boolean;
  readonly ways: boolean;

  /** Nothing for all namespaces. */
  readonly namespace?: string;
}

/** Kinds that change neither policies nor ways to pods that the stack declares. */
const WITHOUT_EFFECT =
  /^(v1 (ConfigMap|Secret|ServiceAccount|Namespace|LimitRange|ResourceQuota|PersistentVolume|PersistentVolumeClaim)|(apps|batch|autoscaling|policy|rbac\.authorization\.k8s\.io|storage\.k8s\.io|scheduling\.k8s\.io|monitoring\.googleapis\.com|monitoring\.coreos\.com)\/\w+ \w+)$/;

/** Kinds that lead to pods and bring no policies. */
const WAYS =
  /^(v1 (Service|Endpoints)|networking\.k8s\.io\/\w+ Ingress|discovery\.k8s\.io\/\w+ \w+|gateway\.networking\.k8s\.io\/\w+ \w+)$/;

const POLICIES = /(NetworkPolicy|NetworkPolicies)$/;
const OF_ALL_NAMESPACES = /(Clusterwide|Admin|Global|Cluster)NetworkPolic(y|ies)$/;

/** Effect of a manifest by its kind; what cannot be read may be anything. */
export function manifestEffect({ type, values }: Resource, references: References): ManifestEffect {
  const text = (...path: string[]) => (type === 'kubernetes_manifest' ? references.textAt(values, 'manifest', ...path) : '');
  const namespace = text('metadata', 'namespace');
  const kind = text('kind');
  const whole = `${text('apiVersion')} ${kind}`;
  if (WITHOUT_EFFECT.test(whole)) return { policies: false, ways: false };
  if (WAYS.test(whole)) return { policies: false, ways: true };
  const isEverywhere = namespace === '' || !isKnown(namespace) || OF_ALL_NAMESPACES.test(kind);
  return { policies: true, ways: !POLICIES.test(kind), namespace: isEverywhere ? undefined : namespace };
}

/** Forwarding rules that may lead to machines or pods: neither to a VPN nor to APIs. */
export function mayLeadToBackends({ values }: Resource, references: References): boolean {
  // An empty scheme is that of Private Service Connect.
  if (valueAt(values, 'load_balancing_scheme') === '') return false;
  return !/google_compute_vpn_gateway\.|\/targetVpnGateways\//.test(references.textAt(values, 'target'));
}
