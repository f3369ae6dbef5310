/** A machine type, in what is paid for. */
export interface MachineShape {
  readonly family: string;

  /** vCPUs that are paid for: those with shared cores pay for a part of one. */
  readonly vCpus: number;
  readonly gib: number;
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

const SHARED_CORES: Readonly<Record<string, MachineShape>> = {
  'e2-micro': { family: 'e2', vCpus: 0.25, gib: 1 },
  'e2-small': { family: 'e2', vCpus: 0.5, gib: 2 },
  'e2-medium': { family: 'e2', vCpus: 1, gib: 4 },
};

/**
 * What a machine type consists of; nothing for custom types and families that are not known here.
 *
 * @see https://cloud.google.com/compute/docs/general-purpose-machines
 */
export function machineShape(machineType: string): MachineShape | undefined {
  const [, family = '', kind = '', count = ''] = /^([a-z0-9]+)-([a-z]+)-(\d+)$/.exec(machineType) ?? [];
  const gibEach = FAMILIES[family]?.[kind];
  return SHARED_CORES[machineType] ?? (gibEach === undefined ? undefined : { family, vCpus: Number(count), gib: Number(count) * gibEach });
}
