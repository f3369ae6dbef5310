import type { Cost, CostLine } from './cost';
import { countUnpriced } from './unpriced';

/** Component whose cost changes. */
export interface CostLineChange {
  readonly kind: CostLine['kind'];
  readonly address: string;

  /** Absent for a new component, and for one without a price before. */
  readonly before?: CostLine;
  readonly after?: CostLine;

  /** Side on which the resource exists and has no price. */
  readonly notPriced?: 'before' | 'after';
}

/** Number of resources of a type without a price, when it changes. */
export interface UnpricedChange {
  readonly what: string;
  readonly before: number;
  readonly after: number;
}

/** Cost of a stack before and after a change. */
export interface CostChange {
  /** Absent before the first deploy. */
  readonly before?: Cost;
  readonly after: Cost;

  /** Components whose cost changes, largest change first. */
  readonly changed: readonly CostLineChange[];

  /** Types of which more or fewer resources have no price. */
  readonly notPricedChanged: readonly UnpricedChange[];
}

/** Compares two costs by component. */
export function compareCosts(before: Cost | undefined, after: Cost): CostChange {
  const parts = new Map<string, CostLineChange>();
  const keyOf = ({ kind, address }: CostLine): string => `${kind} ${address}`;
  for (const line of before?.lines ?? []) parts.set(keyOf(line), { kind: line.kind, address: line.address, before: line });
  for (const line of after.lines)
    parts.set(keyOf(line), { ...parts.get(keyOf(line)), kind: line.kind, address: line.address, after: line });
  const unpriced = { before: listUnpricedAddresses(before), after: listUnpricedAddresses(after) };
  for (const [key, part] of parts) {
    const side = part.before === undefined ? 'before' : 'after';
    if (part[side] === undefined && unpriced[side].has(part.address)) parts.set(key, { ...part, notPriced: side });
  }
  const moved = ({ before: old, after: now }: CostLineChange): number =>
    Math.max(...(['minimum', 'expected', 'maximum'] as const).map((name) => Math.abs((now?.band[name] ?? 0) - (old?.band[name] ?? 0))));
  return {
    ...(before === undefined ? {} : { before }),
    after,
    changed: before === undefined ? [] : [...parts.values()].filter((part) => moved(part) >= CENT).sort((a, b) => moved(b) - moved(a)),
    notPricedChanged: before === undefined ? [] : compareUnpriced(before, after),
  };
}

function listUnpricedAddresses(cost: Cost | undefined): ReadonlySet<string> {
  return new Set(cost?.notPriced.flatMap(({ address }) => address ?? []));
}

function compareUnpriced(before: Cost, after: Cost): UnpricedChange[] {
  const [was, is] = [countUnpriced(before), countUnpriced(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((what) => ({ what, before: was.get(what) ?? 0, after: is.get(what) ?? 0 }))
    .filter((change) => change.before !== change.after)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

/** Minimum difference that is a change. */
const CENT = 0.01;
