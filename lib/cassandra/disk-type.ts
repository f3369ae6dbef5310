import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { onlyDiskKind } from '../core/machine-type';
import { ValidationError } from '../core/validation-error';

/** Durable disk types. Excludes Local SSD, which loses its data when the VM stops and has no snapshots. */
export type DiskType = 'pd-balanced' | 'pd-ssd' | 'hyperdisk-balanced';

export const DISK_TYPES: readonly DiskType[] = ['pd-balanced', 'pd-ssd', 'hyperdisk-balanced'];

/** Requires that disks of a type can be attached to VMs of a machine type. */
export function requireAttachable(scope: IConstruct, machineType: string, diskType: DiskType): void {
  if (Token.isUnresolved(machineType)) return;
  const hyperdisk = diskType.startsWith('hyperdisk');
  if (onlyDiskKind(machineType) === (hyperdisk ? 'persistent' : 'hyperdisk')) {
    const allowed = hyperdisk ? 'pd-balanced or pd-ssd' : 'hyperdisk-balanced';
    throw new ValidationError(scope, `'dataDiskType' must be ${allowed} for machine type ${machineType}, got '${diskType}'`);
  }
}

/** Cheapest suitable type of a boot disk. */
export function bootDiskType(machineType: string): DiskType {
  return onlyDiskKind(machineType) === 'hyperdisk' ? 'hyperdisk-balanced' : 'pd-balanced';
}
