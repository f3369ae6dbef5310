import type { TableRows } from './verification';

/** Number of the rows of a table, and their hash. */
export type RowHash = Pick<TableRows, 'rows' | 'hash'>;

/** Sums of numbers of rows and of their hashes. */
export interface RowSums {
  readonly rows: number;
  readonly hash: bigint;
}

export const NO_ROWS: RowSums = { rows: 0, hash: 0n };

/** Modulus of the hash of a table, which is the sum of the hashes of its rows: the hashes of disjoint sets of rows add up. */
const MODULUS = 2n ** 256n;

/** Adds the rows of a table on another disk. */
export function addRows(sums: RowSums, { rows, hash }: RowHash): RowSums {
  return { rows: sums.rows + rows, hash: (sums.hash + BigInt(`0x${hash}`)) % MODULUS };
}

/** Multiplies sums, for rows that are on as many disks. */
export function multiplyRows({ rows, hash }: RowSums, replicas: number): RowSums {
  return { rows: rows * replicas, hash: (hash * BigInt(replicas)) % MODULUS };
}
