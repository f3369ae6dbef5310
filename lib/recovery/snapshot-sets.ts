import { NODE_LABEL } from '../cassandra-contract/labels';
import type { Ring } from '../operations/ring';
import type { ComputeEngine, ComputeResource } from './compute-engine';
import { type FoundSnapshot, groupSnapshots } from './group-snapshots';
import { RecoveryError } from './recovery-error';
import type { SnapshotSet } from './snapshot-set';

/** Properties for `listSnapshotSets`. */
export interface ListSnapshotSetsOptions {
  readonly compute: Pick<ComputeEngine, 'snapshots' | 'disks'>;
  readonly ring: Ring;

  /** In milliseconds since 1970. */
  readonly now: number;
}

/**
 * Lists the snapshots of a ring's data disks, by set, newest first. A snapshot belongs to the ring by its source disk, whether or not that
 * still exists.
 *
 * No set was read: one without problems is complete, and not verified.
 */
export async function listSnapshotSets({ compute, ring, now }: ListSnapshotSetsOptions): Promise<SnapshotSet[]> {
  const [snapshots, diskSizesGiB] = await Promise.all([compute.snapshots(), readDiskSizes(compute, ring)]);
  const found = snapshots.flatMap((one) => readSnapshot(ring, one) ?? []);
  return groupSnapshots(found, { nodes: ring.nodes.map(({ name }) => name), diskSizesGiB, now });
}

/** Data disk of a node, by its name. */
interface DataDisk {
  readonly node: string;
  readonly generation: number;
}

/** Reads the node and the generation from the name of a data disk; `undefined` for other disks. */
function parseDataDisk(ring: Ring, name: string, zone: string, label: string | undefined): DataDisk | undefined {
  const [, vm, number = '1'] = /^(.+)-data(?:-([2-9]|[1-9]\d+))?$/.exec(name) ?? [];
  if (vm === undefined) return undefined;
  const generation = Number(number);
  const known = ring.nodes.find((one) => one.vm === vm);
  if (known !== undefined) {
    return known.zone === zone && (label === undefined || label === known.name) ? { node: known.name, generation } : undefined;
  }
  // A node that the ring no longer has. Names of nodes with a hyphen may be the end of another ring's name, so they need the label.
  const node = vm.startsWith(`${ring.name}-`) ? vm.slice(ring.name.length + 1) : '';
  const isRemoved = zone.startsWith(`${ring.region}-`) && (label === undefined ? /^[a-z\d]+$/.test(node) : label === node);
  return isRemoved ? { node, generation } : undefined;
}

function readSnapshot(ring: Ring, snapshot: ComputeResource): FoundSnapshot | undefined {
  const [, project, zone, disk] = /projects\/([^/]+)\/zones\/([^/]+)\/disks\/([^/]+)$/.exec(String(snapshot.sourceDisk)) ?? [];
  // The API may return the number of the project instead of its id.
  if (disk === undefined || (project !== ring.project && !/^\d+$/.test(project!))) return undefined;
  const labels = (snapshot.labels ?? {}) as Readonly<Record<string, string>>;
  const source = parseDataDisk(ring, disk, zone!, labels[NODE_LABEL]);
  if (source === undefined) return undefined;
  const takenAt = Date.parse(String(snapshot.creationTimestamp));
  if (Number.isNaN(takenAt)) {
    throw new RecoveryError(`snapshot ${snapshot.name} of ${disk} has no time: 'creationTimestamp' is ${snapshot.creationTimestamp}`);
  }
  return {
    ...source,
    name: snapshot.name,
    zone: zone!,
    disk,
    diskNumber: String(snapshot.sourceDiskId ?? ''),
    takenAt,
    status: String(snapshot.status ?? 'UNKNOWN'),
    sizeGiB: Number(snapshot.diskSizeGb ?? 0),
    isFlushed: typeof snapshot.guestFlush === 'boolean' ? snapshot.guestFlush : undefined,
    labels,
    isScheduled: snapshot.autoCreated === true || Boolean(snapshot.sourceSnapshotSchedulePolicy),
  };
}

/** Sizes of the newest data disks of a ring, by name of the node. */
export async function readDiskSizes(compute: Pick<ComputeEngine, 'disks'>, ring: Ring): Promise<ReadonlyMap<string, number>> {
  const zones = [...new Set(ring.nodes.map(({ zone }) => zone))];
  const disks = await Promise.all(zones.map((zone) => compute.disks(zone)));
  return new Map(disks.flatMap((ofZone, index) => readSizes(ring, zones[index]!, ofZone)));
}

function readSizes(ring: Ring, zone: string, disks: readonly ComputeResource[]): [string, number][] {
  const found = disks.flatMap(({ name, sizeGb }) => {
    const disk = parseDataDisk(ring, name, zone, undefined);
    return disk === undefined ? [] : [{ ...disk, sizeGiB: Number(sizeGb) }];
  });
  return found.sort((one, other) => one.generation - other.generation).map(({ node, sizeGiB }) => [node, sizeGiB]);
}
