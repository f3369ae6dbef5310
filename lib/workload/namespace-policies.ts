import { NetworkPolicyV1, type NetworkPolicyV1SpecEgress } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { TerraformProvider, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { PROMETHEUS_NAMESPACE } from './managed-prometheus';

/** A namespace as its own policies refer to it. */
interface Target {
  /** Name of the namespace, or a reference to it. */
  readonly namespace: string;
  readonly provider: TerraformProvider;
}

const inNamespace = (name: string, labels: Record<string, string> = {}) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
  podSelector: Object.keys(labels).length > 0 ? { matchLabels: labels } : {},
});

const address = (ip: string) => ({ ipBlock: { cidr: `${ip}/32` } });

const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: 'TCP', port: `${port}` }));

/** Nothing comes in and nothing goes out but what another policy lets through. */
export function denyByDefault(scope: Construct, target: Target): TerraformResource {
  return new NetworkPolicyV1(scope, 'DefaultDeny', {
    provider: target.provider,
    metadata: { name: 'default-deny', namespace: target.namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
}

/**
 * Names resolve, whichever way GKE answers: kube-dns, its cache on the node, or Cloud DNS.
 *
 * The cache is reached at a link-local address, or, under Dataplane V2, as pods. Pod selectors never match link-local
 * addresses.
 */
export function allowDns(scope: Construct, target: Target): TerraformResource {
  return allowOut(scope, 'Dns', 'allow-dns', target, [
    {
      to: [
        inNamespace('kube-system', { 'k8s-app': 'kube-dns' }),
        inNamespace('kube-system', { 'k8s-app': 'node-local-dns' }),
        address('169.254.20.10'),
        address('169.254.169.254'),
      ],
      ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: '53' })),
    },
  ]);
}

/**
 * Pods get their credentials from the metadata server of their node.
 *
 * Pods send to 169.254.169.254:80, and the node translates that to the address and port of its own server. Calico judges
 * after the translation. Reports on Dataplane V2 differ: some find it judges before, some after. The rules hold for both:
 * every known port of the server is open at both addresses. A wrong pair shows as sign-ins that time out. Both addresses
 * are link-local and belong to the metadata server alone, so nothing else opens.
 */
export function allowMetadataServer(scope: Construct, target: Target): TerraformResource {
  return allowOut(scope, 'MetadataServer', 'allow-metadata-server', target, [
    { to: [address('169.254.169.254'), address('169.254.169.252')], ports: tcp(80, 8080, 987, 988) },
  ]);
}

/**
 * The collectors of managed Prometheus read the metrics of every pod, at the port each one says.
 *
 * One exception for the namespace and no edges: which ports a `PodMonitoring` names is not known here. Every port is
 * written as no `ports`: Cilium before 1.16 ignores `endPort`, and would open port 1 alone.
 */
export function allowPrometheus(scope: Construct, target: Target): TerraformResource {
  return new NetworkPolicyV1(scope, 'Prometheus', {
    provider: target.provider,
    metadata: { name: 'allow-managed-prometheus', namespace: target.namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [inNamespace(PROMETHEUS_NAMESPACE)] }],
    },
  });
}

function allowOut(scope: Construct, id: string, name: string, target: Target, egress: NetworkPolicyV1SpecEgress[]): TerraformResource {
  return new NetworkPolicyV1(scope, id, {
    provider: target.provider,
    metadata: { name, namespace: target.namespace },
    spec: { podSelector: {}, policyTypes: ['Egress'], egress },
  });
}
