/** Address range as its first and last address. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Parses an IPv4 range such as `10.0.0.0/20`; undefined for an invalid one. */
function parseSpan(range: string): Span | undefined {
  const [, address, length] = /^(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/.exec(range) ?? [];
  if (!address) return undefined;
  const size = 2 ** (32 - Number(length ?? 32));
  const first = Math.floor(toNumber(address) / size) * size;
  return { first, last: first + size - 1 };
}

export function overlap(one: string, other: string): boolean {
  const [a, b] = [parseSpan(one), parseSpan(other)];
  return !!a && !!b && a.first <= b.last && b.first <= a.last;
}

/** True if a range contains an address or another range. */
export function holdsRange(range: string, inner: string): boolean {
  const [outside, inside] = [parseSpan(range), parseSpan(inner)];
  return !!outside && !!inside && outside.first <= inside.first && inside.last <= outside.last;
}

/** Returns the address at an index of a range, from 0. */
export function selectAddress(range: string, n: number): string {
  const value = (parseSpan(range)?.first ?? 0) + n;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Counts the addresses in a range. */
export function countAddresses(range: string): number {
  const span = parseSpan(range);
  return span ? span.last - span.first + 1 : 0;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
}
