/** Numbers from the first to the last, both included. */
export type Interval = readonly [first: number, last: number];

/** Sorts intervals and joins those that touch. */
export function normalize(intervals: readonly Interval[]): readonly Interval[] {
  if (intervals.length < 2) return intervals;
  const result: [number, number][] = [];
  for (const [first, last] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const previous = result.at(-1);
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else result.push([first, last]);
  }
  return result;
}

/** Intersection of normalized intervals. */
export function intersectIntervals(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [first, last] = a[i]!;
    const [from, to] = b[j]!;
    if (first <= to && from <= last) result.push([Math.max(first, from), Math.min(last, to)]);
    if (last < to) i += 1;
    else j += 1;
  }
  return result;
}

/** Difference of normalized intervals. */
export function subtractIntervals(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = [];
  let next = 0;
  for (const [first, last] of a) {
    let rest = first;
    while (next < b.length && b[next]![1] < first) next += 1;
    for (let hole = next; hole < b.length && b[hole]![0] <= last; hole += 1) {
      const [from, to] = b[hole]!;
      if (rest < from) result.push([rest, from - 1]);
      rest = to + 1;
    }
    if (rest <= last) result.push([rest, last]);
  }
  return result;
}
