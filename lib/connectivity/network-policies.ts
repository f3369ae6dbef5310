import { NetworkPolicyV1, type NetworkPolicyV1SpecEgressTo } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { Edge } from './edge';
import type { Endpoint, PodsEndpoint } from './endpoint';

/** The server's side between pods: traffic that its namespace's default deny would drop comes in. */
export function ingressPolicy(edge: Edge, server: PodsEndpoint, client: Endpoint): void {
  new NetworkPolicyV1(edge, 'Ingress', {
    provider: server.kubernetesProvider,
    metadata: {
      name: `${edge.server.name}-from-${edge.client.name}-${portName(edge)}`,
      namespace: server.namespace,
      annotations: { description: edge.reason },
    },
    spec: {
      podSelector: { matchLabels: server.labels },
      policyTypes: ['Ingress'],
      ingress: [{ from: peers(client), ports: ports(edge) }],
    },
  });
}

/** The client's side: its namespace's default deny holds for what goes out too. */
export function egressPolicy(edge: Edge, client: PodsEndpoint, server: Endpoint): void {
  new NetworkPolicyV1(edge, 'Egress', {
    provider: client.kubernetesProvider,
    metadata: {
      name: `${edge.client.name}-to-${edge.server.name}-${portName(edge)}`,
      namespace: client.namespace,
      annotations: { description: edge.reason },
    },
    spec: {
      podSelector: { matchLabels: client.labels },
      policyTypes: ['Egress'],
      egress: [{ to: peers(server), ports: ports(edge) }],
    },
  });
}

/** Namespace and pods are one entry: both must match. Two entries would mean either. */
function peers(endpoint: Endpoint): NetworkPolicyV1SpecEgressTo[] {
  switch (endpoint.kind) {
    case 'pods':
      return [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': endpoint.namespace } },
          podSelector: { matchLabels: endpoint.labels },
        },
      ];
    case 'machines':
      return Object.values(endpoint.addresses).map((address) => ({ ipBlock: { cidr: `${address}/32` } }));
    case 'ranges':
      return endpoint.ranges.map((cidr) => ({ ipBlock: { cidr } }));
  }
}

function ports({ port }: Edge) {
  return [{ protocol: port.protocol.toUpperCase(), port: `${port.first}`, endPort: port.single ? undefined : port.last }];
}

function portName({ port }: Edge): string {
  return port.toString().replace('/', '-');
}
