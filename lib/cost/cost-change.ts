import type { Cost, CostLine } from './cost';

/** Component whose cost changes. */
export interface CostLineChange {
  readonly kind: CostLine['kind'];
  readonly address: string;
  readonly before?: CostLine;
  readonly after?: CostLine;
}

/** Cost of a stack before and after a change. */
export interface CostChange {
  /** Absent before the first deploy. */
  readonly before?: Cost;
  readonly after: Cost;

  /** Components whose cost changes, largest change first. */
  readonly changed: readonly CostLineChange[];
}

/** Compares two costs by component. */
export function compareCosts(before: Cost | undefined, after: Cost): CostChange {
  const parts = new Map<string, CostLineChange>();
  const keyOf = ({ kind, address }: CostLine): string => `${kind} ${address}`;
  for (const line of before?.lines ?? []) parts.set(keyOf(line), { kind: line.kind, address: line.address, before: line });
  for (const line of after.lines)
    parts.set(keyOf(line), { ...parts.get(keyOf(line)), kind: line.kind, address: line.address, after: line });
  const moved = ({ before: old, after: now }: CostLineChange): number =>
    Math.max(...(['minimum', 'expected', 'maximum'] as const).map((name) => Math.abs((now?.band[name] ?? 0) - (old?.band[name] ?? 0))));
  return {
    ...(before === undefined ? {} : { before }),
    after,
    changed: before === undefined ? [] : [...parts.values()].filter((part) => moved(part) >= CENT).sort((a, b) => moved(b) - moved(a)),
  };
}

/** Minimum difference that is a change. */
const CENT = 0.01;
