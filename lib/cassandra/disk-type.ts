import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { onlyDiskKind } from '../core/machine-type';
import { ValidationError } from '../core/validation-error';

/** Disk types that data survives on. Local SSD is none: it is lost when the VM stops, and has no snapshots. */
export type DiskType = 'pd-balanced' | 'pd-ssd' | 'hyperdisk-balanced';

export const DISK_TYPES: readonly DiskType[] = ['pd-balanced', 'pd-ssd', 'hyperdisk-balanced'];

/** Fails when disks of the type cannot be attached to machines of the type. */
export function requireAttachable(scope: IConstruct, machineType: string, diskType: DiskType): void {
  if (Token.isUnresolved(machineType)) return;
  const hyperdisk = diskType.startsWith('hyperdisk');
  if (onlyDiskKind(machineType) === (hyperdisk ? 'persistent' : 'hyperdisk')) {
    const allowed = hyperdisk ? 'pd-balanced or pd-ssd' : 'hyperdisk-balanced';
    throw new ValidationError(scope, `'dataDiskType' must be ${allowed} for machine type ${machineType}, got '${diskType}'`);
  }
}

/** The cheapest type a machine boots well from. */
export function bootDiskType(machineType: string): DiskType {
  return onlyDiskKind(machineType) === 'hyperdisk' ? 'hyperdisk-balanced' : 'pd-balanced';
}
