import {
  COPY_DISK_LABEL,
  COPY_OF_LABEL,
  COPY_PROJECT_LABEL,
  COPY_TIME_LABEL,
  COPY_ZONE_LABEL,
  NODE_LABEL,
  projectLabel,
  RING_LABEL,
  SNAPSHOT_SET_LABEL,
  SNAPSHOT_SET_STATE_LABEL,
  UNFINISHED,
} from '../cassandra-contract/labels';
import { RefusedError } from '../core/reported-error';
import type { Ring } from '../operations/ring';
import { FORMER_SET } from './choose-set';
import type { ComputeEngine, ComputeResource } from './compute-engine';
import { type FoundSnapshot, groupSnapshots } from './group-snapshots';
import { RecoveryError } from './recovery-error';
import type { SnapshotSet } from './snapshot-set';
import { type ListSnapshotSetsOptions, listSnapshotSets, readDiskSizes } from './snapshot-sets';

/** Project with the copies of a ring, from `SnapshotSetCopies`. */
export interface CopiesProject {
  readonly project: string;

  /** Client for this project. */
  readonly compute: Pick<ComputeEngine, 'snapshots'>;
}

/** Properties for `listCopiedSets`. */
export interface ListCopiedSetsOptions {
  readonly copies: CopiesProject;
  readonly ring: Ring;

  /** Client for the project of the ring. @default - snapshots that are larger than the disks of the ring are not found */
  readonly compute?: Pick<ComputeEngine, 'disks'>;

  /** In milliseconds since 1970. */
  readonly now: number;
}

/**
 * Lists the copies of the sets of a ring in another project, newest first, with the times of the originals. Those of the ring's project are
 * listed; when there are none, those of the one other project that had a ring of this name, which was lost.
 *
 * @throws RefusedError if several other projects had a ring of this name
 */
export async function listCopiedSets({ copies, ring, compute, now }: ListCopiedSetsOptions): Promise<SnapshotSet[]> {
  const [snapshots, diskSizesGiB] = await Promise.all([
    copies.compute.snapshots(`labels.${RING_LABEL}=${ring.name} AND labels.${COPY_OF_LABEL}:*`),
    compute === undefined ? new Map<string, number>() : readDiskSizes(compute, ring),
  ]);
  const own = snapshots.filter((one) => readLabels(one)[RING_LABEL] === ring.name);
  const of = chooseProject(own, copies.project, ring);
  const found = own.filter((one) => readLabels(one)[COPY_PROJECT_LABEL] === of).map((one) => readCopy(copies.project, one));
  const nodes = ring.nodes.map(({ name }) => name);
  return groupSnapshots(found, { nodes, diskSizesGiB, now }).map((set) => ({ ...set, copy: { project: copies.project, of } }));
}

/**
 * Lists the sets of a ring that a restore may choose from: of the project of copies, if there is one, otherwise of its own.
 *
 * @throws RefusedError if the project of copies has none
 */
export async function listRestorableSets({
  copies,
  ...options
}: ListSnapshotSetsOptions & { readonly copies?: CopiesProject }): Promise<SnapshotSet[]> {
  const own = await listSnapshotSets(options);
  if (copies === undefined) return own;
  // Snapshots of disks that a restore replaced are the way back from it.
  const sets = [...(await listCopiedSets({ ...options, copies })), ...own.filter(({ id }) => id.startsWith(FORMER_SET))];
  if (sets.length === 0) throw new RefusedError(`project ${copies.project} has no copies of the sets of ${options.ring.name}`);
  return sets;
}

function chooseProject(snapshots: readonly ComputeResource[], project: string, ring: Ring): string {
  const projects = [...new Set(snapshots.map((one) => readLabels(one)[COPY_PROJECT_LABEL] ?? 'unknown'))].sort();
  const own = projectLabel(ring.project);
  if (projects.includes(own)) return own;
  if (projects.length <= 1) return projects[0] ?? own;
  throw new RefusedError(
    `project ${project} has copies of ${ring.name} from several projects, and none from ${ring.project}: ${projects.join(', ')}`,
  );
}

/**
 * Reads a copy. Whether its original was flushed is unknown: the API's `guestFlush` of a copy is about its temporary disk, which no guest has.
 *
 * @throws RecoveryError if a label of the copy is missing: its node or its time would be unknown
 */
function readCopy(project: string, snapshot: ComputeResource): FoundSnapshot {
  const labels = readLabels(snapshot);
  const text = (label: string, form = /./): string => {
    const value = labels[label] ?? '';
    if (form.test(value)) return value;
    throw new RecoveryError(`snapshot ${snapshot.name} of project ${project} is no complete copy: its label '${label}' is '${value}'`);
  };
  return {
    ...{ name: snapshot.name, project, node: text(NODE_LABEL), zone: text(COPY_ZONE_LABEL), disk: text(COPY_DISK_LABEL) },
    diskNumber: text(COPY_DISK_LABEL),
    takenAt: Number(text(COPY_TIME_LABEL, /^\d+$/)) * 1000,
    status: String(snapshot.status ?? 'UNKNOWN'),
    sizeGiB: Number(snapshot.diskSizeGb ?? 0),
    labels: {
      ...labels,
      [SNAPSHOT_SET_LABEL]: text(SNAPSHOT_SET_LABEL),
      [SNAPSHOT_SET_STATE_LABEL]: labels[SNAPSHOT_SET_STATE_LABEL] ?? UNFINISHED,
    },
    isScheduled: false,
    generation: 1,
  };
}

function readLabels({ labels = {} }: ComputeResource): Readonly<Record<string, string>> {
  return labels as Readonly<Record<string, string>>;
}
