import { type Interval, intersectIntervals, normalize, subtractIntervals } from './intervals';

const PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp', 'esp', 'ah', 'ipip'] as const;

/** Protocol of a rule. */
export type Protocol = (typeof PROTOCOLS)[number];

/** Protocol numbers of IANA, which firewall rules accept in place of names. */
const NUMBERS: Readonly<Record<string, Protocol>> = { 1: 'icmp', 4: 'ipip', 6: 'tcp', 17: 'udp', 50: 'esp', 51: 'ah', 132: 'sctp' };

const EVERY_PORT: readonly Interval[] = [[1, 65535]];

/** Port of a protocol, for example `tcp/9042`. */
export interface PortNumber {
  readonly protocol: Protocol;
  readonly number: number;
}

/** True for a protocol with ports. The others have one port for all of their traffic, number 1. */
export function hasPorts(protocol: Protocol): boolean {
  return protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
}

/** Parses a port such as `9042`, `udp/53` or `sctp/3868`, or a protocol without ports, such as `icmp`; undefined for any other text. */
export function parsePort(text: string): PortNumber | undefined {
  const [, name = 'tcp', digits] = /^(?:([a-z]+)\/)?(\d+)$/.exec(text) ?? [undefined, text];
  const protocol = PROTOCOLS.find((candidate) => candidate === name);
  if (protocol === undefined || hasPorts(protocol) !== (digits !== undefined)) return undefined;
  const number = digits === undefined ? 1 : Number(digits);
  return number >= 1 && number <= 65535 ? { protocol, number } : undefined;
}

/** Set of ports of several protocols. */
export class PortSet {
  public static readonly none = new PortSet(new Map());
  public static readonly all = new PortSet(new Map(PROTOCOLS.map((protocol) => [protocol, EVERY_PORT])));

  /** Ports of one protocol; all of them without an interval. */
  public static of(protocol: Protocol, ...intervals: Interval[]): PortSet {
    return new PortSet(new Map([[protocol, intervals.length > 0 ? normalize(intervals) : EVERY_PORT]]));
  }

  public static tcp(...numbers: number[]): PortSet {
    return PortSet.of('tcp', ...numbers.map((number): Interval => [number, number]));
  }

  /** Parses the name or number of a protocol; undefined for an unsupported one. */
  public static protocol(text: string): Protocol | undefined {
    const name = text.toLowerCase();
    return NUMBERS[name] ?? PROTOCOLS.find((protocol) => protocol === name);
  }

  public static union(sets: readonly PortSet[]): PortSet {
    return sets.reduce((sum, set) => sum.union(set), PortSet.none);
  }

  private constructor(private readonly byProtocol: ReadonlyMap<Protocol, readonly Interval[]>) {}

  public get isEmpty(): boolean {
    return this.byProtocol.size === 0;
  }

  /** True for one port of one protocol. */
  public get isSingle(): boolean {
    const [intervals, ...others] = [...this.byProtocol.values()];
    return others.length === 0 && intervals?.length === 1 && intervals[0]![0] === intervals[0]![1];
  }

  /** The lowest port of the first protocol. */
  public get first(): PortNumber {
    const [protocol, intervals] = [...this.byProtocol][0] ?? ['tcp', EVERY_PORT];
    return { protocol, number: intervals[0]![0] };
  }

  public has({ protocol, number }: PortNumber): boolean {
    return this.byProtocol.get(protocol)?.some(([first, last]) => first <= number && number <= last) ?? false;
  }

  public union(other: PortSet): PortSet {
    if (this.isEmpty || other === PortSet.all) return other;
    if (other.isEmpty || this === PortSet.all) return this;
    return this.combine(other, (a, b) => normalize([...a, ...b]));
  }

  public intersect(other: PortSet): PortSet {
    if (this === PortSet.all || other.isEmpty) return other;
    if (other === PortSet.all || this.isEmpty) return this;
    return this.combine(other, intersectIntervals);
  }

  public minus(other: PortSet): PortSet {
    if (this.isEmpty || other.isEmpty) return this;
    return this.combine(other, subtractIntervals);
  }

  public equals(other: PortSet): boolean {
    return this.minus(other).isEmpty && other.minus(this).isEmpty;
  }

  /** Texts such as `tcp/9042`, `udp/53`, `tcp/7000-7001`, `all tcp`; `all` for every port of every protocol. */
  public list(): string[] {
    const full = (protocol: Protocol) => {
      const [only, ...more] = this.byProtocol.get(protocol) ?? [];
      return only !== undefined && more.length === 0 && only[0] === 1 && only[1] === 65535;
    };
    if (full('tcp') && full('udp') && full('sctp')) return ['all'];
    return PROTOCOLS.flatMap((protocol) => {
      if (full(protocol)) return [protocol === 'tcp' || protocol === 'udp' ? `all ${protocol}` : protocol];
      return (this.byProtocol.get(protocol) ?? []).map(([first, last]) => `${protocol}/${first === last ? first : `${first}-${last}`}`);
    });
  }

  /** Short text, with TCP ports as bare numbers. */
  public toString(): string {
    return this.list()
      .map((port) => port.replace(/^tcp\//, '').replace(/^(udp|sctp)\//, '$1 '))
      .join(', ');
  }

  /** Text for sentences, with `every port` for `all`. */
  public inWords(): string {
    return this.toString()
      .replace(/^all$/, 'every port')
      .replace(/\ball (tcp|udp)/g, 'every $1 port');
  }

  private combine(other: PortSet, operation: (a: readonly Interval[], b: readonly Interval[]) => readonly Interval[]): PortSet {
    const result = new Map<Protocol, readonly Interval[]>();
    for (const protocol of PROTOCOLS) {
      const intervals = operation(this.byProtocol.get(protocol) ?? [], other.byProtocol.get(protocol) ?? []);
      if (intervals.length > 0) result.set(protocol, intervals);
    }
    return result.size > 0 ? new PortSet(result) : PortSet.none;
  }
}
