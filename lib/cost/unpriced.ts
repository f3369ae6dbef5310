import type { Cost } from './cost';

/** Counts resources and modules without a price by type; what is paid by use is none. A resource without several prices counts once. */
export function countUnpriced({ notPriced }: Cost): Map<string, number> {
  const counts = new Map<string, number>();
  const addresses = new Set<string>();
  for (const { what, address, count = 1, weight } of notPriced) {
    if (weight === 'usage' || (address !== undefined && addresses.has(address))) continue;
    if (address !== undefined) addresses.add(address);
    counts.set(what, (counts.get(what) ?? 0) + count);
  }
  return counts;
}
