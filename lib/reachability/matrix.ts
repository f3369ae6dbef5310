import type { Allowance } from './allowance';
import type { Cells } from './cell';
import type { Endpoint } from './endpoint';

/** Row or column: one endpoint, or a group of endpoints with equal rows and columns. */
export interface Unit {
  readonly name: string;
  readonly members: readonly Endpoint[];

  /** Units with at least one possible port. */
  readonly reaches: ReadonlySet<Unit>;
}

/** Reachability matrix with equal endpoints of a group merged. */
export interface Matrix {
  readonly units: readonly Unit[];
  at(from: Unit, to: Unit): Allowance | undefined;
}

/** Creates the matrix. */
export function createMatrix(reachability: Cells): Matrix {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of reachability.endpoints) {
    const key = endpoint.group === undefined ? `endpoint ${endpoint.id}` : `group ${endpoint.group}`;
    const group = groups.get(key);
    if (group) group.push(endpoint);
    else groups.set(key, [endpoint]);
  }
  const units: { name: string; members: readonly Endpoint[]; reaches: Set<Unit> }[] = [];
  const unitOf = new Map<Endpoint, Unit>();
  for (const members of groups.values()) {
    const together = isUniform(reachability, members) ? [members] : members.map((member) => [member]);
    for (const part of together) {
      const unit = { name: part.length > 1 ? part[0]!.group! : part[0]!.label, members: part, reaches: new Set<Unit>() };
      units.push(unit);
      for (const member of part) unitOf.set(member, unit);
    }
  }
  const rows = new Map<Unit, Map<Unit, Allowance>>();
  for (const { from, to, allowance } of reachability.cells) {
    const client = unitOf.get(from)! as (typeof units)[number];
    const server = unitOf.get(to)!;
    client.reaches.add(server);
    const row = rows.get(client);
    if (row) row.set(server, allowance);
    else rows.set(client, new Map([[server, allowance]]));
  }
  return { units, at: (from, to) => rows.get(from)?.get(to) };
}

/** True when all members have equal rows and columns. */
function isUniform(reachability: Cells, members: readonly Endpoint[]): boolean {
  if (members.length === 1) return true;
  const same = (a: Allowance | undefined, b: Allowance | undefined) => (a && b ? a.equals(b) : a === b);
  const [first, second, ...others] = members as [Endpoint, Endpoint, ...Endpoint[]];
  const isMember = new Set<Endpoint>(members);
  const among = reachability.cell(first, second)?.allowance;
  return (
    [second, ...others].every((member) =>
      reachability.endpoints.every(
        (endpoint) =>
          isMember.has(endpoint) ||
          (same(reachability.cell(first, endpoint)?.allowance, reachability.cell(member, endpoint)?.allowance) &&
            same(reachability.cell(endpoint, first)?.allowance, reachability.cell(endpoint, member)?.allowance)),
      ),
    ) && members.every((from) => members.every((to) => from === to || same(among, reachability.cell(from, to)?.allowance)))
  );
}
