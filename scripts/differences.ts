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
    const keys = [...this.wheres.keys()].sort();
    for (const key of keys) {
      const reason = reasonOf(key);
      const [first, ...others] = this.wheres.get(key)!;
      const where = first === undefined ? '' : `  (${first}${others.length > 0 ? ` and ${others.length} more` : ''})`;
      console.log(`${reason === undefined ? 'differs' : 'known  '}  ${key}${where}${reason === undefined ? '' : `: ${reason}`}`);
    }
    const { unexplained } = this;
    const known = keys.length - unexplained;
    console.log(unexplained === 0 ? 'The sandbox plans what the real providers plan.' : `${unexplained} differences.`);
    if (known > 0) console.log(`${known} differences are known.`);
  }
}

function reasonOf(key: string): string | undefined {
  return KNOWN_DIFFERENCES.find(({ subject }) => key.startsWith(`${subject}: `))?.reason;
}
