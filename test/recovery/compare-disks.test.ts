import type { RingNode } from '../../lib/operations';
import { compareDisks } from '../../lib/recovery/compare-disks';
import type { RecoveryReport } from '../../lib/recovery/recovery-report';
import type { TableRows } from '../../lib/recovery/verification';

const nodes = ['b', 'c', 'd'].map((name) => ({ name }) as RingNode);

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

test('disks with a share of the rows are not compared', () => {
  expect(compareDisks({ nodes }, reports({ b: 5, c: 0, d: 4 }, 1))).toEqual([
    present(9),
    { level: 4, code: 'disks-agree', outcome: 'passed' },
  ]);
});

test('nothing is compared if a disk was not read', () => {
  const outcomes = compareDisks({ nodes }, reports({ b: 5, c: 5 })).map(({ code, outcome }) => [code, outcome]);
  expect(outcomes).toEqual([
    ['rows-present', 'not-run'],
    ['disks-agree', 'not-run'],
  ]);
});
