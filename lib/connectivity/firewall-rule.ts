import { ComputeFirewall, type ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall';
import { type TerraformResource, TerraformStack } from 'cdktf';
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
    destinationRanges: server.byAddress ? addressesOf(server) : undefined,
  });
}

function sources(client: Endpoint): Partial<ComputeFirewallConfig> {
  if (client.kind === 'machines' && !client.byAddress) return { sourceServiceAccounts: [client.serviceAccountEmail] };
  return { sourceRanges: addressesOf(client) };
}

/** The VPC's side of a connection to pods, for clients that are no pods: the firewall knows pods by their nodes. */
export function firewallToNodes(edge: Edge, server: PodsEndpoint, client: MachinesEndpoint | RangesEndpoint): void {
  firewall(edge, 'Firewall', server.network, edge.ruleName.ingress, {
    direction: 'INGRESS',
    sourceRanges: addressesOf(client),
    targetTags: [server.nodeTag],
  });
}

/** The way out of virtual machines, which the network denies them otherwise. A rule out knows servers by address alone. */
export function firewallFromMachines(edge: Edge, client: MachinesEndpoint, server: Endpoint): TerraformResource {
  return firewall(edge, 'FirewallEgress', client.network, edge.ruleName.egress, {
    direction: 'EGRESS',
    targetServiceAccounts: [client.serviceAccountEmail],
    sourceRanges: client.byAddress ? addressesOf(client) : undefined,
    destinationRanges: addressesOf(server),
    ...(server.kind === 'ranges' && server.except ? { priority: FirewallPriority.INTERNET } : {}),
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

function addressesOf(endpoint: Endpoint): string[] {
  switch (endpoint.kind) {
    case 'pods':
      return [endpoint.network.podRange];
    case 'machines':
      return Object.values(endpoint.addresses).map((address) => `${address}/32`);
    case 'ranges':
      return [...endpoint.ranges];
  }
}
