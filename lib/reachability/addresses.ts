import { IPv4 } from 'ipaddr.js';
import type { Answer } from './answer';
import { difference, type Interval, intersection, normalized } from './intervals';

/** An address that Google chooses and keeps. */
const RESERVED = /^\$\{(google_compute_address\.[A-Za-z0-9_-]+\.address|private endpoint of [^}]+)\}$/;

/** A set of IPv4 addresses. */
export class AddressSet {
  public static readonly none = new AddressSet([]);
  public static readonly all = new AddressSet([[0, 2 ** 32 - 1]]);

  /** Reads an address or a range in CIDR notation; nothing when it is neither. */
  public static parse(text: string): AddressSet | undefined {
    const cidr = text.includes('/') ? text : `${text}/32`;
    if (!IPv4.isValidCIDRFourPartDecimal(cidr)) return undefined;
    return new AddressSet([[toNumber(IPv4.networkAddressFromCIDR(cidr)), toNumber(IPv4.broadcastAddressFromCIDR(cidr))]]);
  }

  /** Reads ranges that are known to be ranges. */
  public static of(...ranges: string[]): AddressSet {
    return AddressSet.union(ranges.map((range) => AddressSet.parse(range) ?? AddressSet.none));
  }

  public static union(sets: readonly AddressSet[]): AddressSet {
    return new AddressSet(normalized(sets.flatMap((set) => set.intervals)));
  }

  private constructor(private readonly intervals: readonly Interval[]) {}

  public get isEmpty(): boolean {
    return this.intervals.length === 0;
  }

  public get size(): number {
    return this.intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  public contains(other: AddressSet): boolean {
    return difference(other.intervals, this.intervals).length === 0;
  }

  public overlaps(other: AddressSet): boolean {
    return intersection(this.intervals, other.intervals).length > 0;
  }

  public minus(other: AddressSet): AddressSet {
    return new AddressSet(difference(this.intervals, other.intervals));
  }

  public intersect(other: AddressSet): AddressSet {
    return new AddressSet(intersection(this.intervals, other.intervals));
  }
}

/** Private addresses, which may be behind a VPN or another network. */
export const PRIVATE = AddressSet.of('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10');

/**
 * Where something is: its addresses as far as they are known, and, when one is not, the reference it will come from.
 * Two unknown addresses are the same when their references are.
 */
export interface Location {
  /** The addresses, or all those it may be among. */
  readonly addresses: AddressSet;
  readonly reference?: string;
  readonly text: string;

  /** Why the address cannot be told, when Google chooses it: `addresses` are then the likely ones among all private ones. */
  readonly unknown?: string;
}

/** A range as written in a rule. What is no literal range may be any address. */
export function locationOf(text: string, among = AddressSet.all): Location {
  const addresses = AddressSet.parse(text);
  if (addresses) return { addresses, text };
  // A range of IPv6 holds none of the addresses here.
  if (!text.includes('${') && text.includes(':')) return { addresses: AddressSet.none, text };
  return { addresses: among, reference: text.replace(/\/32$/, ''), text };
}

/** Whether ranges of a rule hold a location: all of it, none of it, or something in between, which cannot be told. */
export function holds(ranges: readonly Location[], where: Location): Answer {
  if (where.reference !== undefined && ranges.some((range) => range.reference === where.reference)) return 'yes';
  const literal = AddressSet.union(ranges.filter((range) => range.reference === undefined).map((range) => range.addresses));
  const possible = where.unknown === undefined ? where.addresses : PRIVATE;
  if (!possible.isEmpty && literal.contains(possible)) return 'yes';
  return ranges.some((range) => !areReservedApart(range, where) && range.addresses.overlaps(where.addresses)) ? 'unknown' : 'no';
}

/** Whether both will be addresses that Google reserves, each for itself, whichever they are. */
function areReservedApart(a: Location, b: Location): boolean {
  return [a, b].every(({ reference }) => RESERVED.test(reference ?? '')) && a.reference !== b.reference;
}

function toNumber(address: IPv4): number {
  return address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
}
