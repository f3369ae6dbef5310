/** Transport protocol of a port. */
export type Protocol = 'tcp' | 'udp';

/**
 * A port, or a range of ports, of one protocol: the one vocabulary for services, policies and firewall rules.
 */
export class Port {
  public static tcp(number: number): Port {
    return new Port('tcp', number, number);
  }

  public static tcpRange(first: number, last: number): Port {
    return new Port('tcp', first, last);
  }

  public static udp(number: number): Port {
    return new Port('udp', number, number);
  }

  private constructor(
    public readonly protocol: Protocol,
    public readonly first: number,
    public readonly last: number,
  ) {
    const valid = [first, last].every((number) => Number.isInteger(number) && number >= 1 && number <= 65535) && first <= last;
    if (!valid) throw new RangeError(`a port must be a whole number from 1 to 65535, and a range ascend, got ${this}`);
  }

  /** Whether it is one port and not a range. */
  public get single(): boolean {
    return this.first === this.last;
  }

  /** For example `tcp/9042` or `tcp/7000-7001`. */
  public toString(): string {
    return `${this.protocol}/${this.single ? this.first : `${this.first}-${this.last}`}`;
  }
}
