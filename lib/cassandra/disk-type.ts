import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { ValidationError } from '../core/validation-error';

/** Disk types that data survives on. Local SSD is none: it is lost when the VM stops, and has no snapshots. */
export type DiskType = 'pd-balanced' | 'pd-ssd' | 'hyperdisk-balanced';

export const DISK_TYPES: readonly DiskType[] = ['pd-balanced', 'pd-ssd', 'hyperdisk-balanced'];

/**
 * Machine series that take only one kind of disk; C3, C3D and the older memory-optimized series take both.
 *
 * From Google's table of machine series and hyperdisk types (Compute Engine documentation, "About Google Cloud Hyperdisk")
 * and each series' own page. A series that is in neither list is trusted.
 */
const PERSISTENT_DISK_ONLY = ['e2', 'n1', 'n2', 'n2d', 't2a', 't2d', 'c2', 'c2d'];
const HYPERDISK_ONLY = ['n4', 'n4a', 'n4d', 'c4', 'c4a', 'c4d', 'm4', 'x4'];

/** Fails when disks of the type cannot be attached to machines of the type. */
export function requireAttachable(scope: IConstruct, machineType: string, diskType: DiskType): void {
  if (Token.isUnresolved(machineType)) return;
  const series = seriesOf(machineType);
  const hyperdisk = diskType.startsWith('hyperdisk');
  if (hyperdisk ? PERSISTENT_DISK_ONLY.includes(series) : HYPERDISK_ONLY.includes(series)) {
    const allowed = hyperdisk ? 'pd-balanced or pd-ssd' : 'hyperdisk-balanced';
    throw new ValidationError(scope, `'dataDiskType' must be ${allowed} for machine type ${machineType}, got '${diskType}'`);
  }
}

/** The cheapest type a machine boots well from. */
export function bootDiskType(machineType: string): DiskType {
  return HYPERDISK_ONLY.includes(seriesOf(machineType)) ? 'hyperdisk-balanced' : 'pd-balanced';
}

function seriesOf(machineType: string): string {
  return machineType.split('-')[0]!;
}
