import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { valueAt } from '../terraform/values';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { listManifests, readManifest } from './manifests';
import type { PortSet } from './port-set';
import type { References } from './references';

/** Path of the stack that may lead clients to servers, and that the analysis does not evaluate. */
export interface UnevaluatedPath {
  /** Possible clients: the internet, the network, or both. */
  readonly clients: 'internet' | 'network' | 'all';

  /** True when VPC firewall rules have to allow the internet or Google's proxies too. */
  readonly isFiltered?: boolean;

  /** Ports of the nodes of a cluster that clients have to reach, for a path that begins there. */
  readonly nodePorts?: { readonly cluster: string; readonly ports: PortSet };

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
  /^(v1 (Pod|ReplicationController|ConfigMap|Secret|ServiceAccount|Namespace|LimitRange|ResourceQuota|PersistentVolume|PersistentVolumeClaim)|(apps|batch|autoscaling|policy|rbac\.authorization\.k8s\.io|storage\.k8s\.io|scheduling\.k8s\.io|monitoring\.googleapis\.com|monitoring\.coreos\.com)\/\w+ \w+)$/;

/** Kinds that may lead to pods and add no policies. */
const PATHS =
  /^(v1 (Service|Endpoints)|networking\.k8s\.io\/\w+ Ingress|discovery\.k8s\.io\/\w+ \w+|gateway\.networking\.k8s\.io\/\w+ \w+)$/;

/** Kinds for which no controller creates pods. */
const WITHOUT_PODS =
  /^(\S*(rbac\.authorization|storage|scheduling|apiextensions|admissionregistration|apiregistration|networking|gateway\.networking|policy|policy\.networking|discovery|autoscaling|coordination|flowcontrol|node|snapshot\.storage)(\.k8s\.io)?\/\w+ \w+|(networking|cloud|monitoring|auto|net)\.(gke\.io|google\.com|googleapis\.com)\/\w+ \w+|monitoring\.coreos\.com\/\w+ (PodMonitor|ServiceMonitor|PrometheusRule|Probe|ScrapeConfig|AlertmanagerConfig)|cert-manager\.io\/\w+ \w+|(security|networking)\.istio\.io\/\w+ \w+|cilium\.io\/\w+ \w+|external-secrets\.io\/\w+ \w+|secrets-store\.csi\.x-k8s\.io\/\w+ \w+)$/;

const POLICIES = /(NetworkPolicy|NetworkPolicies)$/;
const OF_ALL_NAMESPACES = /(Clusterwide|Admin|Global|Cluster)NetworkPolic(y|ies)$/;

/** Kinds of service meshes, which have effects on other namespaces when they are in the root namespace of the mesh. */
const OF_MESH = /^\S*(consul\.hashicorp\.com|istio\.io|kuma\.io|linkerd\.io)\//;

/** True for a kind, such as `v1 ConfigMap`, for which no controller creates pods. */
export function createsNoPods(kind: string): boolean {
  return WITHOUT_PODS.test(kind) || WITHOUT_EFFECT.test(kind) || PATHS.test(kind);
}

/** Manifests that are read neither as typed resources nor as policies. */
export function listUnevaluatedManifests({ document, policies }: Pick<StackContext, 'document' | 'policies'>): Resource[] {
  const evaluated = new Set(policies.map(({ address }) => address));
  return listManifests(document).filter(({ address }) => !evaluated.has(address));
}

/** Evaluates a manifest by its kind; an unknown kind may have any effect. */
export function evaluateManifest(resource: Resource, references: References): ManifestEffect {
  const { kind = '', body } = readManifest(resource, references) ?? {};
  const namespace = references.textAt(body, 'metadata', 'namespace');
  if (WITHOUT_EFFECT.test(kind)) return { policies: false, paths: false };
  if (PATHS.test(kind)) return { policies: false, paths: true };
  const isEverywhere = namespace === '' || !isKnown(namespace) || OF_ALL_NAMESPACES.test(kind) || OF_MESH.test(kind);
  return { policies: true, paths: !POLICIES.test(kind), namespace: isEverywhere ? undefined : namespace };
}

/** True for a forwarding rule that may lead to VMs or pods, and not to a VPN or an API. */
export function mayLeadToBackends({ values }: Resource, references: References): boolean {
  const target = references.textAt(values, 'target');
  // An empty scheme belongs to Private Service Connect: to an API, or to a service, which may be of the stack.
  if (valueAt(values, 'load_balancing_scheme') === '') return /google_compute_service_attachment\./.test(target);
  return !/google_compute_vpn_gateway\.|\/targetVpnGateways\//.test(target);
}
