/** Size of a machine type. */
export interface MachineCapacity {
  readonly family: string;

  /** vCPUs that the machine has; those of shared-core types run a part of the time only. */
  readonly vCpus: number;
  readonly gib: number;
  readonly sharedCore: boolean;
}

/** GiB of memory for each vCPU, by family and by the middle of the name. */
export const FAMILIES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  e2: { standard: 4, highmem: 8, highcpu: 1 },
  n1: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
  n2: { standard: 4, highmem: 8, highcpu: 1 },
  n2d: { standard: 4, highmem: 8, highcpu: 1 },
  t2d: { standard: 4 },
  c3: { standard: 4, highmem: 8, highcpu: 2 },
  c4: { standard: 3.75, highmem: 7.75, highcpu: 2 },
  n4: { standard: 4, highmem: 8, highcpu: 2 },
};

/** GiB of memory of the shared-core types, which have two vCPUs each. */
const SHARED_CORE_GIB: Readonly<Record<string, number>> = { 'e2-micro': 1, 'e2-small': 2, 'e2-medium': 4 };

/**
 * Size of a machine type; nothing for families that are not known here. A few of the largest types have less memory than
 * their family's ratio gives.
 *
 * @see https://cloud.google.com/compute/docs/general-purpose-machines
 */
export function machineCapacity(machineType: string): MachineCapacity | undefined {
  const shared = SHARED_CORE_GIB[machineType];
  if (shared !== undefined) return { family: 'e2', vCpus: 2, gib: shared, sharedCore: true };

  const custom = /^(?:([a-z]\d+[a-z]?)-)?custom-(\d+)-(\d+)(?:-ext)?$/.exec(machineType);
  if (custom) return { family: custom[1] ?? 'n1', vCpus: Number(custom[2]), gib: Number(custom[3]) / 1024, sharedCore: false };

  const [, family = '', kind = '', count = ''] = /^([a-z0-9]+)-([a-z]+)-(\d+)$/.exec(machineType) ?? [];
  const gibEach = FAMILIES[family]?.[kind];
  return gibEach === undefined ? undefined : { family, vCpus: Number(count), gib: Number(count) * gibEach, sharedCore: false };
}
