import { formatDuration } from '../operations/findings';

/** Snapshot of the data disk of one node. */
export interface DiskSnapshot {
  readonly name: string;

  /** Project of the snapshot. @default - the project of the ring */
  readonly project?: string;

  /** Name of the node in its ring, for example `b`. */
  readonly node: string;

  /** Zone of the source disk. */
  readonly zone: string;

  /** Name of the source disk. */
  readonly disk: string;

  /** Number of the source disk: disks of one name have different ones. */
  readonly diskNumber: string;

  /** Start of the snapshot, in milliseconds since 1970. */
  readonly takenAt: number;

  /** `READY` once it can be restored. */
  readonly status: string;
  readonly sizeGiB: number;

  /**
   * The guest was asked to flush its file systems; other snapshots are crash consistent. The API documents the flush as input.
   *
   * @default - unknown: the API did not return it
   */
  readonly isFlushed?: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** Snapshots of all data disks of a ring that belong together: taken by one run of a job, or by one run of their schedule. */
export interface SnapshotSet {
  /**
   * Value of the label `cassandra-snapshot-set`; the name of a single manual snapshot; otherwise the UTC time of the first snapshot, as
   * `20261129-041500`. Different for each set of a ring.
   */
  readonly id: string;

  /** By name of the node. */
  readonly snapshots: ReadonlyMap<string, DiskSnapshot>;

  /** Start of the first and of the last snapshot, in milliseconds since 1970. */
  readonly takenAt: number;
  readonly lastTakenAt: number;

  /**
   * `job`: the snapshots were taken together, and their job marked them. `label`: a label joins them, and no job marked them. Those of a
   * schedule are up to an hour apart.
   */
  readonly origin: 'job' | 'label' | 'schedule' | 'manual';

  /** Project of the copies, and project whose set was copied. @default - it is no copy */
  readonly copy?: { readonly project: string; readonly of: string };

  /** Reasons why it cannot be restored; empty if it can. */
  readonly problems: readonly SetProblem[];
}

/** Name of a snapshot of a ring for Compute Engine, as `projects/PROJECT/global/snapshots/NAME`. */
export function snapshotPath(ring: { readonly project: string }, { project = ring.project, name }: DiskSnapshot): string {
  return `projects/${project}/global/snapshots/${name}`;
}

/** Names the project of a copied set, after other words; empty if it is no copy. */
export function describeCopy({ copy }: Pick<SnapshotSet, 'copy'>): string {
  return copy === undefined ? '' : `, copied from ${copy.of} to ${copy.project}`;
}

/** Reason why a set cannot be restored. */
export type SetProblem =
  | { readonly code: 'missing-node'; readonly node: string }
  /** The ring no longer has the node, and the others need not have its rows. */
  | { readonly code: 'unknown-node'; readonly node: string }
  /** The snapshot was taken later than now: a clock is wrong, and the age of the set is unknown. */
  | { readonly code: 'from-the-future'; readonly node: string; readonly takenAt: number }
  | { readonly code: 'not-ready'; readonly node: string; readonly status: string }
  | { readonly code: 'too-small'; readonly node: string; readonly sizeGiB: number; readonly limitGiB: number }
  /** Time between the snapshots that a label joins, and its maximum. */
  | { readonly code: 'skewed'; readonly seconds: number; readonly limitSeconds: number }
  /** The set is marked as valid, and its job would have asked for a guest flush. */
  | { readonly code: 'not-flushed'; readonly node: string }
  | { readonly code: 'marked-invalid'; readonly reason: string };

/** Describes a problem of a set, beginning with its code. */
export function describeSetProblem(problem: SetProblem): string {
  return `${problem.code} (${describeSetReason(problem)})`;
}

/** Describes a problem of a set, without its code. */
export function describeSetReason(problem: SetProblem): string {
  switch (problem.code) {
    case 'missing-node':
      return `no snapshot of ${problem.node}`;
    case 'unknown-node':
      return `${problem.node} is no longer a node of the ring, and its rows would be lost`;
    case 'from-the-future':
      return `${problem.node} was taken at ${new Date(problem.takenAt).toISOString()}`;
    case 'not-ready':
      return `${problem.node} is ${problem.status}`;
    case 'too-small':
      return `${problem.node} has ${problem.sizeGiB} GiB, and its disk ${problem.limitGiB} GiB`;
    case 'skewed':
      return `the snapshots are ${formatDuration(problem.seconds)} apart, more than ${formatDuration(problem.limitSeconds)}`;
    case 'not-flushed':
      return `${problem.node} has no guest flush`;
    case 'marked-invalid':
      return problem.reason;
  }
}
