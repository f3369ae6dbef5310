import { AddressSet } from '../../reachability/addresses';

/** CIDR range of an argument of any provider, in which `*`, `Internet` and `any` are all addresses. */
export function toRange(text: string): string {
  return /^(\*|internet|any)$/i.test(text) ? '0.0.0.0/0' : text;
}

/** Ranges that hold addresses which none of the others hold. */
export function findAddedRanges(was: readonly string[], is: readonly string[]): readonly string[] {
  const had = AddressSet.of(...was);
  return is.filter((range) => {
    const addresses = AddressSet.parse(range);
    return addresses === undefined ? !was.includes(range) : !had.contains(addresses);
  });
}
