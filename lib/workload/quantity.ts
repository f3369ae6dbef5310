import type { IConstruct } from 'constructs';
import { requireMatch } from '../core/require';
import { ValidationError } from '../core/validation-error';

const FACTORS = {
  m: 1n,
  '': 1000n,
  k: 10n ** 6n,
  M: 10n ** 9n,
  G: 10n ** 12n,
  T: 10n ** 15n,
  Ki: 1000n * 2n ** 10n,
  Mi: 1000n * 2n ** 20n,
  Gi: 1000n * 2n ** 30n,
  Ti: 1000n * 2n ** 40n,
} as const;

type Suffix = keyof typeof FACTORS;

/** Suffixes that Kubernetes chooses from when it normalizes a quantity, in ascending order. */
const FAMILIES: readonly (readonly Suffix[])[] = [
  ['', 'Ki', 'Mi', 'Gi', 'Ti'],
  ['m', '', 'k', 'M', 'G', 'T'],
];

/**
 * Quantity of CPU or memory in the format of Kubernetes, for example `500m` or `1Gi`.
 *
 * It is normalized as the API server does (`1024Mi` becomes `1Gi`), because each plan would show another format as a change.
 */
export class Quantity {
  /**
   * Parses a quantity above zero.
   *
   * @throws ValidationError for other text
   */
  public static parse(scope: IConstruct, prop: string, text: string): Quantity {
    const [, whole, fraction = '', suffix] = /^(\d{1,15})(?:\.(\d{1,6}))?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(text) ?? [];
    const scaled = BigInt(`${whole ?? 0}${fraction}`) * FACTORS[(suffix ?? '') as Suffix];
    const divisor = 10n ** BigInt(fraction.length);
    if (scaled === 0n || scaled % divisor !== 0n) {
      throw new ValidationError(scope, `'${prop}' must be an amount above zero such as 500m, 2, 512Mi or 1Gi, got '${text}'`);
    }
    return new Quantity(scaled / divisor, suffix?.endsWith('i') ? FAMILIES[0]! : FAMILIES[1]!);
  }

  private constructor(
    private readonly thousandths: bigint,
    private readonly suffixes: readonly Suffix[],
  ) {}

  /** Sum of quantities, in the format of the first. Undefined for an empty list. */
  public static sum([first, ...others]: readonly Quantity[]): Quantity | undefined {
    return (
      first &&
      new Quantity(
        others.reduce((total, { thousandths }) => total + thousandths, first.thousandths),
        first.suffixes,
      )
    );
  }

  public times(count: number): Quantity {
    return new Quantity(this.thousandths * BigInt(count), this.suffixes);
  }

  /** Value in cores or bytes. */
  public toNumber(): number {
    return Number(this.thousandths) / 1000;
  }

  public exceeds(other: Quantity): boolean {
    return this.thousandths > other.thousandths;
  }

  public toString(): string {
    const fitting = this.suffixes.filter((suffix) => this.thousandths % FACTORS[suffix] === 0n);
    const suffix = fitting.at(-1) ?? 'm';
    return `${this.thousandths / FACTORS[suffix]}${suffix}`;
  }
}

/** Returns the normalized amount of CPU: cores, or thousandths of them with `m`. */
export function requireCpu(scope: IConstruct, prop: string, text: string): string {
  const quantity = Quantity.parse(scope, prop, text);
  requireMatch(scope, prop, text, /[\dmk]$/, 'an amount of CPU such as 500m or 2');
  return quantity.toString();
}

/** Returns the normalized amount of memory or storage. A suffix `m`, which is a thousandth of a byte, is refused. */
export function requireMemory(scope: IConstruct, prop: string, text: string): string {
  const quantity = Quantity.parse(scope, prop, text);
  requireMatch(scope, prop, text, /[^m]$/, 'an amount of memory such as 512Mi or 1Gi');
  return quantity.toString();
}

/** Fails when a request is over its limit. */
export function requireWithin(scope: IConstruct, prop: string, text: string, limitProp: string, limit: string): void {
  if (Quantity.parse(scope, prop, text).exceeds(Quantity.parse(scope, limitProp, limit))) {
    throw new ValidationError(scope, `'${prop}' must be at most ${limitProp} (${limit}), got '${text}'`);
  }
}
