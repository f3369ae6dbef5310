import { ComputeFirewall, type ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall';
import { type TerraformResource, TerraformStack } from 'cdktf';
import { COMPUTE_NAME_LENGTH, kebabCase, shorten } from '../core/physical-name';
import { requireText } from '../core/template-text';
import { FirewallPriority } from '../network/firewall-priority';
import type { INetwork } from '../network/network-reference';
import type { Endpoint, InstancesEndpoint, PodsEndpoint, RangesEndpoint } from './endpoint';
import type { IConnection } from './participant';

/**
 * Creates the ingress rules of a connection to VM instances: one, unless a side has more service accounts than fit into a rule.
 *
 * Traffic of pods keeps the address of the pod, so the rule matches the pod range: node tags and node service accounts do not
 * match it. VM instances are matched by service account on both sides, which Google Cloud does not allow to combine with tags; a
 * single VM instance of an account is matched by its address.
 */
export function createInstanceIngressRules(connection: IConnection, server: InstancesEndpoint, client: Endpoint): void {
  const pairs = renderSources(client).flatMap((sources) => listAccounts(server).map((targets) => ({ sources, targets })));
  for (const [index, { sources, targets }] of pairs.entries()) {
    createFirewallRule(connection, numbered('Firewall', index), server.network, numbered(connection.ruleName.ingress, index, '--'), {
      direction: 'INGRESS',
      ...sources,
      targetServiceAccounts: targets,
      destinationRanges: server.byAddress ? listAddresses(server) : undefined,
    });
  }
}

function renderSources(client: Endpoint): Partial<ComputeFirewallConfig>[] {
  if (client.kind === 'instances' && !client.byAddress)
    return listAccounts(client).map((sourceServiceAccounts) => ({ sourceServiceAccounts }));
  return [{ sourceRanges: listAddresses(client) }];
}

/** Maximum number of source or target service accounts of one firewall rule. */
const ACCOUNTS_PER_RULE = 10;

/** Service accounts of an endpoint, as many as fit into each rule. */
function listAccounts({ serviceAccountEmail }: InstancesEndpoint): string[][] {
  const all = [serviceAccountEmail].flat();
  return Array.from({ length: Math.ceil(all.length / ACCOUNTS_PER_RULE) }, (_, group) =>
    all.slice(group * ACCOUNTS_PER_RULE, (group + 1) * ACCOUNTS_PER_RULE),
  );
}

/** Id or name of a rule; those after the first have a number. */
function numbered(name: string, index: number, separator = '-'): string {
  return index === 0 ? name : `${name}${separator}${index + 1}`;
}

/** Creates the ingress rule of a connection to pods from other endpoints. VPC firewall rules match pods by their nodes. */
export function createNodeIngressRule(connection: IConnection, server: PodsEndpoint, client: InstancesEndpoint | RangesEndpoint): void {
  createFirewallRule(connection, 'Firewall', server.network, connection.ruleName.ingress, {
    direction: 'INGRESS',
    sourceRanges: listAddresses(client),
    targetTags: [server.nodeTag],
  });
}

/** Creates the egress rules of VM instances, whose egress the network denies by default. Egress rules match servers by address only. */
export function createInstanceEgressRules(connection: IConnection, client: InstancesEndpoint, server: Endpoint): TerraformResource[] {
  return listAccounts(client).map((targetServiceAccounts, index) =>
    createFirewallRule(connection, numbered('FirewallEgress', index), client.network, numbered(connection.ruleName.egress, index, '--'), {
      direction: 'EGRESS',
      targetServiceAccounts,
      sourceRanges: client.byAddress ? listAddresses(client) : undefined,
      destinationRanges: listAddresses(server),
      ...(server.kind === 'ranges' && server.except ? { priority: FirewallPriority.INTERNET } : {}),
    }),
  );
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
