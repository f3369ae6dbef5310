import { machineCapacity } from '../core/machine-type';

/** Billed resources of a machine type. */
export interface MachineShape {
  readonly family: string;

  /** Billed vCPUs: shared-core types are billed for a fraction of one. */
  readonly vCpus: number;
  readonly gib: number;
}

/** Billed vCPUs of shared-core types. */
const SHARED_CORES: Readonly<Record<string, number>> = { 'e2-micro': 0.25, 'e2-small': 0.5, 'e2-medium': 1 };

/** Finds the billed resources of a machine type; undefined for custom types, which have their own prices, and unknown families. */
export function findMachineShape(machineType: string): MachineShape | undefined {
  const capacity = machineType.includes('custom-') ? undefined : machineCapacity(machineType);
  return capacity && { family: capacity.family, vCpus: SHARED_CORES[machineType] ?? capacity.vCpus, gib: capacity.gib };
}
