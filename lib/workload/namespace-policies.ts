import { NetworkPolicyV1, type NetworkPolicyV1SpecEgress } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { TerraformProvider, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { PROMETHEUS_NAMESPACE } from './managed-prometheus';

/** Namespace of the policies. */
interface Target {
  /** Name of the namespace, or a reference to it. */
  readonly namespace: string;
  readonly provider: TerraformProvider;
}

const selectNamespace = (name: string, labels: Record<string, string> = {}) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
  podSelector: Object.keys(labels).length > 0 ? { matchLabels: labels } : {},
});

const selectAddress = (ip: string) => ({ ipBlock: { cidr: `${ip}/32` } });

const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: 'TCP', port: `${port}` }));

/** Denies all ingress and egress that no other policy allows. */
export function denyByDefault(scope: Construct, target: Target): TerraformResource {
  return new NetworkPolicyV1(scope, 'DefaultDeny', {
    provider: target.provider,
    metadata: { name: 'default-deny', namespace: target.namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
}

/**
 * Allows DNS by kube-dns, NodeLocal DNSCache or Cloud DNS.
 *
 * NodeLocal DNSCache has a link-local address, which pod selectors never match; under Dataplane V2 it is matched as pods.
 */
export function allowDns(scope: Construct, target: Target): TerraformResource {
  return allowEgress(scope, 'Dns', 'allow-dns', target, [
    {
      to: [
        selectNamespace('kube-system', { 'k8s-app': 'kube-dns' }),
        selectNamespace('kube-system', { 'k8s-app': 'node-local-dns' }),
        selectAddress('169.254.20.10'),
        selectAddress('169.254.169.254'),
      ],
      ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: '53' })),
    },
  ]);
}

/**
 * Allows the metadata server of the node, from which pods get their credentials.
 *
 * Pods send to 169.254.169.254:80, and the node translates that to the address and port of its own server. Calico evaluates
 * policies after the translation. Reports on Dataplane V2 differ: some find it evaluates them before, some after. The rule
 * allows both: each known port of the server at both addresses. A missing pair shows as sign-ins that time out. Both addresses
 * are link-local and belong to the metadata server alone, so that nothing else is allowed.
 */
export function allowMetadataServer(scope: Construct, target: Target): TerraformResource {
  return allowEgress(scope, 'MetadataServer', 'allow-metadata-server', target, [
    { to: [selectAddress('169.254.169.254'), selectAddress('169.254.169.252')], ports: tcp(80, 8080, 987, 988) },
  ]);
}

/**
 * Allows the collectors of Managed Service for Prometheus to scrape all pods.
 *
 * It is one policy of the namespace and no connections, because the ports of `PodMonitoring` resources are unknown. All ports
 * are an absent `ports`: Cilium before 1.16 ignores `endPort`, and would allow port 1 alone.
 */
export function allowPrometheus(scope: Construct, target: Target): TerraformResource {
  return new NetworkPolicyV1(scope, 'Prometheus', {
    provider: target.provider,
    metadata: { name: 'allow-managed-prometheus', namespace: target.namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [selectNamespace(PROMETHEUS_NAMESPACE)] }],
    },
  });
}

function allowEgress(scope: Construct, id: string, name: string, target: Target, egress: NetworkPolicyV1SpecEgress[]): TerraformResource {
  return new NetworkPolicyV1(scope, id, {
    provider: target.provider,
    metadata: { name, namespace: target.namespace },
    spec: { podSelector: {}, policyTypes: ['Egress'], egress },
  });
}
