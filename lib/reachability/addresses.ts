import { IPv4 } from 'ipaddr.js';
import type { Answer } from './answer';
import { type Interval, intersectIntervals, normalize, subtractIntervals } from './intervals';

/** Reference to an address that Google assigns and reserves. */
const RESERVED = /^\$\{(google_compute_address\.[A-Za-z0-9_-]+\.address|private endpoint of [^}]+)\}$/;

/** Set of IPv4 addresses. */
export class AddressSet {
  public static readonly none = new AddressSet([]);
  public static readonly all = new AddressSet([[0, 2 ** 32 - 1]]);

  /** Parses an address or a range in CIDR notation; undefined for any other text. */
  public static parse(text: string): AddressSet | undefined {
    const cidr = text.includes('/') ? text : `${text}/32`;
    if (!IPv4.isValidCIDRFourPartDecimal(cidr)) return undefined;
    return new AddressSet([[toNumber(IPv4.networkAddressFromCIDR(cidr)), toNumber(IPv4.broadcastAddressFromCIDR(cidr))]]);
  }

  /** Union of ranges that are valid CIDR notation. */
  public static of(...ranges: string[]): AddressSet {
    return AddressSet.union(ranges.map((range) => AddressSet.parse(range) ?? AddressSet.none));
  }

  public static union(sets: readonly AddressSet[]): AddressSet {
    return new AddressSet(normalize(sets.flatMap((set) => set.intervals)));
  }

  private constructor(private readonly intervals: readonly Interval[]) {}

  public get isEmpty(): boolean {
    return this.intervals.length === 0;
  }

  public get size(): number {
    return this.intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  public contains(other: AddressSet): boolean {
    return subtractIntervals(other.intervals, this.intervals).length === 0;
  }

  public overlaps(other: AddressSet): boolean {
    return intersectIntervals(this.intervals, other.intervals).length > 0;
  }

  public minus(other: AddressSet): AddressSet {
    return new AddressSet(subtractIntervals(this.intervals, other.intervals));
  }

  public intersect(other: AddressSet): AddressSet {
    return new AddressSet(intersectIntervals(this.intervals, other.intervals));
  }
}

/** Private addresses, which may be behind a VPN or another network. */
export const PRIVATE = AddressSet.of('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10');

/**
 * Addresses of an endpoint or of a rule. An address that is not known before the apply carries the reference that will
 * supply it: two unknown addresses are equal when their references are.
 */
export interface Location {
  /** Addresses, or all candidates for an unknown one. */
  readonly addresses: AddressSet;
  readonly reference?: string;
  readonly text: string;

  /** Reason why the address is not known, when Google assigns it: `addresses` are then the likely candidates. */
  readonly unknown?: string;
}

/** Parses a range of a rule. A reference may be any address. */
export function parseLocation(text: string, among = AddressSet.all): Location {
  const addresses = AddressSet.parse(text);
  if (addresses) return { addresses, text };
  // IPv6 ranges contain no IPv4 address.
  if (!text.includes('${') && text.includes(':')) return { addresses: AddressSet.none, text };
  return { addresses: among, reference: text.replace(/\/32$/, ''), text };
}

/** Tests ranges of a rule for a location: `yes` for all of it, `no` for none of it, `unknown` for a part or for references. */
export function testRanges(ranges: readonly Location[], where: Location): Answer {
  if (where.reference !== undefined && ranges.some((range) => range.reference === where.reference)) return 'yes';
  const literal = AddressSet.union(ranges.filter((range) => range.reference === undefined).map((range) => range.addresses));
  const possible = where.unknown === undefined ? where.addresses : PRIVATE;
  if (!possible.isEmpty && literal.contains(possible)) return 'yes';
  return ranges.some((range) => !areReservedApart(range, where) && range.addresses.overlaps(where.addresses)) ? 'unknown' : 'no';
}

/** True for two different reserved addresses, which never become equal. */
function areReservedApart(a: Location, b: Location): boolean {
  return [a, b].every(({ reference }) => RESERVED.test(reference ?? '')) && a.reference !== b.reference;
}

function toNumber(address: IPv4): number {
  return address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
}
