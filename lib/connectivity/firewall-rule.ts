import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { TerraformStack } from 'cdktf';
import { COMPUTE_NAME_LENGTH, kebabCase, shorten } from '../core/physical-name';
import type { Edge } from './edge';
import type { Endpoint, MachinesEndpoint } from './endpoint';

/**
 * The VPC's side of a connection to virtual machines.
 *
 * Pods keep their own address when they leave the node, so they are admitted by the pod range: node tags and node
 * service accounts do not match them. Machines are admitted by service account on both sides, which Google Cloud does
 * not let be mixed with tags.
 */
export function firewallRule(edge: Edge, server: MachinesEndpoint, client: Endpoint): void {
  const { port } = edge;
  new ComputeFirewall(edge, 'Firewall', {
    project: server.network.project.projectId,
    name: shorten(`${kebabCase(TerraformStack.of(edge).node.id)}-${edge.ruleName.ingress}`, COMPUTE_NAME_LENGTH),
    description: edge.reason,
    network: server.network.networkId,
    direction: 'INGRESS',
    ...sources(client),
    targetServiceAccounts: [server.serviceAccountEmail],
    allow: [{ protocol: port.protocol, ports: [port.single ? `${port.first}` : `${port.first}-${port.last}`] }],
  });
}

function sources(client: Endpoint) {
  switch (client.kind) {
    case 'pods':
      return { sourceRanges: [client.network.podRange] };
    case 'machines':
      return { sourceServiceAccounts: [client.serviceAccountEmail] };
    case 'ranges':
      return { sourceRanges: [...client.ranges] };
  }
}
