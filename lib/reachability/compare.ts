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
    const was = before.get(key) ?? Allowance.nothing;
    const is = after.get(key) ?? Allowance.nothing;
    return [
      ...createChanges('opened', from, to, is.certain.minus(was.possible), true),
      ...createChanges('opened', from, to, is.unknown.minus(was.possible), false),
      ...createChanges('closed', from, to, was.certain.minus(is.possible), true),
      ...createChanges('closed', from, to, was.unknown.minus(is.possible), false),
    ];
  });
  return [...changes.filter(({ kind }) => kind === 'opened'), ...changes.filter(({ kind }) => kind === 'closed')];
}

function createChanges(kind: Change['kind'], from: string, to: string, ports: PortSet, certain: boolean): Change[] {
  if (ports.isEmpty) return [];
  const verb = kind === 'opened' ? (certain ? 'newly reaches' : 'may newly reach') : certain ? 'no longer reaches' : 'no longer may reach';
  return [{ kind, from, to, ports, certain, sentence: `${from} ${verb} ${to} at ${ports.inWords()}` }];
}

/** Allowances by the names of client and server; a group is one name where its members do not differ. */
function collectByName(reachability: Cells): Map<string, Allowance> {
  const { units, at } = createMatrix(reachability);
  const result = new Map<string, Allowance>();
  for (const from of units) {
    for (const to of from.reaches) {
      const allowance = at(from, to);
      if (allowance) result.set(JSON.stringify([from.name, to.name]), allowance);
    }
  }
  return result;
}
