import { NODE_LABEL, RECOVERED_DISK_LABEL } from '../cassandra-contract/labels';
import { COMPUTE_NAME_LENGTH, shorten } from '../core/physical-name';
import { RefusedError } from '../core/reported-error';
import type { Ring, RingNode } from '../operations';
import type { ComputeEngine, ComputeResource, Zonal } from './compute-engine';
import type { RecoveredDisk } from './recovered-disk';
import { RecoveryError } from './recovery-error';
import { RecoveryVms } from './recovery-vms';
import type { SnapshotSet } from './snapshot-set';
import type { Check, Verification } from './verification';
import { removeOld, removeRecovery } from './verify-set';
import type { DiskTask } from './vm/recovery-script';

/** Disk or snapshot to recover from. */
export type RecoverySource =
  /** @param zone zone of the disk. @default - it is searched in the zones of the ring */
  { readonly disk: string; readonly zone?: string } | { readonly snapshot: string };

/** Source that exists. */
export interface FoundSource {
  /** Snapshot of the original. @default - it has to be taken */
  readonly snapshot?: string;

  /** Original disk. It may no longer exist if there is a snapshot of it. */
  readonly disk: Zonal;
  readonly sizeGiB: number;
}

/** Properties for `recoverDisk`. */
export interface RecoverDiskOptions {
  readonly compute: ComputeEngine;

  /** Ring whose project, subnet, machine type and boot image the recovery VM has. */
  readonly ring: Ring;
  readonly source: RecoverySource;

  /** Identifies the run; recovery VM and clone have it as label. */
  readonly run: string;
  readonly onProgress: (text: string) => void;

  /** Ends the recovery; VM and clone are removed. @default - none */
  readonly signal?: AbortSignal;

  /** Milliseconds since 1970. @default - the system clock */
  readonly now?: () => number;
}

/** Result of the verification of one disk as a database of one node. */
export interface DiskVerification {
  /** Snapshot of the original, which stays. */
  readonly snapshot: string;
  readonly source: FoundSource;
  readonly verification: Verification;

  /** @default - unknown: its identity could not be read */
  readonly disk?: RecoveredDisk;
}

/** Verified disk, with the clone that was prepared for a node. */
export interface PreparedDisk extends DiskVerification {
  /** Clone with the identity files of the node, cleanly unmounted. `removeRecovery` removes it. */
  readonly clone: Zonal;
}

/**
 * Finds the disk or snapshot. Changes nothing.
 *
 * @throws RefusedError if it does not exist, or cannot be read
 */
export async function findSource(compute: ComputeEngine, ring: Ring, source: RecoverySource): Promise<FoundSource> {
  if ('snapshot' in source) {
    const found = await compute.snapshot(source.snapshot);
    if (found === undefined) throw new RefusedError(`there is no snapshot ${source.snapshot} in project ${ring.project}`);
    if (found.status !== 'READY') throw new RefusedError(`snapshot ${source.snapshot} must be READY, got ${found.status}`);
    const [, zone = '', name = ''] = /zones\/([^/]+)\/disks\/([^/]+)$/.exec(String(found.sourceDisk)) ?? [];
    return { snapshot: source.snapshot, disk: { zone, name }, sizeGiB: Number(found.diskSizeGb) };
  }
  const zones = source.zone === undefined ? [...new Set(ring.nodes.map(({ zone }) => zone))] : [source.zone];
  const disks = await Promise.all(zones.map((zone) => compute.disk({ zone, name: source.disk })));
  const found = zones.flatMap((zone, index) => (disks[index] === undefined ? [] : [{ zone, disk: disks[index] }]));
  const [first, second] = found;
  const hint = source.zone === undefined ? '; for a disk in another zone, pass --zone' : '';
  if (first === undefined)
    throw new RefusedError(`there is no disk ${source.disk} in ${zones.join(', ')} of project ${ring.project}${hint}`);
  if (second !== undefined) throw new RefusedError(`disk ${source.disk} exists in ${first.zone} and in ${second.zone}: pass --zone`);
  return { disk: { zone: first.zone, name: source.disk }, sizeGiB: Number(first.disk.sizeGb) };
}

/**
 * Verifies one disk as a database of one node, on a clone: the identity is read from the disk, Cassandra boots without a network, becomes a
 * ring of one, and all rows are read at QUORUM. The original is not changed; a snapshot of it is taken first, and stays. VM and clone are
 * removed, also after a failure; those that cannot be removed are reported as progress.
 *
 * @throws RefusedError if there is no such disk or snapshot
 * @throws RecoveryError if it was interrupted, or the ring lacks what the recovery VM needs
 */
export async function recoverDisk(options: RecoverDiskOptions): Promise<DiskVerification> {
  const found = await findSource(options.compute, options.ring, options.source);
  const snapshot = await snapshotOriginal(options, found);
  const { ring } = options;
  const node = ring.nodes.find(({ zone }) => zone === found.disk.zone) ?? ring.nodes[0];
  if (node === undefined) throw new RecoveryError(`ring ${ring.name} must have a node`);
  try {
    const { clone: _, ...verified } = await verifyClone(options, found, snapshot, node, {});
    return verified;
  } finally {
    await removeClone(options);
  }
}

/**
 * Verifies the snapshot of one disk, and prepares the clone for the place of a node. The clone stays, if it could be created at all.
 *
 * @throws RecoveryError as `recoverDisk`
 */
export function prepareDisk(
  options: RecoverDiskOptions,
  source: FoundSource,
  snapshot: string,
  node: RingNode,
  prepare: DiskTask['prepare'],
): Promise<PreparedDisk> {
  return verifyClone(options, source, snapshot, node, prepare && { prepare });
}

/** Removes the VM and the clone of a run, and reports those that remain. */
export async function removeClone({ compute, ring, run, onProgress }: RecoverDiskOptions): Promise<void> {
  onProgress('removing the clone and the recovery VM');
  for (const remaining of await removeRecovery({ compute, ring, run })) onProgress(`not removed: ${remaining}`);
}

/** Takes a snapshot of the original, unless the source is one. @returns its name */
export async function snapshotOriginal(options: RecoverDiskOptions, { disk, snapshot }: FoundSource): Promise<string> {
  if (snapshot !== undefined) return snapshot;
  const { compute, onProgress, signal, now = Date.now } = options;
  if (signal?.aborted) throw new RecoveryError('the recovery was interrupted');
  const time = new Date(now()).toISOString().slice(0, 19).replace(/\D/g, '');
  const name = shorten(`${disk.name}-recover-${time}`, COMPUTE_NAME_LENGTH);
  onProgress(`${disk.zone}: snapshot ${name} of disk ${disk.name}, which is not changed`);
  const { labels } = ((await compute.disk(disk)) ?? {}) as { labels?: Readonly<Record<string, string>> };
  const node = labels?.[NODE_LABEL];
  const taken = await compute.createSnapshot(disk, {
    name,
    labels: { [RECOVERED_DISK_LABEL]: disk.name, ...(node !== undefined && { [NODE_LABEL]: node }) },
  });
  return requireReady(taken).name;
}

/** @throws RecoveryError unless a snapshot is READY */
export function requireReady(snapshot: ComputeResource): ComputeResource {
  if (snapshot.status === 'READY') return snapshot;
  throw new RecoveryError(`snapshot ${snapshot.name} must be READY, got ${snapshot.status}`);
}

async function verifyClone(
  options: RecoverDiskOptions,
  source: FoundSource,
  snapshot: string,
  node: RingNode,
  recover: DiskTask = {},
): Promise<PreparedDisk> {
  await removeOld(options);
  const vms = new RecoveryVms({ ...options, set: toSet(snapshot, source, node), flush: [], recover });
  const { reports, clones, seconds } = await vms.run();
  const [report] = reports;
  if (report === undefined) throw new RecoveryError(`snapshot ${snapshot} was not verified`);
  const { checks, tables, disk } = report;
  const verification = { set: snapshot, checks: [...checks, checkRows(checks, tables)], tables, seconds };
  return { snapshot, source, verification, ...(disk !== undefined && { disk }), clone: clones.get(node.name)! };
}

/** A database without rows is nothing that was recovered. */
function checkRows(checks: readonly Check[], tables: Verification['tables']): Check {
  const [level, code] = [4, 'rows-present'] as const;
  if (!checks.some((check) => check.code === 'rows' && check.outcome !== 'not-run')) return { level, code, outcome: 'not-run' };
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  if (total === 0) return { level, code, outcome: 'failed', detail: 'no table of a user has a row on the disk' };
  return { level, code, outcome: 'passed', detail: `${total} rows` };
}

/** The snapshot as a set of one, in the place of a node. */
function toSet(snapshot: string, { disk, sizeGiB }: FoundSource, node: RingNode): SnapshotSet {
  const times = { takenAt: 0, lastTakenAt: 0 };
  const one = { ...{ name: snapshot, node: node.name, disk: disk.name, diskNumber: '', sizeGiB }, ...times };
  const source = { ...one, zone: disk.zone || node.zone, status: 'READY', labels: {} };
  return { id: snapshot, snapshots: new Map([[node.name, source]]), ...times, origin: 'manual', problems: [] };
}
