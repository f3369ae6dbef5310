import type { DiskGeneration, DiskGenerations } from '../cassandra-contract/disk-generations';

/** Days for which a replaced disk is kept. */
export const KEEP_DAYS = 30;

/** Replacement of the data disk of one node. */
export interface NodeReplacement {
  readonly node: string;

  /** Source snapshot of the new disk. @default - a blank disk */
  readonly from?: string;

  /** Present generations that exist as disks. One that was never created, or was lost, is not kept. */
  readonly existing: readonly number[];
}

/** Generations after data disks were replaced by new ones. They are unfinished until `finishGenerations`. */
export function nextGenerations(
  generations: DiskGenerations,
  replacements: readonly NodeReplacement[],
  { replacedBy, now }: { readonly replacedBy: string; readonly now: number },
): DiskGenerations {
  const next = replacements.map(({ node, from, existing }): [string, DiskGeneration] => {
    const { generation = 1, kept = [] } = generations[node] ?? {};
    const replaced = { generation, replacedBy, replacedAt: day(now), keepUntil: day(now + KEEP_DAYS * 86_400_000) };
    const all = [...kept, replaced].filter((one) => existing.includes(one.generation));
    return [node, { generation: generation + 1, ...(from !== undefined && { from }), unfinished: replacedBy, kept: all }];
  });
  return { ...generations, ...Object.fromEntries(next) };
}

/** Generations after the operation that made them was completed. */
export function finishGenerations(generations: DiskGenerations): DiskGenerations {
  return Object.fromEntries(Object.entries(generations).map(([node, { unfinished: _, ...disk }]) => [node, disk]));
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
