import { NetworkPolicyV1, type NetworkPolicyV1SpecEgressTo } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { shorten } from '../core/physical-name';
import type { Endpoint, PodsEndpoint } from './endpoint';
import type { IConnection } from './participant';

/** Longest name of a NetworkPolicy (RFC 1123 subdomain). */
const POLICY_NAME_LENGTH = 253;

/** The server's side between pods: traffic that its namespace's default deny would drop comes in. */
export function ingressPolicy(connection: IConnection, server: PodsEndpoint, client: Endpoint): void {
  new NetworkPolicyV1(connection, 'Ingress', {
    provider: server.kubernetesProvider,
    metadata: metadata(connection, connection.ruleName.ingress, server),
    spec: { podSelector: selector(server), policyTypes: ['Ingress'], ingress: [{ from: peers(client), ports: ports(connection) }] },
  });
}

/** The client's side: its namespace's default deny holds for what goes out too. */
export function egressPolicy(connection: IConnection, client: PodsEndpoint, server: Endpoint): void {
  new NetworkPolicyV1(connection, 'Egress', {
    provider: client.kubernetesProvider,
    metadata: metadata(connection, connection.ruleName.egress, client),
    spec: { podSelector: selector(client), policyTypes: ['Egress'], egress: [{ to: peers(server), ports: ports(connection) }] },
  });
}

function metadata(connection: IConnection, name: string, endpoint: PodsEndpoint) {
  return {
    name: shorten(name, POLICY_NAME_LENGTH),
    namespace: endpoint.namespaceReference ?? endpoint.namespaceName,
    annotations: { description: connection.reason },
  };
}

function selector({ labels }: PodsEndpoint) {
  return Object.keys(labels).length > 0 ? { matchLabels: labels } : {};
}

/** Namespace and pods are one entry: both must match. Two entries would mean either. */
function peers(endpoint: Endpoint): NetworkPolicyV1SpecEgressTo[] {
  if (endpoint.kind === 'machines') return Object.values(endpoint.addresses).map((address) => ({ ipBlock: { cidr: `${address}/32` } }));
  if (endpoint.kind === 'ranges')
    return endpoint.ranges.map((cidr) => ({ ipBlock: { cidr, except: endpoint.except && [...endpoint.except] } }));
  return [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': endpoint.namespaceName } },
      podSelector: selector(endpoint),
    },
  ];
}

function ports({ port }: IConnection) {
  // Without a number every port of the protocol: Cilium before 1.16 would open the first port of a range alone.
  if (port.first === 1 && port.last === 65535) return [{ protocol: port.protocol.toUpperCase() }];
  return [{ protocol: port.protocol.toUpperCase(), port: `${port.first}`, endPort: port.single ? undefined : port.last }];
}
