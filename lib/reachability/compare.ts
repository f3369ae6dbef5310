import { Allowance } from './allowance';
import type { Cells } from './cell';
import { createMatrix } from './matrix';
import { PortSet } from './port-set';

/** Change of reachability between two states of a stack. */
export interface Change {
  readonly kind: 'opened' | 'closed';
  readonly from: string;
  readonly to: string;
  readonly ports: PortSet;

  /** False when the ports are possible and not certain. */
  readonly certain: boolean;
  readonly sentence: string;
}

/** Lists pairs that were opened or closed, the opened ones first. */
export function compare(base: Cells, head: Cells): Change[] {
  const before = collectByName(base);
  const after = collectByName(head);
  const changes = [...new Set([...after.keys(), ...before.keys()])].flatMap((key): Change[] => {
    const [from, to] = JSON.parse(key) as [string, string];
    const was = before.get(key)?.allowance ?? Allowance.nothing;
    const is = after.get(key)?.allowance ?? Allowance.nothing;
    const isPlural = (after.get(key) ?? before.get(key))?.isPlural === true;
    return [
      ...createChanges('opened', { from, to, isPlural }, is.certain.minus(was.possible), true),
      ...createChanges('opened', { from, to, isPlural }, is.unknown.minus(was.possible), false),
      ...createChanges('closed', { from, to, isPlural }, was.certain.minus(is.possible), true),
      ...createChanges('closed', { from, to, isPlural }, was.unknown.minus(is.possible), false),
    ];
  });
  return [...changes.filter(({ kind }) => kind === 'opened'), ...changes.filter(({ kind }) => kind === 'closed')];
}

interface Names {
  readonly from: string;
  readonly to: string;

  /** True when the name of the client is a plural noun. */
  readonly isPlural: boolean;
}

function createChanges(kind: Change['kind'], { from, to, isPlural }: Names, ports: PortSet, certain: boolean): Change[] {
  if (ports.isEmpty) return [];
  const reaches = isPlural ? 'reach' : 'reaches';
  const verb =
    kind === 'opened' ? (certain ? `newly ${reaches}` : 'may newly reach') : certain ? `no longer ${reaches}` : 'no longer may reach';
  return [{ kind, from, to, ports, certain, sentence: `${from} ${verb} ${to} at ${ports.inWords()}` }];
}

interface NamedAllowance {
  readonly allowance: Allowance;
  readonly isPlural: boolean;
}

/** Allowances by the names of client and server; a group is one name where its members do not differ. */
function collectByName(reachability: Cells): Map<string, NamedAllowance> {
  const { units, at } = createMatrix(reachability);
  const result = new Map<string, NamedAllowance>();
  for (const from of units) {
    for (const to of from.reaches) {
      const allowance = at(from, to);
      if (allowance) result.set(JSON.stringify([from.name, to.name]), { allowance, isPlural: from.members[0]?.isPlural === true });
    }
  }
  return result;
}
