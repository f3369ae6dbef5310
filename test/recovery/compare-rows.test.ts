import { compareRows, countRows, listTables } from '../../lib/recovery/compare-rows';
import type { TableRows, Verification } from '../../lib/recovery/verification';

function disks(table: string, ...of: readonly [rows: number, hash: string][]): TableRows[] {
  return of.map(([rows, hash], index) => ({ node: 'bcd'[index]!, keyspace: 'shop', table, rows, hash }));
}

function verification(...tables: TableRows[]): Verification {
  return { set: 'any', checks: [], tables, seconds: {} };
}

const AGREED = verification(...disks('orders', [100, 'aa'], [100, 'aa'], [100, 'aa']));
const live = (rows: number, hash: string, table = 'orders') => [{ keyspace: 'shop', table, rows, hash }];

test('disks that agree are the rows of the ring', () => {
  expect(compareRows(AGREED, live(100, 'aa'))).toEqual([]);
});

test.each([
  ['a row less', 99, 'aa'],
  ['a row more', 101, 'aa'],
  ['another row', 100, 'ab'],
  ['none', 0, '00'],
])('%s is a difference', (_, rows, hash) => {
  expect(compareRows(AGREED, live(rows, hash))).toEqual([
    { code: 'rows-differ', table: 'shop.orders', detail: `must have 100 rows (aa), got ${rows} rows (${hash})` },
  ]);
});

test('a table that was not read is a difference', () => {
  expect(compareRows(AGREED, live(100, 'aa', 'other'))).toMatchObject([{ code: 'not-read', table: 'shop.orders' }]);
});

test.each([
  [0, false],
  [1, true],
  [300, true],
  [301, false],
])('disks that disagree bound the count: %d rows', (rows, isFine) => {
  const differing = verification(...disks('orders', [100, 'aa'], [100, 'bb'], [100, 'aa']));
  expect(compareRows(differing, live(rows, 'cc'))).toHaveLength(isFine ? 0 : 1);
});

test('an empty table must be empty', () => {
  const empty = verification(...disks('orders', [0, '00'], [0, '00'], [0, '00']));
  expect(compareRows(empty, live(0, '00'))).toEqual([]);
  expect(compareRows(empty, live(1, '01'))).toHaveLength(1);
});

test('tables are listed once, and rows of all disks are counted', () => {
  const all = verification(...disks('orders', [2, 'a'], [2, 'a']), ...disks('customers', [1, 'b'], [1, 'b']));
  expect(listTables(all)).toEqual([
    { keyspace: 'shop', table: 'orders' },
    { keyspace: 'shop', table: 'customers' },
  ]);
  expect(countRows(all)).toBe(6);
});
