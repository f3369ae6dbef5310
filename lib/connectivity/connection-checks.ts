import { Token } from 'cdktf';
import { Cidr } from '../core/cidr';
import { ValidationError } from '../core/validation-error';
import type { INetwork } from '../network/network-reference';
import type { Endpoint, RangesEndpoint } from './endpoint';
import type { IConnection } from './participant';

/**
 * Destinations to which traffic of pods keeps the address of the pod. To others it has the address of the node
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/ip-masquerade-agent, default non-masquerade destinations).
 */
const PODS_KEEP_THEIR_ADDRESS = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
];

/**
 * Validates that rules can allow a connection. Otherwise it would end in timeouts after the deploy.
 *
 * @throws ValidationError when no rules can allow it
 */
export function requirePossible(connection: IConnection, from: Endpoint, to: Endpoint): void {
  const { client, server, port } = connection;
  const fail = (rule: string, got: string) => {
    throw new ValidationError(server.construct, `${rule}, got ${got}`);
  };
  if (from.kind === 'ranges' && to.kind === 'ranges') {
    fail("'client' and 'server' must not both be ranges of addresses", `'${client.name}' and '${server.name}'`);
  }

  const refused =
    (from.kind === 'ranges' && from.refuses?.('client', to, port)) || (to.kind === 'ranges' && to.refuses?.('server', from, port));
  if (refused) fail(refused, `'${client.name}' for '${server.name}' at ${port}`);

  if (from.kind === 'ranges' && to.kind !== 'ranges') requireOutsideOf(connection, 'client', from, to);
  if (to.kind === 'ranges' && from.kind !== 'ranges') requireOutsideOf(connection, 'server', to, from);

  if (from.kind !== 'pods') return;
  const reached = to.kind === 'instances' ? listDataRanges(to.network) : to.kind === 'ranges' && to.throughVpc ? to.ranges : [];
  const keep = PODS_KEEP_THEIR_ADDRESS.map((range) => Cidr.parse(connection, 'ranges', range));
  for (const range of reached) {
    if (Token.isUnresolved(range) || keep.some((kept) => kept.contains(Cidr.parse(connection, 'ranges', range)))) continue;
    fail(
      `'server' must be in ranges to which traffic of pods keeps the address of the pod, which rules match (${PODS_KEEP_THEIR_ADDRESS.join(', ')})`,
      `${range} of '${server.name}'`,
    );
  }
}

/**
 * Validates that a range is outside of the network. NetworkPolicies match pods, services and nodes of the cluster by identity, and
 * never by their addresses. VPC firewall rules match addresses: there a range may lie in a subnet of the network, for resources
 * of another stack, but must not contain one, which would allow more than it names.
 */
function requireOutsideOf(
  connection: IConnection,
  role: 'client' | 'server',
  endpoint: RangesEndpoint,
  other: Exclude<Endpoint, RangesEndpoint>,
): void {
  if (endpoint.withinNetwork) return;
  const parse = (text: string) => Cidr.parse(connection, 'ranges', text);
  const except = endpoint.except?.map(parse) ?? [];
  for (const [kind, text] of Object.entries(listOwnRanges(other.network, other.kind))) {
    if (Token.isUnresolved(text)) continue;
    const own = parse(text);
    const overlaps = (range: Cidr) => range.overlaps(own) && !except.some((hole) => hole.contains(own));
    const wrong = endpoint.ranges.map(parse).find((range) => overlaps(range) && (other.kind === 'pods' || !own.contains(range)));
    if (wrong === undefined) continue;
    const rule =
      other.kind === 'pods'
        ? `must not be addresses of the cluster's own ${kind} (${own}), which no policy matches: name the workload or its namespace`
        : `must not be a range that holds the network's own ${kind} (${own}) among others: name the one that is meant`;
    throw new ValidationError(connection.server.construct, `'${role}' ${rule}, got ${wrong} of '${connection[role].name}'`);
  }
}

function listOwnRanges(network: INetwork, kind: 'pods' | 'instances'): Record<string, string> {
  const nodes = { pods: network.podRange, nodes: network.nodeSubnet.range };
  if (kind === 'pods') return { ...nodes, services: network.serviceRange };
  return Object.fromEntries([...Object.entries(nodes), ...listDataRanges(network).map((range) => ['VM instances', range])]);
}

function listDataRanges({ dataSubnet }: INetwork): string[] {
  return dataSubnet ? [dataSubnet.range] : [];
}
