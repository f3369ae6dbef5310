import type { Allowance } from './allowance';
import type { Cells } from './cell';
import type { Peer } from './peer';

/** A row or a column: one peer, or a group whose members do not differ. */
export interface Unit {
  readonly name: string;
  readonly members: readonly Peer[];

  /** Units it reaches or may reach. */
  readonly reaches: ReadonlySet<Unit>;
}

/** Who reaches whom, with peers that do not differ as one. */
export interface Matrix {
  readonly units: readonly Unit[];
  at(from: Unit, to: Unit): Allowance | undefined;
}

/** Makes the matrix. */
export function matrixOf(reachability: Cells): Matrix {
  const groups = new Map<string, Peer[]>();
  for (const peer of reachability.peers) {
    const key = peer.group === undefined ? `peer ${peer.id}` : `group ${peer.group}`;
    const group = groups.get(key);
    if (group) group.push(peer);
    else groups.set(key, [peer]);
  }
  const units: { name: string; members: readonly Peer[]; reaches: Set<Unit> }[] = [];
  const unitOf = new Map<Peer, Unit>();
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

/** Whether every member reaches, and is reached, as every other. */
function isUniform(reachability: Cells, members: readonly Peer[]): boolean {
  if (members.length === 1) return true;
  const same = (a: Allowance | undefined, b: Allowance | undefined) => (a && b ? a.equals(b) : a === b);
  const [first, second, ...others] = members as [Peer, Peer, ...Peer[]];
  const isMember = new Set<Peer>(members);
  const among = reachability.cell(first, second)?.allowance;
  return (
    [second, ...others].every((member) =>
      reachability.peers.every(
        (peer) =>
          isMember.has(peer) ||
          (same(reachability.cell(first, peer)?.allowance, reachability.cell(member, peer)?.allowance) &&
            same(reachability.cell(peer, first)?.allowance, reachability.cell(peer, member)?.allowance)),
      ),
    ) && members.every((from) => members.every((to) => from === to || same(among, reachability.cell(from, to)?.allowance)))
  );
}
