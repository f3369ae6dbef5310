import { NetworkPolicyV1, type NetworkPolicyV1SpecEgressTo } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { shorten } from '../core/physical-name';
import { requireText } from '../core/template-text';
import type { Endpoint, PodsEndpoint } from './endpoint';
import type { IConnection } from './participant';

/** Maximum length of a NetworkPolicy name (RFC 1123 subdomain). */
const POLICY_NAME_LENGTH = 253;

/** Creates the policy of the server: allows ingress that its namespace denies by default. */
export function createIngressPolicy(connection: IConnection, server: PodsEndpoint, client: Endpoint): void {
  new NetworkPolicyV1(connection, 'Ingress', {
    provider: server.kubernetesProvider,
    metadata: renderMetadata(connection, connection.ruleName.ingress, server),
    spec: {
      podSelector: renderSelector(server),
      policyTypes: ['Ingress'],
      ingress: [{ from: renderPeers(client), ports: renderPorts(connection) }],
    },
  });
}

/** Creates the policy of the client: allows egress that its namespace denies by default. */
export function createEgressPolicy(connection: IConnection, client: PodsEndpoint, server: Endpoint): void {
  new NetworkPolicyV1(connection, 'Egress', {
    provider: client.kubernetesProvider,
    metadata: renderMetadata(connection, connection.ruleName.egress, client),
    spec: {
      podSelector: renderSelector(client),
      policyTypes: ['Egress'],
      egress: [{ to: renderPeers(server), ports: renderPorts(connection) }],
    },
  });
}

function renderMetadata(connection: IConnection, name: string, endpoint: PodsEndpoint) {
  return {
    name: shorten(name, POLICY_NAME_LENGTH),
    namespace: endpoint.namespaceReference ?? endpoint.namespaceName,
    annotations: { description: requireText(connection, 'reason', connection.reason) },
  };
}

function renderSelector({ labels }: PodsEndpoint) {
  return Object.keys(labels).length > 0 ? { matchLabels: labels } : {};
}

/** Renders the peers of a rule. Namespace and pod selector are one entry, so that both must match; of two entries, one would do. */
function renderPeers(endpoint: Endpoint): NetworkPolicyV1SpecEgressTo[] {
  if (endpoint.kind === 'instances') return Object.values(endpoint.addresses).map((address) => ({ ipBlock: { cidr: `${address}/32` } }));
  if (endpoint.kind === 'ranges')
    return endpoint.ranges.map((cidr) => ({ ipBlock: { cidr, except: endpoint.except && [...endpoint.except] } }));
  return [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': endpoint.namespaceName } },
      podSelector: renderSelector(endpoint),
    },
  ];
}

function renderPorts({ port }: IConnection) {
  // No number for all ports of a protocol: Cilium before 1.16 would allow only the first port of a range.
  if (port.first === 1 && port.last === 65535) return [{ protocol: port.protocol.toUpperCase() }];
  return [{ protocol: port.protocol.toUpperCase(), port: `${port.first}`, endPort: port.single ? undefined : port.last }];
}
