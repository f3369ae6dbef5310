import { coversInternet } from '../../reachability/internet-exposure';
import type { ResourceChange } from '../../terraform/plan';
import { known, listAt, textAt, valueAt } from '../../terraform/values';
import type { ManifestObject } from '../manifest';
import type { Rule } from '../rule';
import type { SubjectChange } from '../typed-change';
import type { Finding } from '../verdict';

/** Resources that get a public address. */
export const publicAddress: Rule = {
  id: 'public-address',
  severities: ['refuse', 'warn'],
  title: 'A resource gets a public address',
  why: 'with a public address, one wrong firewall rule exposes the resource to the internet',
  remediation:
    'use a private address: Cloud NAT for egress, Identity-Aware Proxy for operators, an internal load balancer or the ingress for clients',
  check: ({ resources }) =>
    resources.flatMap((change): Finding[] => {
      if (change.after === null || change.action === 'no-op') return [];
      const found = change.objectAfter === undefined ? CHECKS[change.type]?.(change) : applied(change);
      if (!found) return [];
      return [
        {
          severity: found.severity,
          address: change.address,
          action: change.action,
          reason: found.reason,
          remediation: found.remediation,
        },
      ];
    }),
};

type Found = Pick<Finding, 'severity' | 'reason' | 'remediation'>;

const machine = (change: ResourceChange): Found | undefined =>
  publicInterfaces(change.after) > publicInterfaces(change.before)
    ? {
        severity: 'refuse',
        reason: 'the VM instance gets a public address (access_config)',
        remediation: 'omit access_config: Cloud NAT serves egress, and Identity-Aware Proxy lets operators in',
      }
    : undefined;

const reserved = ({ before, after }: ResourceChange): Found | undefined =>
  (known(textAt(after, 'address_type')) ?? 'EXTERNAL') === 'EXTERNAL' && before === null && known(textAt(after, 'purpose')) === undefined
    ? {
        severity: 'warn',
        reason: 'a public address is reserved; the resource that uses it is reachable from wherever its rules allow',
        remediation: 'none, when it is for a load balancer or for Cloud NAT',
      }
    : undefined;

const service = ({ before, after }: ResourceChange): Found | undefined =>
  isPublicService(after) && !isPublicService(before)
    ? {
        severity: 'refuse',
        reason: 'the service gets a public load balancer, which bypasses the ingress and its rules',
        remediation: "set the annotation networking.gke.io/load-balancer-type: 'Internal', or use an ingress",
      }
    : undefined;

const sql = ({ before, after }: ResourceChange): Found | undefined => {
  const isPublic = (value: unknown): boolean =>
    valueAt(value, 'settings', 'ip_configuration', 'ipv4_enabled') === true || opensToAll(value);
  return isPublic(after) && !isPublic(before)
    ? {
        severity: 'refuse',
        reason: 'the database gets a public address',
        remediation: 'set ipv4_enabled to false and use a private network',
      }
    : undefined;
};

const alloydb = ({ before, after }: ResourceChange): Found | undefined => {
  const isPublic = (value: unknown): boolean => valueAt(value, 'network_config', 'enable_public_ip') === true;
  return isPublic(after) && !isPublic(before)
    ? {
        severity: 'refuse',
        reason: 'the database gets a public address',
        remediation: 'set enable_public_ip to false and use a private network',
      }
    : undefined;
};

/** Forwarding rules. An unset scheme is EXTERNAL; an empty one is that of Private Service Connect. */
const forwarding = ({ before, after }: ResourceChange): Found | undefined => {
  const isPublic = (value: unknown): boolean => /^EXTERNAL/.test(String(valueAt(value, 'load_balancing_scheme') ?? 'EXTERNAL'));
  return isPublic(after) && (before === null || !isPublic(before))
    ? {
        severity: 'refuse',
        reason: 'the forwarding rule has a public address, and forwards traffic from the internet to its target',
        remediation: 'set load_balancing_scheme to INTERNAL or INTERNAL_MANAGED, or use an ingress',
      }
    : undefined;
};

/** Objects in manifests for which Kubernetes controllers create a load balancer. */
const applied = ({ objectBefore, objectAfter }: SubjectChange): Found | undefined => {
  const what = publicObject(objectAfter);
  return what !== undefined && publicObject(objectBefore) === undefined
    ? {
        severity: 'refuse',
        reason: `the ${what} gets a public load balancer`,
        remediation: 'use an internal class or load balancer, or the ingress of this library, whose reachability gke-platform reach shows',
      }
    : undefined;
};

function publicObject(object: ManifestObject | undefined): string | undefined {
  if (object === undefined) return undefined;
  const { apiVersion, kind, body } = object;
  if (kind === 'Service' && apiVersion === 'v1') return isPublicService(body) ? 'service' : undefined;
  if (kind === 'Gateway' && apiVersion.startsWith('gateway.networking.k8s.io/')) {
    return INTERNAL_CLASS.test(known(textAt(body, 'spec', 'gatewayClassName')) ?? '') ? undefined : 'gateway';
  }
  if (kind !== 'Ingress' || !/^(networking\.k8s\.io|extensions)\//.test(apiVersion)) return undefined;
  const name =
    known(textAt(valueAt(body, 'metadata', 'annotations'), 'kubernetes.io/ingress.class')) ??
    known(textAt(body, 'spec', 'ingressClassName'));
  return INTERNAL_CLASS.test(name ?? '') ? undefined : 'ingress';
}

/** Classes of ingresses and gateways with internal load balancers. */
const INTERNAL_CLASS = /internal|rilb|^gke-td$|mesh/i;

const CHECKS: Readonly<Record<string, (change: ResourceChange) => Found | undefined>> = {
  google_compute_instance: machine,
  google_compute_instance_template: machine,
  google_compute_region_instance_template: machine,
  google_compute_instance_from_template: machine,
  google_compute_address: reserved,
  google_compute_global_address: reserved,
  kubernetes_service: service,
  kubernetes_service_v1: service,
  google_sql_database_instance: sql,
  google_alloydb_instance: alloydb,
  google_compute_forwarding_rule: forwarding,
  google_compute_global_forwarding_rule: forwarding,
};

function publicInterfaces(value: unknown): number {
  return listAt(value, 'network_interface').filter(
    (nic) => listAt(nic, 'access_config').length > 0 || listAt(nic, 'ipv6_access_config').length > 0,
  ).length;
}

function isPublicService(value: unknown): boolean {
  if (known(textAt(value, 'spec', 'type')) !== 'LoadBalancer') return false;
  const annotations = valueAt(value, 'metadata', 'annotations');
  return !['networking.gke.io/load-balancer-type', 'cloud.google.com/load-balancer-type'].some(
    (name) => known(textAt(annotations, name))?.toLowerCase() === 'internal',
  );
}

function opensToAll(value: unknown): boolean {
  return coversInternet(
    listAt(value, 'settings', 'ip_configuration', 'authorized_networks').flatMap((network) => known(textAt(network, 'value')) ?? []),
  );
}
