import { Allowance } from './allowance';
import type { Cells } from './cell';
import { matrixOf } from './matrix';
import { PortSet } from './port-set';

/** One difference between two states of a stack. */
export interface Change {
  readonly kind: 'opened' | 'closed';
  readonly from: string;
  readonly to: string;
  readonly ports: PortSet;

  /** Whether it is for certain. */
  readonly certain: boolean;
  readonly sentence: string;
}

/** Who newly reaches whom, and who no longer does. What opened comes first. */
export function compare(base: Cells, head: Cells): Change[] {
  const before = cellsByName(base);
  const after = cellsByName(head);
  const changes = [...new Set([...after.keys(), ...before.keys()])].flatMap((key): Change[] => {
    const [from, to] = JSON.parse(key) as [string, string];
    const was = before.get(key) ?? Allowance.nothing;
    const is = after.get(key) ?? Allowance.nothing;
    return [
      ...change('opened', from, to, is.certain.minus(was.possible), true),
      ...change('opened', from, to, is.unknown.minus(was.possible), false),
      ...change('closed', from, to, was.certain.minus(is.possible), true),
      ...change('closed', from, to, was.unknown.minus(is.possible), false),
    ];
  });
  return [...changes.filter(({ kind }) => kind === 'opened'), ...changes.filter(({ kind }) => kind === 'closed')];
}

function change(kind: Change['kind'], from: string, to: string, ports: PortSet, certain: boolean): Change[] {
  if (ports.isEmpty) return [];
  const verb = kind === 'opened' ? (certain ? 'newly reaches' : 'may newly reach') : certain ? 'no longer reaches' : 'no longer may reach';
  return [{ kind, from, to, ports, certain, sentence: `${from} ${verb} ${to} at ${ports.inWords()}` }];
}

/** Groups by their name, as long as their members do not differ. */
function cellsByName(reachability: Cells): Map<string, Allowance> {
  const { units, at } = matrixOf(reachability);
  const result = new Map<string, Allowance>();
  for (const from of units) {
    for (const to of from.reaches) {
      const allowance = at(from, to);
      if (allowance) result.set(JSON.stringify([from.name, to.name]), allowance);
    }
  }
  return result;
}
