import { ComputeFirewall, type ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall';
import { type TerraformResource, TerraformStack } from 'cdktf';
import { Cidr } from '../core/cidr';
import { COMPUTE_NAME_LENGTH, kebabCase, shorten } from '../core/physical-name';
import { FirewallPriority } from '../network/firewall-priority';
import type { INetwork } from '../network/network-reference';
import type { Edge } from './edge';
import type { Endpoint, MachinesEndpoint, PodsEndpoint, RangesEndpoint } from './endpoint';

/**
 * The VPC's side of a connection to virtual machines.
 *
 * Pods keep their own address when they leave the node, so they are admitted by the pod range: node tags and node
 * service accounts do not match them. Machines are admitted by service account on both sides, which Google Cloud does
 * not let be mixed with tags; one machine among others of its account, by its address.
 */
export function firewallToMachines(edge: Edge, server: MachinesEndpoint, client: Endpoint): void {
  firewall(edge, 'Firewall', server.network, edge.ruleName.ingress, {
    direction: 'INGRESS',
    ...sources(client),
    targetServiceAccounts: [server.serviceAccountEmail],
    destinationRanges: server.byAddress ? addressesOf(edge, server) : undefined,
  });

  function sources(from: Endpoint): Partial<ComputeFirewallConfig> {
    if (from.kind === 'machines' && !from.byAddress) return { sourceServiceAccounts: [from.serviceAccountEmail] };
    return { sourceRanges: addressesOf(edge, from) };
  }
}

/** The VPC's side of a connection to pods, for clients that are no pods: the firewall knows pods by their nodes. */
export function firewallToNodes(edge: Edge, server: PodsEndpoint, client: MachinesEndpoint | RangesEndpoint): void {
  firewall(edge, 'Firewall', server.network, edge.ruleName.ingress, {
    direction: 'INGRESS',
    sourceRanges: addressesOf(edge, client),
    targetTags: [server.nodeTag],
  });
}

/** The way out of virtual machines, which the network denies them otherwise. A rule out knows servers by address alone. */
export function firewallFromMachines(edge: Edge, client: MachinesEndpoint, server: Endpoint): TerraformResource {
  return firewall(edge, 'FirewallEgress', client.network, edge.ruleName.egress, {
    direction: 'EGRESS',
    targetServiceAccounts: [client.serviceAccountEmail],
    sourceRanges: client.byAddress ? addressesOf(edge, client) : undefined,
    destinationRanges: addressesOf(edge, server),
  });
}

function firewall(edge: Edge, id: string, network: INetwork, name: string, config: Partial<ComputeFirewallConfig>): TerraformResource {
  const { port } = edge;
  return new ComputeFirewall(edge, id, {
    project: network.project.projectId,
    name: shorten(`${kebabCase(TerraformStack.of(edge).node.id)}-${name}`, COMPUTE_NAME_LENGTH),
    description: edge.reason,
    network: network.networkId,
    priority: FirewallPriority.DECLARED,
    ...config,
    allow: [{ protocol: port.protocol, ports: [port.single ? `${port.first}` : `${port.first}-${port.last}`] }],
    logConfig: network.firewallLogging === 'all' ? { metadata: 'INCLUDE_ALL_METADATA' } : undefined,
  });
}

/** A firewall rule has no exceptions, so what is left without them is written out. */
function addressesOf(edge: Edge, endpoint: Endpoint): string[] {
  switch (endpoint.kind) {
    case 'pods':
      return [endpoint.network.podRange];
    case 'machines':
      return Object.values(endpoint.addresses).map((address) => `${address}/32`);
    case 'ranges': {
      const parse = (text: string) => Cidr.parse(edge, 'ranges', text);
      const except = endpoint.except?.map(parse) ?? [];
      return endpoint.ranges.flatMap((range) => parse(range).without(except).map(String));
    }
  }
}
