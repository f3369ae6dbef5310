import { type ArchivedObject, findChain, readArchivedDisk } from '../../lib/recovery/commit-log-chain';

const TAKEN = Date.parse('2026-11-30T04:00:00Z');
const MINUTE = 60_000;
const [A, B] = [1764482400000, 1764500000000];

const closed = (number: number, minutes: number): ArchivedObject => ({
  name: `commitlog/CommitLog-7-${number}.log`,
  size: 100,
  metadata: { closed: String(TAKEN + minutes * MINUTE) },
});
const open = (number: number, minutes: number): ArchivedObject => ({
  ...{ name: `open/CommitLog-7-${number}.log.${TAKEN + minutes * MINUTE}.gz`, size: 10, metadata: {} },
});
const start = (minutes: number, last?: number): ArchivedObject => ({
  name: `starts/${TAKEN + minutes * MINUTE}-${last === undefined ? 'none' : `7-${last}`}`,
  size: 0,
  metadata: {},
});
const find = (objects: readonly ArchivedObject[], minutes: number) => findChain(readArchivedDisk(objects), TAKEN, TAKEN + minutes * MINUTE);

/** The same of an archive that has the segment before A. */
const findFrom = (objects: readonly ArchivedObject[], minutes: number) => find([closed(A - 1, -60), ...objects], minutes);
const until = (minutes: number, lagSeconds = 15): number => TAKEN + minutes * MINUTE - lagSeconds * 1000;

test('begins with the segment that was written at the time of the snapshot, and ends with the first that was closed after the point in time', () => {
  const objects = [closed(A, -30), closed(A + 1, 10), closed(A + 2, 20), closed(A + 3, 40), closed(A + 4, 50)];
  expect(find(objects, 30)).toEqual({ segments: [[7, A + 1, 3]], count: 3, bytes: 300, until: until(30, 0) });
});

test('takes one more segment if a write of the last second may have been delivered after the end of one', () => {
  expect(findFrom([closed(A, 30.1), closed(A + 1, 40)], 30)).toMatchObject({ segments: [[7, A, 2]], until: until(30, 0) });
});

test('ends with the newest copy of an open segment', () => {
  const objects = [closed(A, 10), open(A + 1, 20), open(A + 1, 35), open(A, 5)];
  const name = `CommitLog-7-${A + 1}.log.${TAKEN + 35 * MINUTE}.gz`;
  expect(findFrom(objects, 30)).toEqual({ segments: [[7, A, 1]], open: name, count: 2, bytes: 110, until: until(30, 0) });
  expect(findFrom(objects, 60)).toMatchObject({ open: name, until: until(35), end: { code: 'archive-ends', after: A + 1 } });
});

test('does not trust the copy of a segment that was not the last one any more when it was copied', () => {
  const objects = [closed(A, 10), open(A + 1, 20), open(A + 1, 35), open(A + 2, 35)];
  expect(findFrom(objects, 30)).toMatchObject({ until: until(20), end: { code: 'archive-ends', after: A + 1 } });
  expect(findFrom([closed(A, 10), open(A + 1, 35), open(A + 2, 35)], 30)).toMatchObject({
    until: until(10),
    end: { code: 'segment-missing', after: A },
  });
  expect(findFrom([closed(A, 10), open(A + 1, 20), closed(A + 2, 40)], 30)).toMatchObject({
    until: until(10),
    end: { code: 'segment-missing' },
  });
});

describe('the beginning', () => {
  const unknown = { segments: [], count: 0, bytes: 0, until: TAKEN, end: { code: 'beginning-unknown', first: A + 5 } };

  test('is unknown when nothing shows that no segment is missing between the snapshot and the first one', () => {
    expect(find([closed(A + 5, 50), closed(A + 6, 59)], 60)).toEqual(unknown);
    expect(find([open(A + 5, 50)], 60)).toEqual(unknown);
  });

  test('is unknown when a segment is missing between one that was closed before the snapshot and the first one', () => {
    expect(find([closed(A + 3, -30), closed(A + 5, 50)], 60)).toEqual(unknown);
    expect(find([closed(A + 3, -30), start(-40, A + 2), closed(A + 5, 50)], 60)).toEqual(unknown);
    expect(find([start(-40, A + 2), open(A + 4, -30), closed(A + 5, 50)], 60)).toEqual(unknown);
  });

  test('is unknown when the segment before the first one was not closed, or a start after the snapshot names an unknown one', () => {
    expect(find([open(A + 4, -30), closed(A + 5, 50)], 60)).toEqual(unknown);
    expect(find([start(10, A + 4), closed(A + 5, 50)], 60)).toEqual(unknown);
    expect(find([start(-10, A + 7), closed(A + 5, 50)], 60)).toEqual(unknown);
  });

  test('is known by the segment before, by a start that names it, and by a start before the snapshot with which the archive begins', () => {
    const known = { segments: [[7, A + 5, 1]], until: until(30, 0) };
    expect(find([closed(A + 4, -30), closed(A + 5, 40)], 30)).toMatchObject(known);
    expect(find([closed(A + 2, -30), start(-20, A + 2), closed(A + 5, 40)], 30)).toMatchObject(known);
    expect(find([start(-20, A + 2), closed(A + 5, 40)], 30)).toMatchObject(known);
    expect(find([closed(A + 3, -30), start(-20, A + 4), closed(A + 5, 40)], 30)).toMatchObject(known);
    expect(find([start(-20), closed(A + 5, 40)], 30)).toMatchObject(known);
    expect(find([start(-20), open(A + 5, 40)], 30)).toMatchObject({ count: 1, until: until(30, 0) });
  });
});

test('goes on with the next run of Cassandra, whose start names the last segment before it', () => {
  const objects = [closed(A, 10), closed(A + 1, 12), start(13, A + 1), closed(B, 20), closed(B + 1, 40)];
  expect(findFrom(objects, 30)).toMatchObject({
    segments: [
      [7, A, 2],
      [7, B, 2],
    ],
    until: until(30, 0),
  });
});

test.each([
  ['a segment is missing', [closed(A, 10), closed(A + 2, 20), closed(A + 3, 40)]],
  ['the last segment of a run is missing', [closed(A, 10), start(13, A + 1), closed(B, 40)]],
  ['the start of the next run is not recorded', [closed(A, 10), closed(B, 40)]],
])('ends before the gap when %s', (_, objects) => {
  expect(findFrom(objects, 30)).toMatchObject({ segments: [[7, A, 1]], until: until(10), end: { code: 'segment-missing', after: A } });
});

test('ends with the last segment of an archive that ends before the point in time', () => {
  expect(findFrom([closed(A, 10), closed(A + 1, 20)], 30)).toMatchObject({ until: until(20), end: { code: 'archive-ends', after: A + 1 } });
});

test('has no segments when none was archived after the snapshot', () => {
  expect(find([closed(A, -30), open(A + 1, -20)], 30)).toMatchObject({ count: 0, until: TAKEN, end: { code: 'no-segments' } });
  expect(find([], 30)).toMatchObject({ count: 0, end: { code: 'no-segments' } });
});

test('leaves out other objects, and segments without a time', () => {
  const others = [{ name: 'commitlog/notes.txt' }, { name: `commitlog/CommitLog-7-${A}.log` }, { name: 'open/x' }, { name: 'starts/y' }];
  expect(readArchivedDisk(others.map((each) => ({ size: 1, metadata: {}, ...each })))).toEqual({ closed: new Map(), open: [], starts: [] });
});
