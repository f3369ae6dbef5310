import { ComputeFirewall, type ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall';
import { type TerraformResource, TerraformStack } from 'cdktf';
import { COMPUTE_NAME_LENGTH, kebabCase, shorten } from '../core/physical-name';
import { requireText } from '../core/template-text';
import { FirewallPriority } from '../network/firewall-priority';
import type { INetwork } from '../network/network-reference';
import type { Endpoint, InstancesEndpoint, PodsEndpoint, RangesEndpoint } from './endpoint';
import type { IConnection } from './participant';

/**
 * Creates the ingress rule of a connection to VM instances.
 *
 * Traffic of pods keeps the address of the pod, so the rule matches the pod range: node tags and node service accounts do not
 * match it. VM instances are matched by service account on both sides, which Google Cloud does not allow to combine with tags; a
 * single VM instance of an account is matched by its address.
 */
export function createInstanceIngressRule(connection: IConnection, server: InstancesEndpoint, client: Endpoint): void {
  createFirewallRule(connection, 'Firewall', server.network, connection.ruleName.ingress, {
    direction: 'INGRESS',
    ...renderSources(client),
    targetServiceAccounts: [server.serviceAccountEmail],
    destinationRanges: server.byAddress ? listAddresses(server) : undefined,
  });
}

function renderSources(client: Endpoint): Partial<ComputeFirewallConfig> {
  if (client.kind === 'instances' && !client.byAddress) return { sourceServiceAccounts: [client.serviceAccountEmail] };
  return { sourceRanges: listAddresses(client) };
}

/** Creates the ingress rule of a connection to pods from other endpoints. VPC firewall rules match pods by their nodes. */
export function createNodeIngressRule(connection: IConnection, server: PodsEndpoint, client: InstancesEndpoint | RangesEndpoint): void {
  createFirewallRule(connection, 'Firewall', server.network, connection.ruleName.ingress, {
    direction: 'INGRESS',
    sourceRanges: listAddresses(client),
    targetTags: [server.nodeTag],
  });
}

/** Creates the egress rule of VM instances, whose egress the network denies by default. Egress rules match servers by address only. */
export function createInstanceEgressRule(connection: IConnection, client: InstancesEndpoint, server: Endpoint): TerraformResource {
  return createFirewallRule(connection, 'FirewallEgress', client.network, connection.ruleName.egress, {
    direction: 'EGRESS',
    targetServiceAccounts: [client.serviceAccountEmail],
    sourceRanges: client.byAddress ? listAddresses(client) : undefined,
    destinationRanges: listAddresses(server),
    ...(server.kind === 'ranges' && server.except ? { priority: FirewallPriority.INTERNET } : {}),
  });
}

function createFirewallRule(
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
    description: requireText(connection, 'reason', connection.reason),
    network: network.networkId,
    priority: FirewallPriority.DECLARED,
    ...config,
    allow: [{ protocol: port.protocol, ports: [port.single ? `${port.first}` : `${port.first}-${port.last}`] }],
    logConfig: network.firewallLogging === 'all' ? { metadata: 'INCLUDE_ALL_METADATA' } : undefined,
  });
}

function listAddresses(endpoint: Endpoint): string[] {
  switch (endpoint.kind) {
    case 'pods':
      return [endpoint.network.podRange];
    case 'instances':
      return Object.values(endpoint.addresses).map((address) => `${address}/32`);
    case 'ranges':
      return [...endpoint.ranges];
  }
}
