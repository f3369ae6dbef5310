/** Compares names in natural order: `n2` before `n10`. */
export function compareNaturally(a: string, b: string): number {
  const [one, other] = [a, b].map((name) => name.split(/(\d+)/)) as [string[], string[]];
  for (let index = 0; index < Math.min(one.length, other.length); index++) {
    const [left, right] = [one[index]!, other[index]!];
    if (left === right) continue;
    // Parts with an odd index are numbers.
    const difference = index % 2 === 1 ? Number(left) - Number(right) : 0;
    return difference !== 0 ? difference : left < right ? -1 : 1;
  }
  return one.length - other.length;
}
