/** Transport protocol of a port. */
export type Protocol = 'tcp' | 'udp';

/**
 * A port or a range of ports of one protocol.
 *
 * @remarks
 * Kubernetes Services, NetworkPolicies and VPC firewall rules are all rendered from this type. Its text form is the one that
 * reports use: `tcp/9042`, `tcp/7000-7001`.
 *
 * @example
 * ```ts
 * ring.allowFrom(billing, Port.tcp(9042));
 * billing.allowTo(Peer.internet(stack), Port.tcpRange(8080, 8089));
 * ```
 */
export class Port {
  /**
   * Creates a TCP port.
   *
   * @throws RangeError outside 1 to 65535
   */
  public static tcp(number: number): Port {
    return new Port('tcp', number, number);
  }

  /**
   * Creates a range of TCP ports, both ends included.
   *
   * @throws RangeError outside 1 to 65535, or when `last` is less than `first`
   */
  public static tcpRange(first: number, last: number): Port {
    return new Port('tcp', first, last);
  }

  /**
   * Creates a UDP port.
   *
   * @throws RangeError outside 1 to 65535
   */
  public static udp(number: number): Port {
    return new Port('udp', number, number);
  }

  private constructor(
    public readonly protocol: Protocol,
    public readonly first: number,
    public readonly last: number,
  ) {
    const valid = [first, last].every((number) => Number.isInteger(number) && number >= 1 && number <= 65535) && first <= last;
    if (!valid) throw new RangeError(`a port must be a whole number from 1 to 65535, and a range must ascend, got ${this}`);
  }

  /** True for one port, false for a range. */
  public get single(): boolean {
    return this.first === this.last;
  }

  /** Text form, for example `tcp/9042` or `tcp/7000-7001`. */
  public toString(): string {
    return `${this.protocol}/${this.single ? this.first : `${this.first}-${this.last}`}`;
  }
}
