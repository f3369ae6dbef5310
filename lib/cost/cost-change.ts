import type { Cost, CostLine } from './cost';

/** A part that costs something else than before. */
export interface CostLineChange {
  readonly kind: CostLine['kind'];
  readonly address: string;
  readonly before?: CostLine;
  readonly after?: CostLine;
}

/** What a stack costs before and after a change. */
export interface CostChange {
  /** Left out before the first deploy. */
  readonly before?: Cost;
  readonly after: Cost;

  /** Parts whose band moves, what moves most first. */
  readonly changed: readonly CostLineChange[];
}

/** Holds two costs against each other, part by part. */
export function costChange(before: Cost | undefined, after: Cost): CostChange {
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

/** Less than this is no change. */
const CENT = 0.01;
