import type { IConstruct } from 'constructs';
import { IPv4 } from 'ipaddr.js';
import { ValidationError } from './validation-error';

/** IPv4 range in CIDR notation, for example `10.10.0.0/20`. */
export class Cidr {
  /**
   * Parses a range.
   *
   * @throws ValidationError for other text, or when the address is not the first of the range
   */
  public static parse(scope: IConstruct, prop: string, text: string): Cidr {
    if (!IPv4.isValidCIDRFourPartDecimal(text)) {
      throw new ValidationError(scope, `'${prop}' must be an IPv4 range such as 10.0.0.0/20, got '${text}'`);
    }
    const first = IPv4.networkAddressFromCIDR(text).toString();
    const [address, prefix] = text.split('/');
    if (address !== first) throw new ValidationError(scope, `'${prop}' must begin at its first address, ${first}/${prefix}, got '${text}'`);
    return new Cidr(text);
  }

  public readonly prefixLength: number;
  private readonly first: number;
  private readonly last: number;

  private constructor(private readonly text: string) {
    this.prefixLength = Number(text.split('/')[1]);
    this.first = toNumber(IPv4.networkAddressFromCIDR(text));
    this.last = toNumber(IPv4.broadcastAddressFromCIDR(text));
  }

  /** Number of addresses in the range. */
  public get size(): number {
    return this.last - this.first + 1;
  }

  public overlaps(other: Cidr): boolean {
    return this.first <= other.last && other.first <= this.last;
  }

  public contains(other: Cidr): boolean {
    return this.first <= other.first && other.last <= this.last;
  }

  /** Address at a position in the range, counted from 0. */
  public address(n: number): string {
    const value = this.first + n;
    return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
  }

  public toString(): string {
    return this.text;
  }
}

function toNumber(address: IPv4): number {
  return address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
}
