import { ComputeFirewall, type ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall';
import { type TerraformResource, TerraformStack } from 'cdktf';
import { COMPUTE_NAME_LENGTH, kebabCase, shorten } from '../core/physical-name';
import { FirewallPriority } from '../network/firewall-priority';
import type { INetwork } from '../network/network-reference';
import type { Endpoint, MachinesEndpoint, PodsEndpoint, RangesEndpoint } from './endpoint';
import type { IConnection } from './participant';

/**
 * The VPC's side of a connection to virtual machines.
 *
 * Pods keep their own address when they leave the node, so they are admitted by the pod range: node tags and node
 * service accounts do not match them. Machines are admitted by service account on both sides, which Google Cloud does
 * not let be mixed with tags; one machine among others of its account, by its address.
 */
export function firewallToMachines(connection: IConnection, server: MachinesEndpoint, client: Endpoint): void {
  firewall(connection, 'Firewall', server.network, connection.ruleName.ingress, {
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
export function firewallToNodes(connection: IConnection, server: PodsEndpoint, client: MachinesEndpoint | RangesEndpoint): void {
  firewall(connection, 'Firewall', server.network, connection.ruleName.ingress, {
    direction: 'INGRESS',
    sourceRanges: addressesOf(client),
    targetTags: [server.nodeTag],
  });
}

/** The way out of virtual machines, which the network denies them otherwise. A rule out knows servers by address alone. */
export function firewallFromMachines(connection: IConnection, client: MachinesEndpoint, server: Endpoint): TerraformResource {
  return firewall(connection, 'FirewallEgress', client.network, connection.ruleName.egress, {
    direction: 'EGRESS',
    targetServiceAccounts: [client.serviceAccountEmail],
    sourceRanges: client.byAddress ? addressesOf(client) : undefined,
    destinationRanges: addressesOf(server),
    ...(server.kind === 'ranges' && server.except ? { priority: FirewallPriority.INTERNET } : {}),
  });
}

function firewall(
  connection: IConnection,
  id: string,
  network: INetwork,
  name: string,
  config: Partial<ComputeFirewallConfig>,
): TerraformResource {
  const { port } = connection;
  return new ComputeFirewall(connection, id, {
    project: network.project.projectId,
    name: shorten(`${kebabCase(TerraformStack.of(connection).node.id)}-${name}`, COMPUTE_NAME_LENGTH),
    description: connection.reason,
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
