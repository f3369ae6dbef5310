import { Token } from 'cdktf';
import { Cidr } from '../core/cidr';
import { ValidationError } from '../core/validation-error';
import type { Edge } from './edge';
import type { Endpoint, PodsEndpoint, RangesEndpoint } from './endpoint';

/**
 * Destinations to which GKE leaves pods their own address; everywhere else they arrive with their node's
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

/** Fails when no rules can make a connection work: better now than as a timeout that nobody can explain. */
export function requirePossible(edge: Edge, from: Endpoint, to: Endpoint): void {
  const { client, server, port } = edge;
  const fail = (rule: string, got: string) => {
    throw new ValidationError(server.construct, `${rule}, got ${got}`);
  };
  if (from.kind === 'ranges' && to.kind === 'ranges') {
    fail("'client' and 'server' must not both be ranges of addresses", `'${client.name}' and '${server.name}'`);
  }

  const refused =
    (from.kind === 'ranges' && from.refuses?.('client', to, port)) || (to.kind === 'ranges' && to.refuses?.('server', from, port));
  if (refused) fail(refused, `'${client.name}' for '${server.name}' at ${port}`);

  if (from.kind === 'pods' && to.kind === 'ranges') requireNoPods(edge, 'server', to, from);
  if (from.kind === 'ranges' && to.kind === 'pods') requireNoPods(edge, 'client', from, to);

  if (from.kind !== 'pods') return;
  const reached = to.kind === 'machines' ? [to.network.dataSubnet.range] : to.kind === 'ranges' && to.throughVpc ? to.ranges : [];
  const keep = PODS_KEEP_THEIR_ADDRESS.map((range) => Cidr.parse(edge, 'ranges', range));
  for (const range of reached) {
    if (Token.isUnresolved(range) || keep.some((kept) => kept.contains(Cidr.parse(edge, 'ranges', range)))) continue;
    fail(
      `'server' must be where pods arrive with their own address, which rules admit them by, and not with their node's (${PODS_KEEP_THEIR_ADDRESS.join(', ')})`,
      `${range} of '${server.name}'`,
    );
  }
}

/** Policies know pods, services and nodes of the cluster by what they are; their addresses match no block. */
function requireNoPods(edge: Edge, role: 'client' | 'server', endpoint: RangesEndpoint, { network }: PodsEndpoint): void {
  const own = { pods: network.podRange, services: network.serviceRange, nodes: network.nodeSubnet.range };
  const parse = (text: string) => Cidr.parse(edge, 'ranges', text);
  const except = endpoint.except?.map(parse) ?? [];
  for (const [what, text] of Object.entries(own)) {
    if (Token.isUnresolved(text)) continue;
    const range = parse(text);
    const meant = endpoint.ranges.find((candidate) => parse(candidate).overlaps(range) && !except.some((hole) => hole.contains(range)));
    if (meant === undefined) continue;
    throw new ValidationError(
      edge.server.construct,
      `'${role}' must not be addresses of the cluster's own ${what} (${range}), which no policy matches: name the workload or its namespace, ` +
        `got ${meant} of '${edge[role].name}'`,
    );
  }
}
