import type { KnownDifference } from './known-differences';

/** Differences between two sides, each reported once for all affected resources. */
export class Differences {
  private readonly wheres = new Map<string, string[]>();

  /**
   * @param sides names of the two sides, for example `real` and `sandbox`
   * @param known expected differences
   */
  constructor(
    public readonly sides: readonly [string, string],
    private readonly known: readonly KnownDifference[],
  ) {}

  /**
   * Records a difference.
   *
   * @param subject resource type and attribute, for example `google_compute_disk.size`
   * @param what description of the difference
   * @param where resource with the difference
   */
  public add(subject: string, what: string, where?: string): void {
    const key = `${subject}: ${what}`;
    const wheres = this.wheres.get(key) ?? [];
    if (where !== undefined && !wheres.includes(where)) wheres.push(where);
    this.wheres.set(key, wheres);
  }

  /** Number of differences without a known reason. */
  public get unexplained(): number {
    return [...this.wheres.keys()].filter((key) => this.reasonOf(key) === undefined).length;
  }

  /**
   * Prints the differences without a known reason, and the number of others.
   *
   * @param agreement message if all have a known reason
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
