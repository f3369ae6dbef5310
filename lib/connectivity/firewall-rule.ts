import { ComputeFirewall, type ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall';
import { TerraformStack } from 'cdktf';
import { COMPUTE_NAME_LENGTH, kebabCase, shorten } from '../core/physical-name';
import type { INetwork } from '../network/network-reference';
import type { Edge } from './edge';
import { type Endpoint, type MachinesEndpoint, type PodsEndpoint, type RangesEndpoint, rangesOf } from './endpoint';

/**
 * The VPC's side of a connection to virtual machines.
 *
 * Pods keep their own address when they leave the node, so they are admitted by the pod range: node tags and node
 * service accounts do not match them. Machines are admitted by service account on both sides, which Google Cloud does
 * not let be mixed with tags.
 */
export function firewallToMachines(edge: Edge, server: MachinesEndpoint, client: Endpoint): void {
  firewall(edge, server.network, { ...sources(client), targetServiceAccounts: [server.serviceAccountEmail] });
}

/** The VPC's side of a connection to pods, for clients that are no pods: the firewall knows pods by their nodes. */
export function firewallToNodes(edge: Edge, server: PodsEndpoint, client: MachinesEndpoint | RangesEndpoint): void {
  firewall(edge, server.network, { sourceRanges: rangesOf(client), targetTags: [server.nodeTag] });
}

function firewall(edge: Edge, network: INetwork, sourcesAndTargets: Partial<ComputeFirewallConfig>): void {
  const { port } = edge;
  new ComputeFirewall(edge, 'Firewall', {
    project: network.project.projectId,
    name: shorten(`${kebabCase(TerraformStack.of(edge).node.id)}-${edge.ruleName.ingress}`, COMPUTE_NAME_LENGTH),
    description: edge.reason,
    network: network.networkId,
    direction: 'INGRESS',
    ...sourcesAndTargets,
    allow: [{ protocol: port.protocol, ports: [port.single ? `${port.first}` : `${port.first}-${port.last}`] }],
  });
}

function sources(client: Endpoint): Partial<ComputeFirewallConfig> {
  switch (client.kind) {
    case 'pods':
      return { sourceRanges: [client.network.podRange] };
    case 'machines':
      return { sourceServiceAccounts: [client.serviceAccountEmail] };
    case 'ranges':
      return { sourceRanges: rangesOf(client) };
  }
}
