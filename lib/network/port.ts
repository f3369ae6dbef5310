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
  /** Creates a TCP port, from 1 to 65535. Constructs refuse other numbers. */
  public static tcp(number: number): Port {
    return new Port('tcp', number, number);
  }

  /** Creates a range of TCP ports from 1 to 65535, both ends included. Constructs refuse other ranges, and those that descend. */
  public static tcpRange(first: number, last: number): Port {
    return new Port('tcp', first, last);
  }

  /** Creates a UDP port, from 1 to 65535. Constructs refuse other numbers. */
  public static udp(number: number): Port {
    return new Port('udp', number, number);
  }

  private constructor(
    public readonly protocol: Protocol,
    public readonly first: number,
    public readonly last: number,
  ) {}

  /** Returns the violated rule, undefined for a valid port. Constructs check ports, so that messages name the construct. */
  public findProblem(): string | undefined {
    const { first, last } = this;
    const isValid = [first, last].every((number) => Number.isInteger(number) && number >= 1 && number <= 65535) && first <= last;
    return isValid ? undefined : 'a whole number from 1 to 65535, or an ascending range of them';
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
