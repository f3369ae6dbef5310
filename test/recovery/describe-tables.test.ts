import { describeTablesQuestion, describeTablesResult } from '../../lib/recovery/describe-tables';
import type { RestoredSetTable, RestoreTablesQuestion } from '../../lib/recovery/restore-table';
import type { SnapshotSet } from '../../lib/recovery/snapshot-set';
import type { Check } from '../../lib/recovery/verification';

const TAKEN = Date.parse('2026-11-29T04:15:00Z');
const set: SnapshotSet = {
  ...{ id: '20261129-041500', snapshots: new Map(), takenAt: TAKEN, lastTakenAt: TAKEN + 12_000 },
  ...{ origin: 'schedule', problems: [] },
};
const orders = { keyspace: 'shop', table: 'orders' };
const other = { keyspace: 'shop', table: 'orders_before' };
const unchecked: Check[] = [{ level: 1, code: 'manifest', outcome: 'not-run', node: 'b' }];

const gcGraceSeconds = 864_000;
const ask = (tables: RestoreTablesQuestion['tables'], checks: readonly Check[] = []) =>
  describeTablesQuestion({ set, tables, unchecked: checks }, 'staging-cassandra', TAKEN + 5 * 3_600_000);

test('the question names the set, its age, the tables, and what is kept', () => {
  expect(ask([{ source: orders, target: orders, rowsInSet: 100, rowsBefore: 60, gcGraceSeconds }])).toEqual([
    'Tables of staging-cassandra are restored from set 20261129-041500 of 2026-11-29 04:15:00 UTC (5 h ago, snapshots within 12 s):',
    '- shop.orders has 60 rows, and gets those of the set beside them: 100 rows.',
    'Kept: rows that were written since the set. An import adds rows: a row that was overwritten or deleted since the set stays so. Pass --as to restore such rows to a new table.',
    'The ring keeps serving, and no other table is changed.',
  ]);
});

test('tables that are created keep nothing', () => {
  const [, ...lines] = ask([
    { source: orders, target: orders, rowsInSet: undefined, rowsBefore: undefined, gcGraceSeconds },
    { source: orders, target: other, rowsInSet: 100, rowsBefore: undefined, gcGraceSeconds },
  ]);
  expect(lines).toEqual([
    '- shop.orders is created again, with an unknown number of rows (the disks of the set have different ones).',
    '- shop.orders_before is created, with those of shop.orders: 100 rows.',
    'The ring keeps serving, and no other table is changed.',
  ]);
});

test.each([3_600, undefined])('deletions that were forgotten since are named, with gc_grace_seconds %p', (seconds) => {
  const table = { source: orders, rowsInSet: 100, gcGraceSeconds: seconds };
  expect(
    ask([
      { ...table, target: orders, rowsBefore: 60 },
      { ...table, target: other, rowsBefore: undefined },
    ]),
  ).toContain('The set is older than gc_grace_seconds of shop.orders: rows that were deleted since may come back.');
});

test('the question has what was not checked', () => {
  expect(ask([], unchecked).join('\n')).toContain('Not checked, because the snapshots have no manifest or canary: manifest of b.');
});

const restored: RestoredSetTable = {
  ...{ target: orders, imported: ['b', 'c'], rowsBefore: 60, rowsAfter: 100, problem: undefined, rowsInSet: 100 },
  ...{ leastRows: 100, isEqual: true },
};
const describeResult = (...tables: RestoredSetTable[]) =>
  describeTablesResult({ set, tables, problem: undefined, unchecked: [], remaining: [] });

test('the result has the rows that were read back', () => {
  const read = 'shop.orders: 100 rows at consistency ALL, 60 before; imported on b, c; ';
  expect(describeResult(restored, { ...restored, isEqual: false }, { ...restored, isEqual: false, rowsInSet: undefined })).toEqual([
    `${read}exactly the rows of the set`,
    `${read}counted only: the set has 100 rows, and which of them the table has was not compared`,
    `${read}counted only: the disks of the set have different rows, at most 100 on one, and which of them the table has was not compared`,
  ]);
});

test('a table whose rows were not read back is not in the result', () => {
  expect(describeResult({ ...restored, rowsAfter: undefined })).toEqual([]);
});
