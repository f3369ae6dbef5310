/** Numbers from the first to the last, both included. */
export type Interval = readonly [first: number, last: number];

/** Sorts intervals and joins those that touch. */
export function normalized(intervals: readonly Interval[]): readonly Interval[] {
  if (intervals.length < 2) return intervals;
  const result: [number, number][] = [];
  for (const [first, last] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const previous = result.at(-1);
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else result.push([first, last]);
  }
  return result;
}

export function intersection(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  return normalized(
    a.flatMap(([first, last]) =>
      b.flatMap(([from, to]): Interval[] => (first <= to && from <= last ? [[Math.max(first, from), Math.min(last, to)]] : [])),
    ),
  );
}

/** What of `a` is not in `b`. */
export function difference(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  return b.reduce<readonly Interval[]>(
    (rest, [from, to]) =>
      rest.flatMap(([first, last]): Interval[] => {
        if (to < first || last < from) return [[first, last]];
        const pieces: Interval[] = [];
        if (first < from) pieces.push([first, from - 1]);
        if (to < last) pieces.push([to + 1, last]);
        return pieces;
      }),
    a,
  );
}
