import { SNAPSHOT_SET_LABEL, SNAPSHOT_SET_STATE_LABEL, VALID } from '../cassandra-contract/labels';
import { FORMER_SET } from './choose-set';
import type { DiskSnapshot, SetProblem, SnapshotSet } from './snapshot-set';

/** Snapshot of a disk, with the means by which its set is found. */
export interface FoundSnapshot extends DiskSnapshot {
  /** Generation of the source disk: 1 for the first one. */
  readonly generation: number;

  /** A schedule took it. */
  readonly isScheduled: boolean;
}

/** Properties for `groupSnapshots`. */
export interface GroupOptions {
  /** Names of the nodes that the ring has. */
  readonly nodes: readonly string[];

  /** Size of the data disk of a node. Nodes without a disk are absent. */
  readonly diskSizesGiB: ReadonlyMap<string, number>;

  /** In milliseconds since 1970. */
  readonly now: number;
}

const HOUR_MS = 3_600_000;

/** Difference between the clocks of Compute Engine and of this machine that is no problem. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/** Groups the snapshots of a ring into sets, newest first. Each snapshot by hand is a set of its own. */
export function groupSnapshots(snapshots: readonly FoundSnapshot[], options: GroupOptions): SnapshotSet[] {
  const sorted = [...snapshots].sort((one, other) => one.takenAt - other.takenAt || (one.name < other.name ? -1 : 1));
  const label = ({ labels }: FoundSnapshot): string => labels[SNAPSHOT_SET_LABEL] ?? '';
  const jobs = groupBy(
    sorted.filter((one) => label(one) !== ''),
    label,
  );
  const others = sorted.filter((one) => label(one) === '');
  const sets = [
    ...[...jobs].map(([id, members]) => joinSet(createSet(id, isMarked(members) ? 'job' : 'label', members, options), snapshots)),
    ...splitIntoRuns(others.filter(({ isScheduled }) => isScheduled)).map((run) =>
      createSet(formatSetId(run[0]!.takenAt), 'schedule', run, options),
    ),
    ...others.filter(({ isScheduled }) => !isScheduled).map((one) => createSet(one.name, 'manual', [one], options)),
  ];
  // Ids of jobs stay as they are.
  const distinct = sets.map((set, index) => {
    const before = sets.slice(0, index).filter(({ id }) => id === set.id).length;
    return before === 0 ? set : { ...set, id: `${set.id}-${before + 1}` };
  });
  return distinct.sort((one, other) => other.lastTakenAt - one.lastTakenAt || (one.id < other.id ? -1 : 1));
}

/**
 * Splits the snapshots of a schedule into its runs. A schedule takes the snapshot of each disk at any time within the hour after its start,
 * a full hour in UTC, or a little later.
 */
function splitIntoRuns(sorted: readonly FoundSnapshot[]): FoundSnapshot[][] {
  const runs: FoundSnapshot[][] = [];
  for (const one of sorted) {
    const run = runs.at(-1);
    if (run === undefined || startsNextRun(one, run, sorted)) runs.push([one]);
    else run.push(one);
  }
  return runs;
}

function startsNextRun(next: FoundSnapshot, run: readonly FoundSnapshot[], all: readonly FoundSnapshot[]): boolean {
  if (next.takenAt - run[0]!.takenAt >= HOUR_MS) return true;
  if (run.some((one) => isSameDisk(one, next))) return true;
  // An hourly schedule: the disks of this run are due again in the hour of the next snapshot, unless that one is late.
  const hour = hourOf(next);
  if (hour === hourOf(run[0]!)) return false;
  const inHour = all.filter((one) => hourOf(one) === hour);
  const isLate = inHour.some((one) => isSameDisk(one, next) && one.takenAt > next.takenAt);
  return !isLate && inHour.some((one) => !run.includes(one) && run.some((member) => isSameDisk(one, member)));
}

function hourOf({ takenAt }: FoundSnapshot): number {
  return Math.floor(takenAt / HOUR_MS);
}

function isSameDisk(one: FoundSnapshot, other: FoundSnapshot): boolean {
  return one.disk === other.disk && one.zone === other.zone && one.diskNumber === other.diskNumber;
}

function createSet(id: string, origin: SnapshotSet['origin'], members: readonly FoundSnapshot[], options: GroupOptions): SnapshotSet {
  const byNode = groupBy(members, ({ node }) => node);
  const snapshots = new Map([...byNode].sort(([one], [other]) => (one < other ? -1 : 1)).map(([node, own]) => [node, chooseSnapshot(own)]));
  const times = [...snapshots.values()].map(({ takenAt }) => takenAt);
  return {
    id,
    snapshots,
    takenAt: Math.min(...times),
    lastTakenAt: Math.max(...times),
    origin,
    problems: findProblems(snapshots, members, options),
  };
}

function isMarked(members: readonly FoundSnapshot[]): boolean {
  return members.some(({ labels }) => labels[SNAPSHOT_SET_STATE_LABEL] !== undefined);
}

/** Adds the problems of a set that a label joins, whose snapshots need not be what the labels promise. @param all snapshots of the ring */
function joinSet(set: SnapshotSet, all: readonly FoundSnapshot[]): SnapshotSet {
  const skew = set.lastTakenAt - set.takenAt;
  const taken = [...set.snapshots.values()];
  // The nodes of a restore are stopped. It takes the snapshots of their disks before it replaces each, and may be continued later.
  const isFormer = set.id.startsWith(FORMER_SET);
  const hasTimes = !set.problems.some(({ code }) => code === 'from-the-future');
  const isSkewed = hasTimes && !isFormer && skew > HOUR_MS;
  const isValid = taken.some(({ labels }) => labels[SNAPSHOT_SET_STATE_LABEL] === VALID);
  // Unknown, unless the API returns the flush for any snapshot.
  const unflushed = isValid && all.some(({ isFlushed }) => isFlushed) ? taken.filter(({ isFlushed }) => !isFlushed) : [];
  const problems: SetProblem[] = [
    ...(isSkewed ? [{ code: 'skewed', seconds: skew / 1000, limitSeconds: HOUR_MS / 1000 } as const] : []),
    ...unflushed.map(({ node }) => ({ code: 'not-flushed', node }) as const),
  ];
  return problems.length === 0 ? set : { ...set, problems: [...set.problems, ...problems] };
}

/**
 * Chooses among several snapshots of a node in one set: of its newest disk, the newest one that is READY. A former disk stays on the
 * schedule, and a disk can be replaced by another one of the same name.
 */
function chooseSnapshot(sorted: readonly FoundSnapshot[]): FoundSnapshot {
  const generation = Math.max(...sorted.map((one) => one.generation));
  const newest = sorted.filter((one) => one.generation === generation).at(-1)!;
  const ready = sorted.filter((one) => isSameDisk(one, newest) && one.status === 'READY');
  return ready.at(-1) ?? newest;
}

function findProblems(
  snapshots: ReadonlyMap<string, DiskSnapshot>,
  members: readonly FoundSnapshot[],
  { nodes, diskSizesGiB, now }: GroupOptions,
): SetProblem[] {
  const missing = nodes.filter((node) => !snapshots.has(node)).map((node): SetProblem => ({ code: 'missing-node', node }));
  const own = [...snapshots.values()].flatMap(({ node, status, sizeGiB, takenAt }): SetProblem[] => {
    if (!nodes.includes(node)) return [{ code: 'unknown-node', node }];
    const limitGiB = diskSizesGiB.get(node) ?? Number.POSITIVE_INFINITY;
    return [
      ...(status === 'READY' ? [] : [{ code: 'not-ready', node, status } as const]),
      ...(sizeGiB > limitGiB ? [{ code: 'too-small', node, sizeGiB, limitGiB } as const] : []),
      ...(takenAt > now + CLOCK_TOLERANCE_MS ? [{ code: 'from-the-future', node, takenAt } as const] : []),
    ];
  });
  const marks = new Set(members.map(({ labels }) => labels[SNAPSHOT_SET_STATE_LABEL] ?? 'valid'));
  const marked = [...marks].filter((mark) => mark !== 'valid').map((reason): SetProblem => ({ code: 'marked-invalid', reason }));
  return [...missing, ...own, ...marked];
}

/** Id of a set by its time, in milliseconds since 1970, for example `20261129-041500`. */
export function formatSetId(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
}

function groupBy(snapshots: readonly FoundSnapshot[], key: (snapshot: FoundSnapshot) => string): ReadonlyMap<string, FoundSnapshot[]> {
  const groups = new Map<string, FoundSnapshot[]>();
  for (const one of snapshots) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}
