/** Suffixes of a format with their factors in thousandths, smallest first. */
type Suffixes = readonly (readonly [suffix: string, thousandths: bigint])[];

const DECIMAL: Suffixes = [
  ['m', 1n],
  ['', 1000n],
  ['k', 10n ** 6n],
  ['M', 10n ** 9n],
  ['G', 10n ** 12n],
  ['T', 10n ** 15n],
  ['P', 10n ** 18n],
  ['E', 10n ** 21n],
];

const BINARY: Suffixes = [
  ['', 1000n],
  ['Ki', 1000n * 2n ** 10n],
  ['Mi', 1000n * 2n ** 20n],
  ['Gi', 1000n * 2n ** 30n],
  ['Ti', 1000n * 2n ** 40n],
  ['Pi', 1000n * 2n ** 50n],
  ['Ei', 1000n * 2n ** 60n],
];

/** Rounds up fractions of a thousandth, as Kubernetes does below nano. */
const SMALL: Readonly<Record<string, bigint>> = { n: 1_000_000n, u: 1000n };

/** Resource quantity such as `500m` or `1Gi`, as the Kubernetes API server parses and formats it. */
export class Quantity {
  public static readonly zero = new Quantity(0n, DECIMAL);

  /** Parses a quantity; undefined if the text is none. */
  public static parse(text: string): Quantity | undefined {
    const [, sign, whole = '', fraction = '', rest = ''] =
      /^([+-]?)(\d*)(?:\.(\d*))?((?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?)$/.exec(text) ?? [];
    if (`${whole}${fraction}` === '') return undefined;
    const digits = BigInt(`${whole}${fraction}`);
    const isExponent = /^[eE][+-]?\d+$/.test(rest);
    const suffixes = rest.endsWith('i') ? BINARY : DECIMAL;
    const exponent = (isExponent ? Number(rest.slice(1)) : 0) - fraction.length;
    const factor = SMALL[rest] === undefined ? (suffixes.find(([suffix]) => suffix === (isExponent ? '' : rest))?.[1] ?? 1000n) : 1n;
    const divisor = (SMALL[rest] ?? 1n) * (exponent < 0 ? 10n ** BigInt(-exponent) : 1n);
    const scaled = digits * factor * (exponent > 0 ? 10n ** BigInt(exponent) : 1n);
    const thousandths = (scaled + divisor - 1n) / divisor;
    return new Quantity(sign === '-' ? -thousandths : thousandths, suffixes);
  }

  private constructor(
    private readonly thousandths: bigint,
    private readonly suffixes: Suffixes,
  ) {}

  public static of(count: number): Quantity {
    return new Quantity(BigInt(count) * 1000n, DECIMAL);
  }

  /** Returns the largest quantity; zero for none. */
  public static largest(amounts: readonly Quantity[]): Quantity {
    return amounts.reduce((largest, amount) => (amount.exceeds(largest) ? amount : largest), Quantity.zero);
  }

  public static sum(amounts: readonly Quantity[]): Quantity {
    return amounts.reduce((total, amount) => total.plus(amount), Quantity.zero);
  }

  /** Adds quantities, in the format of the first one that is not zero. */
  public plus(other: Quantity): Quantity {
    return new Quantity(this.thousandths + other.thousandths, this.thousandths === 0n ? other.suffixes : this.suffixes);
  }

  public times(count: number): Quantity {
    return new Quantity(this.thousandths * BigInt(count), this.suffixes);
  }

  public exceeds(other: Quantity): boolean {
    return this.thousandths > other.thousandths;
  }

  public equals(other: Quantity): boolean {
    return this.thousandths === other.thousandths;
  }

  public isLess(than: Quantity): boolean {
    return this.thousandths < than.thousandths;
  }

  public get isNegative(): boolean {
    return this.thousandths < 0n;
  }

  public get isWhole(): boolean {
    return this.thousandths % 1000n === 0n;
  }

  public toNumber(): number {
    return Number(this.thousandths) / 1000;
  }

  /** Formats the quantity in canonical form, the shortest without a fraction: `1024Mi` becomes `1Gi`. */
  public toString(): string {
    if (this.thousandths === 0n) return '0';
    // Kubernetes formats binary quantities below 1024 without a suffix; fractions only have decimal suffixes.
    const suffixes = this.suffixes === BINARY && this.isWhole ? BINARY : DECIMAL;
    const [suffix, factor] = suffixes.filter(([, each]) => this.thousandths % each === 0n).at(-1)!;
    return `${this.thousandths / factor}${suffix}`;
  }
}

/** Error of the parser for an invalid quantity. */
export const NO_QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
