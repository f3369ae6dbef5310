import { KNOWN_DIFFERENCES } from './known-differences';

/** What the sandbox does differently from the real providers, said once for all resources it happens to. */
export class Differences {
  private readonly wheres = new Map<string, string[]>();

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
    return [...this.wheres.keys()].filter((key) => reasonOf(key) === undefined).length;
  }

  public print(): void {
    const known = new Map<string, number>();
    for (const [key, [first, ...others]] of [...this.wheres].sort(([a], [b]) => a.localeCompare(b))) {
      const reason = reasonOf(key);
      if (reason !== undefined) known.set(reason, (known.get(reason) ?? 0) + 1);
      else console.log(`${key}${first === undefined ? '' : `  (${first}${others.length > 0 ? ` and ${others.length} more` : ''})`}`);
    }
    for (const [reason, count] of known) console.log(`${count} known differences: ${reason}.`);
    const { unexplained } = this;
    console.log(
      unexplained === 0 ? 'The sandbox plans what the real providers plan.' : `${unexplained} differences without a known reason.`,
    );
  }
}

function reasonOf(key: string): string | undefined {
  return KNOWN_DIFFERENCES.find(({ what }) => what.test(key))?.reason;
}
