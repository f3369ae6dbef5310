import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Cidr } from '../core/cidr';
import { requireDistinct } from '../core/require';
import { requireNoTemplate } from '../core/template-text';
import { ValidationError } from '../core/validation-error';
import { type INetwork, requireDataSubnet } from '../network/network-reference';
import type { CassandraRingNode } from './cassandra-node';
import { requireZone } from './persistent-disk';

/** Placement of a ring's nodes in racks, zones and addresses. */
export interface RingPlacement {
  readonly network: INetwork;
  readonly replicationFactor: number;
  readonly nodes: Readonly<Record<string, CassandraRingNode>>;
}

/** Requires one rack for each replica, and distinct usable addresses in the data subnet. */
export function requirePlacement(scope: IConstruct, placement: RingPlacement): void {
  requireZones(scope, placement);
  requireRacks(scope, placement);
  requireAddresses(scope, placement);
}

/** Rack that a node reports to Cassandra. */
export function rackName({ rack, zone }: CassandraRingNode): string {
  return rack ?? zone;
}

function requireZones(scope: IConstruct, { network: { region }, nodes }: RingPlacement): void {
  for (const [name, { zone }] of Object.entries(nodes)) {
    requireZone(scope, `nodes.${name}.zone`, zone);
    if (!Token.isUnresolved(region) && !zone.startsWith(`${region}-`)) {
      throw new ValidationError(scope, `'nodes.${name}.zone' must be in the network's region (${region}), got '${zone}'`);
    }
  }
}

/**
 * Requires one rack for each replica, one zone for each rack, and the same number of nodes in each rack. Then every rack holds every row
 * exactly once.
 */
function requireRacks(scope: IConstruct, { replicationFactor, nodes }: RingPlacement): void {
  const zones = new Map<string, string>();
  const sizes = new Map<string, number>();
  for (const options of Object.values(nodes)) {
    const rack = rackName(options);
    if ((zones.get(rack) ?? options.zone) !== options.zone) {
      throw new ValidationError(scope, `'nodes' must have one zone per rack, got ${zones.get(rack)} and ${options.zone} in rack '${rack}'`);
    }
    zones.set(rack, options.zone);
    sizes.set(rack, (sizes.get(rack) ?? 0) + 1);
  }
  if (new Set(zones.values()).size !== zones.size) {
    throw new ValidationError(scope, `'nodes' must have one rack per zone, got ${list(zones)}`);
  }
  if (sizes.size !== replicationFactor) {
    throw new ValidationError(
      scope,
      `'nodes' must be in as many racks as replicationFactor (${replicationFactor}), got ${sizes.size}: ${[...sizes.keys()].join(', ')}`,
    );
  }
  if (new Set(sizes.values()).size > 1) {
    throw new ValidationError(scope, `'nodes' must have the same number of nodes in each rack, got ${list(sizes)}`);
  }
}

function list(map: ReadonlyMap<string, string | number>): string {
  return [...map].map(([key, value]) => `${key}: ${value}`).join(', ');
}

function requireAddresses(scope: IConstruct, { network, nodes }: RingPlacement): void {
  const { range } = requireDataSubnet(scope, network);
  for (const [name, { address }] of Object.entries(nodes)) {
    if (address !== undefined) requireNoTemplate(scope, `nodes.${name}.address`, address, 'an address');
  }
  const given = Object.entries(nodes).flatMap(([name, { address }]) =>
    address === undefined || Token.isUnresolved(address) ? [] : [[name, address] as const],
  );
  if (given.length > 0) requireDistinct(scope, 'nodes.address', given, ([, address]) => address);
  for (const [name, address] of given) {
    const prop = `nodes.${name}.address`;
    const host = Cidr.parse(scope, prop, `${address}/32`);
    if (Token.isUnresolved(range)) continue;
    const subnet = Cidr.parse(scope, 'dataSubnet.range', range);
    const reserved = [0, 1, subnet.size - 2, subnet.size - 1].map((n) => subnet.address(n));
    if (!subnet.contains(host)) {
      throw new ValidationError(scope, `'${prop}' must be in the network's data subnet (${range}), got '${address}'`);
    }
    if (reserved.includes(address)) {
      throw new ValidationError(
        scope,
        `'${prop}' must not be one of the four addresses Google keeps (${reserved.join(', ')}), got '${address}'`,
      );
    }
  }
}
