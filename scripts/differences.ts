import type { KnownDifference } from './known-differences';

/** What one of two sides does differently from the other, said once for all resources it happens to. */
export class Differences {
  private readonly wheres = new Map<string, string[]>();

  /**
   * @param sides names of the two, for example `real` and `sandbox`
   * @param known kinds of differences that are meant to be
   */
  constructor(
    public readonly sides: readonly [string, string],
    private readonly known: readonly KnownDifference[],
  ) {}

  /**
   * Notes a difference.
   *
   * @param subject resource type and attribute, for example `google_compute_disk.size`
   * @param what how it differs
   * @param where the resource it was seen at
   */
  public add(subject: string, what: string, where?: string): void {
    const key = `${subject}: ${what}`;
    const wheres = this.wheres.get(key) ?? [];
    if (where !== undefined && !wheres.includes(where)) wheres.push(where);
    this.wheres.set(key, wheres);
  }

  /** Number of differences that no known reason explains. */
  public get unexplained(): number {
    return [...this.wheres.keys()].filter((key) => this.reasonOf(key) === undefined).length;
  }

  /**
   * Prints every difference without a known reason, and how many have one.
   *
   * @param agreement what is printed when all have one
   */
  public print(agreement: string): void {
    const known = new Map<string, number>();
    for (const [key, [first, ...others]] of [...this.wheres].sort(([a], [b]) => a.localeCompare(b))) {
      const reason = this.reasonOf(key);
      if (reason !== undefined) known.set(reason, (known.get(reason) ?? 0) + 1);
      else console.log(`${key}${first === undefined ? '' : `  (${first}${others.length > 0 ? ` and ${others.length} more` : ''})`}`);
    }
    for (const [reason, count] of known) console.log(`${count} known differences: ${reason}.`);
    const { unexplained } = this;
    console.log(unexplained === 0 ? agreement : `${unexplained} differences without a known reason.`);
  }

  private reasonOf(key: string): string | undefined {
    return this.known.find(({ what }) => what.test(key))?.reason;
  }
}
