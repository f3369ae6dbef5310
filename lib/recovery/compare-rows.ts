import { addRows, multiplyRows, NO_ROWS, type RowHash } from './row-sums';
import { groupByTable, type TableRows, type Verification } from './verification';

/** Keyspace and name of a table. */
export type TableId = Pick<TableRows, 'keyspace' | 'table'>;

/** Rows of a table of the live ring, read from all replicas. */
export type LiveRows = Omit<TableRows, 'node'>;

/** Table of the live ring that differs from the verified set. */
export interface RowDifference {
  readonly code: 'not-read' | 'rows-differ';

  /** Table, as `KEYSPACE.TABLE`. */
  readonly table: string;
  readonly detail: string;
}

/** Table of the live ring whose rows could only be counted. */
export interface CountedTable {
  /** Table, as `KEYSPACE.TABLE`. */
  readonly table: string;
  readonly rows: number;

  /** Rows that it must have at least: those of the largest disk. */
  readonly least: number;
}

/** Rows of the live ring, compared with those of verified disks. Each table is in one of the lists. */
export interface RowComparison {
  readonly differences: readonly RowDifference[];

  /** Tables, as `KEYSPACE.TABLE`, that have exactly the rows of the disks. */
  readonly equal: readonly string[];

  /** Tables whose count is between its bounds. Rows may be other ones than those of the disks. */
  readonly counted: readonly CountedTable[];
}

/** Tables of a verification, without repetition. */
export function listTables({ tables }: Verification): TableId[] {
  return [...groupByTable(tables).values()].map(([first]) => ({ keyspace: first!.keyspace, table: first!.table }));
}

/** Total of the rows that were read from the disks of a set. */
export function countRows({ tables }: Pick<Verification, 'tables'>): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * Compares the rows of the live ring with those of the verified disks.
 *
 * Replicas of a table that agree are compared by its hash, also where each disk has a share of the rows. Replicas that disagree were written
 * between their snapshots: the ring then has the union of the disks, whose hash is unknown, and only the count has bounds.
 */
export function compareRows({ tables }: Pick<Verification, 'tables'>, live: readonly LiveRows[]): RowComparison {
  const read = new Map(live.map((rows) => [`${rows.keyspace}.${rows.table}`, rows]));
  const differences: RowDifference[] = [];
  const equal: string[] = [];
  const counted: CountedTable[] = [];
  for (const [table, disks] of groupByTable(tables)) {
    const now = read.get(table);
    const differs = (expected: string): void =>
      void differences.push({ code: 'rows-differ', table, detail: `must have ${expected}, got ${describe(now!)}` });
    if (now === undefined) {
      differences.push({ code: 'not-read', table, detail: 'was not read from the ring' });
    } else if (hasRowsOf(now, disks)) {
      equal.push(table);
    } else {
      const agreed = findAgreedRows(disks);
      const [least, total] = [countLeast(disks), countRows({ tables: disks })];
      if (agreed !== undefined) differs(describe(agreed));
      else if (now.rows < least || now.rows > total) differs(`${least} to ${total} rows`);
      else counted.push({ table, rows: now.rows, least });
    }
  }
  return { differences, equal, counted };
}

/**
 * Tests that a table has exactly the rows of its disks: each row is on the same number of disks, one for each replica. Then the sums of
 * the counts and hashes of the disks are multiples of those of the table.
 */
export function hasRowsOf(live: RowHash, disks: readonly RowHash[]): boolean {
  const sums = disks.reduce(addRows, NO_ROWS);
  if (sums.rows === 0 || live.rows === 0) return sums.rows === live.rows;
  const replicas = sums.rows / live.rows;
  return Number.isInteger(replicas) && sums.hash === multiplyRows(addRows(NO_ROWS, live), replicas).hash;
}

/** Rows of a table, if all disks of a set have the same. */
export function findAgreedRows(disks: readonly RowHash[]): RowHash | undefined {
  const [first] = disks;
  return first !== undefined && disks.every(({ rows, hash }) => rows === first.rows && hash === first.hash) ? first : undefined;
}

/** Rows that a table has at least: those of the largest disk. */
export function countLeast(disks: readonly RowHash[]): number {
  return Math.max(0, ...disks.map(({ rows }) => rows));
}

/** Describes what was compared, one line for each kind. @param of what was verified: `set`, `clones` or `disk` */
export function describeCompared({ equal, counted }: RowComparison, of: string): string[] {
  const tables = counted.map(({ table, rows, least }) => `${table} ${rows} rows (at least ${least} expected)`);
  return [
    ...(equal.length === 0
      ? []
      : [`Read back: ${equal.length === 1 ? '1 table has' : `${equal.length} tables have`} exactly the rows of the ${of}.`]),
    ...(tables.length === 0
      ? []
      : [
          `Counted only, because the disks of the set have different rows: ${tables.join(', ')}. Rows that are lost or changed may be unnoticed.`,
        ]),
  ];
}

function describe({ rows, hash }: RowHash): string {
  return `${rows} rows (${hash.slice(0, 12)})`;
}
