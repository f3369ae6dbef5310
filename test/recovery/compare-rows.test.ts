import { compareRows, countRows, describeCompared, listTables } from '../../lib/recovery/compare-rows';
import type { TableRows, Verification } from '../../lib/recovery/verification';

function disks(table: string, ...of: readonly [rows: number, hash: string][]): TableRows[] {
  return of.map(([rows, hash], index) => ({ node: 'bcdefg'[index]!, keyspace: 'shop', table, rows, hash }));
}

function verification(...tables: TableRows[]): Verification {
  return { set: 'any', checks: [], tables, seconds: {} };
}

const AGREED = verification(...disks('orders', [100, 'aa'], [100, 'aa'], [100, 'aa']));
const live = (rows: number, hash: string, table = 'orders') => [{ keyspace: 'shop', table, rows, hash }];
const EQUAL = { differences: [], equal: ['shop.orders'], counted: [] };

test('disks that agree are the rows of the ring', () => {
  expect(compareRows(AGREED, live(100, 'aa'))).toEqual(EQUAL);
});

test.each([
  ['a row less', 99, 'aa'],
  ['a row more', 101, 'aa'],
  ['another row', 100, 'ab'],
  ['half of the rows', 50, 'aa'],
  ['none', 0, '00'],
])('%s is a difference', (_, rows, hash) => {
  expect(compareRows(AGREED, live(rows, hash))).toEqual({
    differences: [{ code: 'rows-differ', table: 'shop.orders', detail: `must have 100 rows (aa), got ${rows} rows (${hash})` }],
    ...{ equal: [], counted: [] },
  });
});

test('a table that was not read is a difference', () => {
  expect(compareRows(AGREED, live(100, 'aa', 'other')).differences).toMatchObject([{ code: 'not-read', table: 'shop.orders' }]);
});

describe('disks with shares of the rows', () => {
  // Two replicas of the rows 1 (hash f...f), 2 (02) and 3 (03) on four disks. The sum of the hashes passes 2^256.
  const f = 'f'.repeat(64);
  const shares = verification(...disks('orders', [1, f], [2, '05'], [2, '01'], [1, '03']));

  test('are compared by the sum of their hashes', () => {
    expect(compareRows(shares, live(3, '04'))).toEqual(EQUAL);
  });

  test.each([
    [3, '05'],
    [2, '04'],
    [4, '04'],
  ])('are only counted otherwise: %d rows with hash %s', (rows, hash) => {
    expect(compareRows(shares, live(rows, hash))).toEqual({
      differences: [],
      equal: [],
      counted: [{ table: 'shop.orders', rows, least: 2 }],
    });
  });
});

test.each([
  [0, false],
  [1, false],
  [99, false],
  [100, true],
  [299, true],
  [300, false],
])('disks that disagree bound the count, which is at least that of the largest: %d rows', (rows, isFine) => {
  const differing = verification(...disks('orders', [100, 'aa'], [99, 'bb'], [100, 'aa']));
  const counted = isFine ? [{ table: 'shop.orders', rows, least: 100 }] : [];
  expect(compareRows(differing, live(rows, 'cc'))).toMatchObject({
    differences: isFine ? [] : [{ code: 'rows-differ' }],
    equal: [],
    counted,
  });
});

test('an empty table must be empty', () => {
  const empty = verification(...disks('orders', [0, '00'], [0, '00'], [0, '00']));
  expect(compareRows(empty, live(0, '00'))).toEqual(EQUAL);
  expect(compareRows(empty, live(1, '01')).differences).toHaveLength(1);
});

test('tables that were only counted are named', () => {
  expect(
    describeCompared({ differences: [], equal: ['shop.a'], counted: [{ table: 'shop.orders', rows: 101, least: 100 }] }, 'set'),
  ).toEqual([
    'Read back: 1 table has exactly the rows of the set.',
    'Counted only, because the disks of the set have different rows: shop.orders 101 rows (at least 100 expected). Rows that are lost or changed may be unnoticed.',
  ]);
  expect(describeCompared({ differences: [], equal: [], counted: [] }, 'set')).toEqual([]);
});

test('tables are listed once, and rows of all disks are counted', () => {
  const all = verification(...disks('orders', [2, 'a'], [2, 'a']), ...disks('customers', [1, 'b'], [1, 'b']));
  expect(listTables(all)).toEqual([
    { keyspace: 'shop', table: 'orders' },
    { keyspace: 'shop', table: 'customers' },
  ]);
  expect(countRows(all)).toBe(6);
});
