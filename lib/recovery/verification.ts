/** Levels of a verification, each deeper than the one before. */
export const LEVELS = {
  0: 'set',
  1: 'identity',
  2: 'files',
  3: 'boot',
  4: 'rows',
  5: 'canary',
  6: 'application',
} as const;

export type Level = keyof typeof LEVELS;

/** One check of a restored disk. A check that was not run is no pass. */
export interface Check {
  readonly level: Level;

  /** Kind of the check, for example `sstable-digest`. Programs decide by it, never by a sentence. */
  readonly code: string;
  readonly outcome: 'passed' | 'failed' | 'not-run';

  /** Name of the node whose disk was checked; absent for the whole set. */
  readonly node?: string;

  /** Table, as `KEYSPACE.TABLE`. */
  readonly table?: string;

  /** Details for people: what was expected, and what was found. */
  readonly detail?: string;
}

/** Rows of a table on one restored disk. */
export interface TableRows {
  readonly node: string;
  readonly keyspace: string;
  readonly table: string;
  readonly rows: number;

  /** Order-independent hash of all rows, in hexadecimal. */
  readonly hash: string;
}

/** Result of the verification of a set on clones. */
export interface Verification {
  readonly set: string;
  readonly checks: readonly Check[];
  readonly tables: readonly TableRows[];

  /** Seconds by phase, for example `clone`, `boot`, `rows`. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Tests that every check of a verification was run and passed. */
export function isVerified({ checks }: Verification): boolean {
  return checks.length > 0 && checks.every(({ outcome }) => outcome === 'passed');
}

/** Rows on each disk, by table as `KEYSPACE.TABLE`. */
export function groupByTable(tables: readonly TableRows[]): ReadonlyMap<string, readonly TableRows[]> {
  const grouped = new Map<string, TableRows[]>();
  for (const rows of tables) {
    const name = `${rows.keyspace}.${rows.table}`;
    grouped.set(name, [...(grouped.get(name) ?? []), rows]);
  }
  return grouped;
}
