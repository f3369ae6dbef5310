import { inColumns } from '../core/columns';
import { formatDuration } from '../operations/findings';
import type { Ring } from '../operations/ring';
import { hoursBetweenBackups, recoveryPointHours } from '../operations/snapshot-interval';
import { listChoices } from './choose-set';
import type { DrillProof } from './drill-proof';
import { describeEnds, type PointInTime } from './point-in-time';
import { describeReportedDrill, findDrill, type ReportedDrill } from './reported-drill';
import { type DiskSnapshot, describeSetProblem, type SetProblem, type SnapshotSet } from './snapshot-set';

/** Snapshot in a report. */
export interface ReportedSnapshot {
  readonly node: string;
  readonly name: string;
  readonly disk: string;
  readonly zone: string;
  readonly status: string;
  readonly sizeGiB: number;

  /** In ISO 8601. */
  readonly takenAt: string;
}

/** Set in a report. */
export interface ReportedSet {
  readonly id: string;
  readonly origin: SnapshotSet['origin'];

  /** `complete`: all snapshots exist. `verified`: a drill restored the disks of all zones and read them. */
  readonly state: 'verified' | 'complete' | 'invalid';
  readonly problems: readonly SetProblem[];

  /** Start of the first and of the last snapshot, in ISO 8601. */
  readonly takenAt: string;
  readonly lastTakenAt: string;

  /** Seconds since the first snapshot: writes of this time are not in every snapshot. */
  readonly ageSeconds: number;

  /** Seconds between the first and the last snapshot. */
  readonly skewSeconds: number;

  /** All file systems were flushed. @default - unknown: the API does not return it */
  readonly isFlushed?: boolean;

  /** Latest drill that decided the state, otherwise the latest one. @default - no drill is known */
  readonly drill?: ReportedDrill;
  readonly snapshots: readonly ReportedSnapshot[];
}

/** Backups of a ring for operators. */
export interface BackupReport {
  readonly ring: string;
  readonly project: string;

  /** Project of the copies that are reported, and project whose sets were copied. @default - sets of the ring's own project are reported */
  readonly copies?: { readonly project: string; readonly of: string };

  /**
   * Hours between two backups, and hours of writes that are lost at most. `set`: taken by the job of a `SnapshotSet`.
   *
   * @default - a disk has no schedule in the stack
   */
  readonly promise?: { readonly by: 'set' | 'schedule'; readonly everyHours: number; readonly recoveryPointHours: number };

  /** Id of the set that a restore chooses, and the seconds of writes that would be lost with it. @default - there is none */
  readonly recoveryPoint?: { readonly set: string; readonly seconds: number };

  /** The set that a restore chooses is younger than the promise. Of copies, whose promise is in another stack: there is one. */
  readonly isKept: boolean;

  /** Archive of commit logs. @default - the ring has none */
  readonly archive?: ReportedArchive;

  /** Newest first. */
  readonly sets: readonly ReportedSet[];
}

/** Archive of commit logs in a report: names and times of its objects, none of which was read. */
export interface ReportedArchive {
  readonly bucket: string;

  /** Time until which it has all writes since the newest set, in ISO 8601, and the seconds since then. @default - unknown, or none */
  readonly until?: string;
  readonly seconds?: number;

  /** Reasons why it ends, by node, or why it is unknown. */
  readonly problems: readonly string[];
}

/** Properties for `createBackupReport`. */
export interface BackupReportOptions {
  readonly ring: Ring;

  /** Newest first. */
  readonly sets: readonly SnapshotSet[];

  /** Project of the copies, if the sets are copies. @default - they are of the ring's own project */
  readonly copies?: string;

  /** Proofs of drills. @default - none are known */
  readonly proofs?: readonly DrillProof[];

  /** Public key of the proofs, in PEM. @default - signatures are not checked */
  readonly publicKey?: string;

  /** Commit logs since the newest set, or the problem that they could not be listed. @default - the ring has none */
  readonly archive?: PointInTime | string;

  /** In milliseconds since 1970. */
  readonly now: number;
}

/** Creates the report of a ring's backups. @throws RecoveryError if the public key cannot be used */
export function createBackupReport({ ring, sets, copies, proofs = [], publicKey, archive, now }: BackupReportOptions): BackupReport {
  const limit = copies === undefined ? recoveryPointHours(ring) : undefined;
  const reported = sets.map((set) => reportSet(set, findDrill(set, ring, proofs, publicKey), now));
  const choices = listChoices(sets).map(({ id }) => reported.find((set) => set.id === id)!);
  const newest = choices.find(({ state }) => state !== 'invalid');
  return {
    ring: ring.name,
    project: ring.project,
    ...(copies !== undefined && { copies: { project: copies, of: sets[0]?.copy?.of ?? ring.project } }),
    promise: limit === undefined ? undefined : createPromise(ring, limit),
    recoveryPoint: newest && { set: newest.id, seconds: newest.ageSeconds },
    isKept: newest !== undefined && (copies !== undefined || (limit !== undefined && newest.ageSeconds <= limit * 3_600)),
    ...(ring.archive !== undefined && archive !== undefined && { archive: reportArchive(ring.archive, archive, now) }),
    sets: reported,
  };
}

function reportArchive(bucket: string, found: PointInTime | string, now: number): ReportedArchive {
  if (typeof found === 'string') return { bucket, problems: [found] };
  const { reached, ends } = found;
  const until = new Date(reached).toISOString();
  // It always ends shortly before now.
  const gaps = ends.filter(({ end }) => end.code !== 'archive-ends');
  return { bucket, until, seconds: Math.max(0, Math.round((now - reached) / 1000)), problems: describeEnds(gaps) };
}

function createPromise(ring: Ring, limit: number): BackupReport['promise'] {
  const everyHours = hoursBetweenBackups(ring)!;
  return { by: everyHours === ring.hoursBetweenSets ? 'set' : 'schedule', everyHours, recoveryPointHours: limit };
}

function reportSet(set: SnapshotSet, drill: ReportedSet['drill'], now: number): ReportedSet {
  const { id, origin, problems, takenAt, lastTakenAt } = set;
  const snapshots = [...set.snapshots.values()];
  return {
    id,
    origin,
    state: problems.length > 0 || drill?.shows === 'invalid' ? 'invalid' : (drill?.shows ?? 'complete'),
    problems,
    takenAt: new Date(takenAt).toISOString(),
    lastTakenAt: new Date(lastTakenAt).toISOString(),
    ageSeconds: ageSeconds(set, now),
    skewSeconds: Math.round((lastTakenAt - takenAt) / 1000),
    isFlushed: areFlushed(snapshots),
    drill,
    snapshots: snapshots.map(({ node, name, disk, zone, status, sizeGiB, takenAt: at }) => ({
      ...{ node, name, disk, zone, status, sizeGiB },
      takenAt: new Date(at).toISOString(),
    })),
  };
}

function areFlushed(snapshots: readonly DiskSnapshot[]): boolean | undefined {
  if (snapshots.some(({ isFlushed }) => isFlushed === false)) return false;
  return snapshots.every(({ isFlushed }) => isFlushed) ? true : undefined;
}

function ageSeconds({ takenAt }: SnapshotSet, now: number): number {
  return Math.max(0, Math.round((now - takenAt) / 1000));
}

/** Formats a report as tables, followed by the recovery point. */
export function formatBackupReport(report: BackupReport): string {
  const { ring, project, copies, sets } = report;
  const together = sets.filter(({ origin }) => origin !== 'manual');
  const single = sets.filter(({ origin }) => origin === 'manual');
  return [
    copies === undefined
      ? `backups of ${ring} in project ${project}`
      : `copies of the sets of ${ring} in project ${copies.project}, from project ${copies.of}`,
    '',
    ...(together.length === 0 ? ['no sets'] : inColumns([SET_HEADINGS, ...together.map(setCells)])),
    '',
    ...(single.length === 0 ? [] : [...inColumns([SINGLE_HEADINGS, ...single.map(singleCells)]), '']),
    ...describeRecoveryPoint(report),
    ...describeArchive(report),
    ...(sets.some(({ state }) => state === 'complete') ? [COMPLETE] : []),
    '',
  ].join('\n');
}

const COMPLETE = 'complete: all snapshots exist and are READY. No row of them was read here; only a drill makes a set verified.';
const TOO_OLD = 'problem: no set that can be restored is known to be younger than the schedule allows';
const SET_HEADINGS = ['SET', 'AGE', 'SKEW', 'ORIGIN', 'FLUSHED', 'STATE'];
const SINGLE_HEADINGS = ['SINGLE SNAPSHOT', 'NODE', 'AGE', 'STATUS'];

function setCells(set: ReportedSet): string[] {
  const { id, origin, state, problems, drill, isFlushed } = set;
  const reasons = [...problems.map(describeSetProblem), ...(drill ? [describeReportedDrill(drill)] : [])];
  return [
    id,
    formatDuration(set.ageSeconds),
    formatDuration(set.skewSeconds),
    origin,
    isFlushed === undefined ? 'unknown' : isFlushed ? 'yes' : 'no',
    [state, ...(reasons.length > 0 ? [reasons.join(', ')] : [])].join(': '),
  ];
}

function singleCells({ id, ageSeconds: age, snapshots }: ReportedSet): string[] {
  const [{ node, status } = { node: '?', status: '?' }] = snapshots;
  return [id, node, formatDuration(age), status];
}

function describeArchive({ archive }: BackupReport): string[] {
  if (archive === undefined) return [];
  const { bucket, until, seconds, problems } = archive;
  const now =
    until === undefined || seconds === undefined
      ? 'unknown'
      : `the writes of the last ${formatDuration(seconds)} (commit logs in ${bucket}, complete from the newest set to ${until}; they were listed, not read)`;
  return [`lost by a restore to a point in time now: ${now}`, ...problems.map((problem) => `problem of the archive: ${problem}`)];
}

function describeRecoveryPoint({ copies, promise, recoveryPoint, isKept }: BackupReport): string[] {
  const promised =
    copies !== undefined
      ? `unknown here: the schedule of the copies is in the stack of ${copies.project}`
      : promise === undefined
        ? 'unknown: a data disk has no snapshot schedule in the stack'
        : promise.by === 'set'
          ? `${promise.recoveryPointHours} h (a set every ${promise.everyHours} h, finished within an hour)`
          : `${promise.recoveryPointHours} h (each disk every ${promise.everyHours} h, begun within an hour)`;
  const now = recoveryPoint === undefined ? 'everything' : `the writes of the last ${formatDuration(recoveryPoint.seconds)}`;
  const using = recoveryPoint === undefined ? 'no set can be restored' : `set ${recoveryPoint.set}`;
  return [
    `lost by a restore now: ${now} (${using})`,
    `lost at most by schedule: ${promised}`,
    ...(copies === undefined ? [] : ['not checked: that the disks of the ring are as large as the snapshots']),
    ...(isKept ? [] : [copies === undefined ? TOO_OLD : 'problem: no copy can be restored']),
  ];
}
