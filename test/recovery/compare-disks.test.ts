import type { RingNode } from '../../lib/operations';
import { compareDisks } from '../../lib/recovery/compare-disks';
import type { RecoveryReport } from '../../lib/recovery/recovery-report';
import type { TableRows } from '../../lib/recovery/verification';

const nodes = ['b', 'c', 'd'].map((name) => ({ name, zone: name }) as RingNode);

/** Six nodes in three racks. */
const six = ['b1', 'b2', 'c1', 'c2', 'd1', 'd2'].map((name) => ({ name, zone: name[0]!, rack: `rack-${name[0]}` }) as RingNode);

/** Reports with the rows of `k.t` by node; no number: the table was not read. */
function reports(rows: Readonly<Record<string, number | undefined>>, replicas = 3, other: readonly TableRows[] = []): RecoveryReport[] {
  return Object.entries(rows).map(([node, count]) => ({
    checks: [{ level: 4, code: 'rows', outcome: count === undefined ? 'failed' : 'passed', node }],
    tables: [
      ...(count === undefined ? [] : [{ node, keyspace: 'k', table: 't', rows: count, hash: String(count).padStart(64, '0') }]),
      ...other.filter((each) => each.node === node),
    ],
    found: [],
    manifests: [],
    seconds: {},
    replicas: { k: replicas },
  }));
}

const present = (rows: number) => ({ level: 4, code: 'rows-present', outcome: 'passed', detail: `${rows} rows on all disks` });

test('disks with the same rows agree', () => {
  expect(compareDisks({ nodes }, reports({ b: 5, c: 5, d: 5 }))).toEqual([
    present(15),
    { level: 4, code: 'disks-agree', outcome: 'passed' },
  ]);
});

test('a set without a row is a failure', () => {
  const [first] = compareDisks({ nodes }, reports({ b: 0, c: 0, d: 0 }));
  expect(first).toEqual({ level: 4, code: 'rows-present', outcome: 'failed', detail: 'no table of a user has a row on any disk' });
});

test('a write that reached some replicas is a detail', () => {
  expect(compareDisks({ nodes }, reports({ b: 5, c: 4, d: 5 }))).toEqual([
    present(14),
    { level: 4, code: 'disks-agree', outcome: 'passed', detail: 'rows-differ: k.t: b 5, c 4, d 5 rows' },
  ]);
});

test('a table that is empty on one replica only is a failure', () => {
  expect(compareDisks({ nodes }, reports({ b: 5, c: 0, d: 5 }))[1]).toMatchObject({
    ...{ code: 'disks-agree', outcome: 'failed', table: 'k.t' },
    detail: 'is empty on c, and not on the others: b 5, c 0, d 5 rows',
  });
});

test('a table that was not read on one replica is a failure', () => {
  expect(compareDisks({ nodes }, reports({ b: 5, c: undefined, d: 5 }))[1]).toMatchObject({
    outcome: 'failed',
    detail: 'was not read on c',
  });
});

test('keyspaces whose copies are unknown are not compared, and named', () => {
  const other: TableRows[] = nodes.map(({ name: node }) => ({ node, keyspace: 'a', table: 't', rows: 1, hash: '1'.padStart(64, '0') }));
  expect(compareDisks({ nodes }, reports({ b: 5, c: 0, d: 4 }, 1, other))).toEqual([
    present(12),
    {
      ...{ level: 4, code: 'disks-agree', outcome: 'not-run' },
      detail: 'no comparison of a, k: neither every node nor each rack has one replica',
    },
  ]);
});

test('a keyspace without a row has nothing to compare', () => {
  const other: TableRows[] = nodes.map(({ name: node }) => ({ node, keyspace: 'a', table: 't', rows: 0, hash: '0'.repeat(64) }));
  expect(compareDisks({ nodes }, reports({ b: 5, c: 5, d: 5 }, 3, other))[1]).toEqual({ level: 4, code: 'disks-agree', outcome: 'passed' });
});

test('a set without a table agrees on nothing', () => {
  const empty = reports({ b: 5, c: 5, d: 5 }).map((report) => ({ ...report, tables: [] }));
  expect(compareDisks({ nodes }, empty)[1]).toMatchObject({ outcome: 'not-run', detail: 'no table was read' });
});

test('the least replicas count when the disks report different ones', () => {
  const [first, ...others] = reports({ b: 5, c: 5, d: 5 });
  const altered = [{ ...first!, replicas: { k: 1 } }, ...others];
  expect(compareDisks({ nodes }, altered)[1]).toMatchObject({ outcome: 'not-run' });
});

describe('disks with shares of the rows are compared by rack', () => {
  const compare = (rows: Readonly<Record<string, number | undefined>>, replicas = 3) =>
    compareDisks({ nodes: six }, reports(rows, replicas)).slice(1);
  const passed = { level: 4, code: 'disks-agree', outcome: 'passed' };

  test('racks with the same rows agree', () => {
    expect(compare({ b1: 3, b2: 2, c1: 4, c2: 1, d1: 5, d2: 0 })).toEqual([{ ...passed, detail: 'by rack: 1 of 1 tables' }]);
  });

  test('the sums of hashes wrap around', () => {
    const hashes: Record<string, string> = { b1: 'f'.repeat(64), b2: '2'.padStart(64, '0') };
    const other = reports({ b1: 1, b2: 1, c1: 1, c2: 1, d1: 1, d2: 1 }).map((report) => ({
      ...report,
      tables: report.tables.map((each) => ({
        ...each,
        hash: hashes[each.node] ?? (each.node.endsWith('1') ? '1' : '0').padStart(64, '0'),
      })),
    }));
    expect(compareDisks({ nodes: six }, other)[1]).toEqual({ ...passed, detail: 'by rack: 1 of 1 tables' });
  });

  test('a write that reached some racks is a detail', () => {
    const detail = 'by rack: 1 of 1 tables; rows-differ: k.t: rack-b 5, rack-c 4, rack-d 5 rows';
    expect(compare({ b1: 3, b2: 2, c1: 2, c2: 2, d1: 4, d2: 1 })).toEqual([{ ...passed, detail }]);
  });

  test('rows that a rack no longer owns are a detail', () => {
    const detail = 'by rack: 1 of 1 tables; rows-differ: k.t: rack-b 8, rack-c 5, rack-d 5 rows';
    expect(compare({ b1: 5, b2: 3, c1: 3, c2: 2, d1: 4, d2: 1 })).toEqual([{ ...passed, detail }]);
  });

  test('a table that is lost on five of six disks is a failure', () => {
    expect(compare({ b1: 500, b2: 0, c1: 0, c2: 0, d1: 0, d2: 0 })).toEqual([
      {
        ...{ level: 4, code: 'disks-agree', outcome: 'failed', table: 'k.t' },
        detail: 'is empty on rack-c, rack-d, and not on the others: rack-b 500, rack-c 0, rack-d 0 rows',
      },
    ]);
  });

  test('a table that is lost on one disk is a failure', () => {
    expect(compare({ b1: 300, b2: 200, c1: 250, c2: 0, d1: 260, d2: 240 })).toEqual([
      {
        ...{ level: 4, code: 'disks-agree', outcome: 'failed', table: 'k.t' },
        detail: 'is empty on c2, and its rack has fewer rows than another: rack-b 500, rack-c 250, rack-d 500 rows',
      },
    ]);
  });

  test('a table that was not read on one disk is a failure', () => {
    expect(compare({ b1: 3, b2: 2, c1: 4, c2: undefined, d1: 5, d2: 0 })).toMatchObject([
      { outcome: 'failed', detail: 'was not read on c2' },
    ]);
  });

  test.each([1, 2, 4, 5])('%i replicas in three racks cannot be compared', (replicas) => {
    expect(compare({ b1: 3, b2: 2, c1: 4, c2: 1, d1: 5, d2: 0 }, replicas)).toMatchObject([{ outcome: 'not-run' }]);
  });

  test('with a replica on each node they are compared one by one', () => {
    expect(compare({ b1: 3, b2: 3, c1: 3, c2: 3, d1: 3, d2: 0 }, 6)).toMatchObject([
      { outcome: 'failed', detail: expect.stringContaining('is empty on d2') },
    ]);
  });
});

test('nothing is compared if a disk was not read', () => {
  const outcomes = compareDisks({ nodes }, reports({ b: 5, c: 5 })).map(({ code, outcome }) => [code, outcome]);
  expect(outcomes).toEqual([
    ['rows-present', 'not-run'],
    ['disks-agree', 'not-run'],
  ]);
});
