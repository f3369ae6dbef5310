import type { Sandbox } from '../../lib/sandbox';

/** Calls of one life, by what they showed of the requests. */
export interface CallTable {
  /** Calls by API and method. */
  readonly counts: Readonly<Record<string, number>>;

  /** Calls that the simulated APIs do not have. */
  readonly missing: readonly string[];

  /** Fields that Google's documents do not have. */
  readonly doubts: readonly string[];
}

/** Sums up the calls that the real plugins made. */
export function tableOf({ calls }: Sandbox): CallTable {
  const counts: Record<string, number> = {};
  const missing = new Set<string>();
  const doubts = new Set<string>();
  for (const call of calls) {
    const key = `${call.api} ${call.method === 'GET' ? 'read' : 'write'}`;
    counts[key] = (counts[key] ?? 0) + 1;
    if (call.code === 501) missing.add(`${call.method} ${call.api}/${call.path}`);
    for (const doubt of call.doubts) doubts.add(`${call.api}: ${doubt}`);
  }
  return { counts, missing: [...missing], doubts: [...doubts] };
}
