import { chooseSet } from '../../lib/recovery/choose-set';
import type { SetProblem, SnapshotSet } from '../../lib/recovery/snapshot-set';

function set(id: string, lastTakenAt: string, ...problems: SetProblem[]): SnapshotSet {
  const last = Date.parse(lastTakenAt);
  return { id, snapshots: new Map(), takenAt: last - 60_000, lastTakenAt: last, origin: 'schedule', problems };
}

const SETS = [
  set('20261129-041500', '2026-11-29T04:16:00Z', { code: 'missing-node', node: 'c' }, { code: 'not-ready', node: 'd', status: 'CREATING' }),
  set('20261128-041500', '2026-11-28T04:16:00Z'),
  set('20261127-041500', '2026-11-27T04:16:00Z', { code: 'too-small', node: 'b', sizeGiB: 10, limitGiB: 12 }),
  set('20261126-041500', '2026-11-26T04:16:00Z', { code: 'marked-invalid', reason: 'the freeze failed' }),
  set('20261125-041500', '2026-11-25T04:16:00Z'),
];

test('the newest set that can be restored is the default', () => {
  expect(chooseSet(SETS, {}).id).toBe('20261128-041500');
});

test('a set of replaced disks is chosen by its id only', () => {
  const sets = [set('before-20261129-120000', '2026-11-29T12:00:00Z'), ...SETS];
  expect(chooseSet(sets, {}).id).toBe('20261128-041500');
  expect(chooseSet(sets, { at: Date.parse('2026-11-30T00:00:00Z') }).id).toBe('20261128-041500');
  expect(chooseSet(sets, { id: 'before-20261129-120000' }).id).toBe('before-20261129-120000');
});

describe('a set that a label by hand joins', () => {
  const snapshot = { name: 'mine-b', node: 'b', zone: 'z', disk: 'd', diskNumber: '1', takenAt: 0, status: 'READY', sizeGiB: 10 };
  const joined = (seconds: number, isFlushed: boolean): SnapshotSet => {
    const mine = set('mine', '2026-11-29T12:00:00Z');
    const snapshots = new Map([['b', { ...snapshot, isFlushed, labels: { 'cassandra-snapshot-set': 'mine' } }]]);
    return { ...mine, origin: 'label', takenAt: mine.lastTakenAt - seconds * 1000, snapshots };
  };

  test('is the newest like that of a job when it is flushed and taken at once', () => {
    expect(chooseSet([joined(120, true), ...SETS], {}).id).toBe('mine');
  });

  test.each([
    ['its snapshots are further apart', joined(121, true)],
    ['it is not flushed', joined(0, false)],
  ])('is chosen after all others when %s', (_, mine) => {
    expect(chooseSet([mine, ...SETS], {}).id).toBe('20261128-041500');
    expect(chooseSet([mine, ...SETS], { at: Date.parse('2026-11-30T00:00:00Z') }).id).toBe('20261128-041500');
    expect(chooseSet([mine, ...SETS], { id: 'mine' }).id).toBe('mine');
    expect(chooseSet([mine, SETS[0]!], {}).id).toBe('mine');
  });
});

test('a set is chosen by its id', () => {
  expect(chooseSet(SETS, { id: '20261125-041500' }).id).toBe('20261125-041500');
});

test.each([
  ['2026-11-28T04:16:00Z', '20261128-041500'],
  ['2026-11-28T04:15:59.999Z', '20261125-041500'],
  ['2026-12-24T00:00:00Z', '20261128-041500'],
])('the last snapshot of a set is not after %s', (at, id) => {
  expect(chooseSet(SETS, { at: Date.parse(at) }).id).toBe(id);
});

test.each([
  ['an unknown id', { id: '2026' }, "unknown set '2026'; known: 20261129-041500, 20261128-041500"],
  ['a set without a node', { id: '20261129-041500' }, 'missing-node (no snapshot of c), not-ready (d is CREATING)'],
  ['a set that is too small', { id: '20261127-041500' }, 'too-small (b has 10 GiB, and its disk 12 GiB)'],
  ['a set that is marked', { id: '20261126-041500' }, 'marked-invalid (the freeze failed)'],
  [
    'a time before all sets',
    { at: Date.parse('2026-11-25T00:00:00Z') },
    'no set of 2026-11-25T00:00:00.000Z or before; known: 20261129-041500',
  ],
])('%s is refused', (_, choice, message) => {
  expect(() => chooseSet(SETS, choice)).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }));
});

test('a ring without a set that can be restored is refused with the problems of each', () => {
  expect(() => chooseSet([SETS[0]!, SETS[3]!], {})).toThrow(
    'no set can be restored:\n20261129-041500 cannot be restored: missing-node (no snapshot of c), not-ready (d is CREATING)\n20261126-041500 cannot be restored: marked-invalid (the freeze failed)',
  );
  expect(() => chooseSet([], {})).toThrow('the ring has no snapshots');
});
