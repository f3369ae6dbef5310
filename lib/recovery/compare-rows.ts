import { groupByTable, type TableRows, type Verification } from './verification';

/** Keyspace and name of a table. */
export type TableId = Pick<TableRows, 'keyspace' | 'table'>;

/** Rows of a table of the live ring, read from all replicas. */
export type LiveRows = Omit<TableRows, 'node'>;

/** Number of the rows of a table, and their hash. */
export type RowHash = Pick<TableRows, 'rows' | 'hash'>;

/** Table of the live ring that differs from the verified set. */
export interface RowDifference {
  readonly code: 'not-read' | 'rows-differ';

  /** Table, as `KEYSPACE.TABLE`. */
  readonly table: string;
  readonly detail: string;
}

/** Tables of a verification, without repetition. */
export function listTables({ tables }: Verification): TableId[] {
  return [...groupByTable(tables).values()].map(([first]) => ({ keyspace: first!.keyspace, table: first!.table }));
}

/** Total of the rows that were read from the disks of a set. */
export function countRows({ tables }: Verification): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * Compares the rows of the live ring with those of the verified disks.
 *
 * Disks that agree on a table hold all of its rows: the live ring must have exactly these. Disks that disagree hold shares of the table, or
 * were written between their snapshots: the ring then has the union of the disks, whose hash is unknown, and only the count has bounds.
 */
export function compareRows({ tables }: Verification, live: readonly LiveRows[]): RowDifference[] {
  const read = new Map(live.map((rows) => [`${rows.keyspace}.${rows.table}`, rows]));
  return [...groupByTable(tables)].flatMap(([table, disks]): RowDifference[] => {
    const now = read.get(table);
    if (now === undefined) return [{ code: 'not-read', table, detail: 'was not read from the ring' }];
    const differs = (expected: string): RowDifference[] => [
      { code: 'rows-differ', table, detail: `must have ${expected}, got ${describe(now)}` },
    ];
    const agreed = findAgreedRows(disks);
    if (agreed !== undefined) return hasSameRows(now, agreed) ? [] : differs(describe(agreed));
    const total = disks.reduce((sum, { rows }) => sum + rows, 0);
    return (total === 0 || now.rows > 0) && now.rows <= total ? [] : differs(`1 to ${total} rows`);
  });
}

/** Rows of a table, if all disks of a set have the same. */
export function findAgreedRows(disks: readonly RowHash[]): RowHash | undefined {
  const [first] = disks;
  return first !== undefined && disks.every((disk) => hasSameRows(disk, first)) ? first : undefined;
}

/** Compares by number and hash. */
export function hasSameRows(one: RowHash, other: RowHash): boolean {
  return one.rows === other.rows && one.hash === other.hash;
}

function describe({ rows, hash }: RowHash): string {
  return `${rows} rows (${hash.slice(0, 12)})`;
}
