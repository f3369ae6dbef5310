import { ARCHIVE_FOLDERS, ARCHIVE_SECONDS } from '../cassandra-contract/commit-log-archive';

/** Object of an archive, as Cloud Storage lists it. */
export interface ArchivedObject {
  /** Name below the prefix of the disk. */
  readonly name: string;

  /** Number of bytes. */
  readonly size: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Commit logs of one data disk in the archive. Times are in milliseconds since 1970. */
export interface ArchivedDisk {
  /** Closed segments by number. */
  readonly closed: ReadonlyMap<number, { readonly version: number; readonly closedAt: number; readonly size: number }>;

  /** Copies of segments that Cassandra wrote. */
  readonly open: readonly { readonly number: number; readonly copiedAt: number; readonly name: string; readonly size: number }[];

  /** Starts of Cassandra, with the number of the newest segment before each. */
  readonly starts: readonly { readonly at: number; readonly last: number | undefined }[];
}

/** Segments that are replayed, as runs of consecutive numbers: version, first number and count. */
export type SegmentRuns = readonly (readonly [version: number, first: number, count: number])[];

/** Reason why a chain of segments ends before the point in time. */
export type ChainEnd =
  | { readonly code: 'no-segments' }
  /** Nothing shows that the first archived segment after the snapshot is the one that was written at its time. */
  | { readonly code: 'beginning-unknown'; readonly first: number }
  /** Segment after which nothing is archived. */
  | { readonly code: 'archive-ends'; readonly after: number }
  /** Segments after the missing one exist. */
  | { readonly code: 'segment-missing'; readonly after: number };

/** Segments of one disk from its snapshot on, without a gap. */
export interface CommitLogChain {
  readonly segments: SegmentRuns;

  /** Name of the last segment if it is a copy of an open one. */
  readonly open?: string;

  /** Number of segments and of their bytes in the archive. */
  readonly count: number;
  readonly bytes: number;

  /** Time until which every write to the node is in them, in milliseconds since 1970: at most the point in time. */
  readonly until: number;

  /** Reason why `until` is before the point in time. @default - it is the point in time */
  readonly end?: ChainEnd;
}

/** Difference between the clocks of a node and of Compute Engine. */
const CLOCK_MS = 60_000;

/** Longest time from a write until its coordinator, whose clock it has, gave up on a replica, in milliseconds. */
const DELIVERY_MS = 10_000;

const LAG_MS = ARCHIVE_SECONDS.copyLag * 1000;

/** Reads the names and times of the objects of a disk. Others are left out. */
export function readArchivedDisk(objects: readonly ArchivedObject[]): ArchivedDisk {
  const closed = new Map<number, { version: number; closedAt: number; size: number }>();
  const open: ArchivedDisk['open'][number][] = [];
  const starts: ArchivedDisk['starts'][number][] = [];
  for (const { name, size, metadata } of objects) {
    const [, version, number] = match(name, ARCHIVE_FOLDERS.closed, /^CommitLog-(\d+)-(\d+)\.log$/);
    const closedAt = Number(metadata.closed);
    if (number !== undefined && Number.isSafeInteger(closedAt)) closed.set(Number(number), { version: Number(version), closedAt, size });
    const [copy, opened, copied] = match(name, ARCHIVE_FOLDERS.open, /^CommitLog-\d+-(\d+)\.log\.(\d+)\.gz$/);
    if (copy !== undefined) open.push({ number: Number(opened), copiedAt: Number(copied), name: copy, size });
    const [, at, last] = match(name, ARCHIVE_FOLDERS.starts, /^(\d+)-(?:none|\d+-(\d+))$/);
    if (at !== undefined) starts.push({ at: Number(at), last: last === undefined ? undefined : Number(last) });
  }
  return { closed, open, starts };
}

/** Match of a name in a folder; without members if there is none. */
function match(name: string, folder: string, pattern: RegExp): readonly (string | undefined)[] {
  return (name.startsWith(folder) && pattern.exec(name.slice(folder.length))) || [];
}

/**
 * Finds the segments with the writes between a snapshot and a point in time.
 *
 * Cassandra numbers the segments of a run consecutively. The next run begins with a greater number; that no segment is missing between them
 * is known by the record of its start, which names the newest segment before it. An archive that began after the snapshot, or lacks segments
 * of its time, has no chain.
 *
 * @param takenAt start of the snapshot of the disk, in milliseconds since 1970
 */
export function findChain(disk: ArchivedDisk, takenAt: number, pointInTime: number): CommitLogChain {
  const { closed, open, starts } = disk;
  const numbers = [...new Set([...closed.keys(), ...open.map(({ number }) => number)])].sort((one, other) => one - other);
  const newestCopy = (number: number): ArchivedDisk['open'][number] | undefined =>
    open.filter((copy) => copy.number === number).sort((one, other) => other.copiedAt - one.copiedAt)[0];
  const first = numbers.findIndex((each) => (closed.get(each)?.closedAt ?? newestCopy(each)!.copiedAt) >= takenAt - CLOCK_MS);
  const segments: [number, number, number][] = [];
  let [count, bytes, before] = [0, 0, 0];
  const result = (until: number, end?: ChainEnd, copy?: string): CommitLogChain => ({
    ...{ segments, count, bytes, until: Math.min(until, pointInTime) },
    ...(copy !== undefined && { open: copy }),
    ...(end !== undefined && until < pointInTime && { end }),
  });
  if (first >= 0 && !isBeginning(disk, numbers[first]!, numbers[first - 1], takenAt))
    return result(takenAt, { code: 'beginning-unknown', first: numbers[first]! });
  let until = takenAt;
  for (const [index, number] of first < 0 ? [] : numbers.slice(first).entries()) {
    if (index > 0 && number !== before + 1 && !starts.some(({ last }) => last === before))
      return result(until, { code: 'segment-missing', after: before });
    const segment = closed.get(number);
    if (segment === undefined) {
      const copy = findLastCopy(disk, number);
      if (copy === undefined) return result(until, count === 0 ? { code: 'no-segments' } : { code: 'segment-missing', after: before });
      count++;
      bytes += copy.size;
      return result(copy.copiedAt - LAG_MS, { code: 'archive-ends', after: number }, copy.name);
    }
    const run = segments.at(-1);
    if (run !== undefined && run[0] === segment.version && run[1] + run[2] === number) run[2]++;
    else segments.push([segment.version, number, 1]);
    count++;
    bytes += segment.size;
    before = number;
    until = segment.closedAt - LAG_MS;
    if (segment.closedAt >= pointInTime + DELIVERY_MS + LAG_MS) return result(pointInTime);
  }
  return count === 0 ? result(takenAt, { code: 'no-segments' }) : result(until, { code: 'archive-ends', after: before });
}

/**
 * Tests that a segment was the one that Cassandra wrote at the time of a snapshot, or the first one after it: the segment before it was closed
 * before the snapshot, or Cassandra has started since the one before it. The upload keeps the order, so that after a start before the
 * snapshot none is missing.
 *
 * @param before newest archived segment before it, closed or open; undefined if there is none
 */
function isBeginning({ closed, starts }: ArchivedDisk, number: number, before: number | undefined, takenAt: number): boolean {
  if (closed.has(number - 1)) return true;
  return starts.some(({ at, last = -1 }) => {
    if (last >= number) return false;
    return at <= takenAt ? (before ?? -1) <= last : last === before && closed.has(last);
  });
}

/**
 * Newest copy of an open segment that was the last one at that time: of no later segment is there a copy of the same time or before. When a
 * later segment is archived, this one was closed and is missing.
 */
function findLastCopy({ closed, open }: ArchivedDisk, number: number): ArchivedDisk['open'][number] | undefined {
  if ([...closed.keys()].some((each) => each > number)) return undefined;
  const first = Math.min(...open.filter((copy) => copy.number > number).map(({ copiedAt }) => copiedAt));
  const copies = open.filter((copy) => copy.number === number && copy.copiedAt < first);
  return copies.sort((one, other) => other.copiedAt - one.copiedAt)[0];
}

/** Describes the end of a chain. */
export function describeChainEnd(end: ChainEnd): string {
  switch (end.code) {
    case 'no-segments':
      return 'the archive has no commit log after the set';
    case 'beginning-unknown':
      return `the archive begins after the set with commit log ${end.first}: writes before it may be missing`;
    case 'archive-ends':
      return `the archive ends with commit log ${end.after}`;
    case 'segment-missing':
      return `the archive has later commit logs, and not the one after ${end.after}`;
  }
}
