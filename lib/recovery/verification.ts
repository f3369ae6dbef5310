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

/**
 * Checks of a disk against the manifest of its snapshot, and of its canary: level and code. On a disk without a manifest or a canary they
 * are not run.
 */
export const MANIFEST_CHECKS = [
  [1, 'manifest'],
  [2, 'manifest-sstables'],
  [2, 'manifest-commit-logs'],
  [4, 'manifest-schema'],
  [4, 'manifest-rows'],
  [5, 'canary'],
] as const satisfies readonly (readonly [level: Level, code: string])[];

/**
 * Check of a manifest against that of the archive: level and code. Rings without an archive do not have it. It is not run on a disk without a
 * manifest, and when the archive cannot be read or need not have it.
 */
export const MANIFEST_ARCHIVED = [1, 'manifest-archived'] as const satisfies readonly [level: Level, code: string];

/**
 * Comparison of the disks of a set: level and code. It is not run when the replication of a keyspace allows none; a set with a disk that was not
 * read has other checks that were not run.
 */
export const DISKS_AGREE = [4, 'disks-agree'] as const satisfies readonly [level: Level, code: string];

/** Tests that every check of a verification was run and passed. */
export function isVerified({ checks }: Verification): boolean {
  return checks.length > 0 && checks.every(({ outcome }) => outcome === 'passed');
}

/**
 * Tests that no check failed, and that all were run, except those that need a manifest, a canary or comparable replicas. Ask for confirmation with
 * `listUnchecked`: what was not checked may be damaged.
 */
export function isRestorable({ checks }: Pick<Verification, 'checks'>): boolean {
  const optional = [...MANIFEST_CHECKS, MANIFEST_ARCHIVED, DISKS_AGREE];
  const isOptional = ({ level, code }: Check) => optional.some((each) => each[0] === level && each[1] === code);
  return checks.length > 0 && checks.every((check) => check.outcome === 'passed' || (check.outcome === 'not-run' && isOptional(check)));
}

/** Checks that were not run. */
export function listUnchecked({ checks }: Pick<Verification, 'checks'>): Check[] {
  return checks.filter(({ outcome }) => outcome === 'not-run');
}

/** Describes a check with its level, outcome and place. */
export function describeCheck({ level, code, outcome, node, table, detail }: Check): string {
  const subject = [node, table].filter(Boolean).join(' ');
  const reason = outcome === 'not-run' ? ['was not run', detail].filter(Boolean).join(': ') : detail;
  return `level ${level} (${LEVELS[level]}): ${code}${subject === '' ? '' : ` of ${subject}`}${reason === undefined ? '' : `: ${reason}`}`;
}

/** Checks that a reason names, of many with the same cause. */
const NAMED_CHECKS = 5;

/** Describes checks in one line: the first of them, and how many more there are. */
export function describeChecks(checks: readonly Check[]): string {
  const more = checks.length - NAMED_CHECKS;
  return [...checks.slice(0, NAMED_CHECKS).map(describeCheck), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
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
