import { machineCapacity } from '../core/machine-type';

/** A machine type, in what is paid for. */
export interface MachineShape {
  readonly family: string;

  /** vCPUs that are paid for: those with shared cores pay for a part of one. */
  readonly vCpus: number;
  readonly gib: number;
}

/** vCPUs that shared-core types pay for. */
const SHARED_CORES: Readonly<Record<string, number>> = { 'e2-micro': 0.25, 'e2-small': 0.5, 'e2-medium': 1 };

/** What a machine type is paid by; nothing for custom types, which have prices of their own, and families that are not known here. */
export function machineShape(machineType: string): MachineShape | undefined {
  const capacity = machineType.includes('custom-') ? undefined : machineCapacity(machineType);
  return capacity && { family: capacity.family, vCpus: SHARED_CORES[machineType] ?? capacity.vCpus, gib: capacity.gib };
}
