import { describeRestoredTable, formatTableName } from '../operations';
import { describeSetTime, describeUnchecked } from './describe-restore';
import type { RestoredSetTable, RestoredTables, RestoreTablesQuestion, TableToRestore } from './restore-table';

/** Describes what a restore of tables creates, adds and keeps, one line for each fact. */
export function describeTablesQuestion({ set, tables, unchecked }: RestoreTablesQuestion, ring: string, now: number): string[] {
  const added = tables.filter(({ rowsBefore }) => rowsBefore !== undefined);
  const forgetful = added.filter(({ gcGraceSeconds = 0 }) => now - set.takenAt > gcGraceSeconds * 1000);
  return [
    `Tables of ${ring} are restored from ${describeSetTime(set, now)}:`,
    ...tables.map(describeTable),
    ...describeUnchecked(unchecked),
    ...(added.length > 0
      ? [
          'Kept: rows that were written since the set. An import adds rows: a row that was overwritten or deleted since the set stays so. Pass --as to restore such rows to a new table.',
        ]
      : []),
    ...(forgetful.length > 0
      ? [
          `The set is older than gc_grace_seconds of ${forgetful.map(({ target }) => formatTableName(target)).join(', ')}: rows that were deleted since may come back.`,
        ]
      : []),
    'The ring keeps serving, and no other table is changed.',
  ];
}

function describeTable({ source, target, rowsInSet, rowsBefore }: TableToRestore): string {
  const [from, to] = [formatTableName(source), formatTableName(target)];
  const rows = rowsInSet === undefined ? 'an unknown number of rows (the disks of the set have different ones)' : `${rowsInSet} rows`;
  if (rowsBefore !== undefined) return `- ${to} has ${rowsBefore} rows, and gets those of the set beside them: ${rows}.`;
  return from === to ? `- ${to} is created again, with ${rows}.` : `- ${to} is created, with those of ${from}: ${rows}.`;
}

/** Describes the tables that were restored, one line for each. */
export function describeTablesResult({ tables, unchecked }: RestoredTables): string[] {
  const read = tables.filter(({ rowsAfter }) => rowsAfter !== undefined);
  if (read.length === 0) return [];
  return [...read.map((table) => `${describeRestoredTable(table)}; ${describeComparison(table)}`), ...describeUnchecked(unchecked)];
}

function describeComparison({ isEqual, rowsInSet, leastRows }: RestoredSetTable): string {
  if (isEqual) return 'exactly the rows of the set';
  const rows =
    rowsInSet === undefined ? `the disks of the set have different rows, at most ${leastRows} on one` : `the set has ${rowsInSet} rows`;
  return `counted only: ${rows}, and which of them the table has was not compared`;
}
