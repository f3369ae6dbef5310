import type { Answer } from './answer';
import { type PortNumber, PortSet } from './port-set';

/** Allowed ports: those that are certain, and those that are possible, which include them. */
export class Allowance {
  public static readonly nothing = new Allowance(PortSet.none, PortSet.none);
  public static readonly everything = new Allowance(PortSet.all, PortSet.all);
  public static readonly undetermined = new Allowance(PortSet.none, PortSet.all);

  public static of(ports: PortSet): Allowance {
    return new Allowance(ports, ports);
  }

  constructor(
    public readonly certain: PortSet,
    public readonly possible: PortSet,
  ) {}

  /** Ports that are possible and not certain. */
  public get unknown(): PortSet {
    return this.possible.minus(this.certain);
  }

  public get isEmpty(): boolean {
    return this.possible.isEmpty;
  }

  public at(port: PortNumber): Answer {
    return this.certain.has(port) ? 'yes' : this.possible.has(port) ? 'unknown' : 'no';
  }

  public union(other: Allowance): Allowance {
    return new Allowance(this.certain.union(other.certain), this.possible.union(other.possible));
  }

  public intersect(other: Allowance): Allowance {
    if (this === Allowance.everything) return other;
    if (other === Allowance.everything) return this;
    return new Allowance(this.certain.intersect(other.certain), this.possible.intersect(other.possible));
  }

  /** The same ports, on a condition: none for `no`, none of them certain for `unknown`. */
  public given(answer: Answer): Allowance {
    if (answer === 'yes') return this;
    return answer === 'no' ? Allowance.nothing : new Allowance(PortSet.none, this.possible);
  }

  public equals(other: Allowance): boolean {
    return this.certain.equals(other.certain) && this.possible.equals(other.possible);
  }

  /** Certain ports, then undetermined ones with a question mark; empty when no port is open. */
  public toString(): string {
    if (this.possible.equals(PortSet.all) && !this.certain.isEmpty && !this.unknown.isEmpty) return `${this.certain}, others?`;
    return [this.certain.toString(), this.unknown.isEmpty ? '' : `${this.unknown}?`].filter((text) => text !== '').join(', ');
  }
}
