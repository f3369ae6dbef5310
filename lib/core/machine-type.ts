import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { requireNoTemplate } from './template-text';
import { ValidationError } from './validation-error';

/** Size of a machine type. */
export interface MachineCapacity {
  readonly family: string;

  /** Number of vCPUs. Those of shared-core types run only a part of the time. */
  readonly vCpus: number;
  readonly gib: number;
  readonly sharedCore: boolean;
}

/** GiB of memory per vCPU, by family and by kind, the middle of the name. */
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

/** GiB of memory of the shared-core types, each of which has two vCPUs. */
const SHARED_CORE_GIB: Readonly<Record<string, number>> = { 'e2-micro': 1, 'e2-small': 2, 'e2-medium': 4 };

/**
 * Returns the size of a machine type, undefined for unknown families. A few of the largest types have less memory than the ratio
 * of their family.
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

const UP_TO_16 = [2, 4, 8, 16];
const UP_TO_32 = [...UP_TO_16, 32];
const UP_TO_96 = [...UP_TO_32, 48, 64, 80, 96];
const N1 = [...UP_TO_32, 64, 96];

/** Numbers of vCPUs in families that get no new types, by family and by kind. */
const SIZES: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  e2: { standard: UP_TO_32, highmem: UP_TO_16, highcpu: UP_TO_32 },
  n1: { standard: [1, ...N1], highmem: N1, highcpu: N1 },
  n2: { standard: [...UP_TO_96, 128], highmem: [...UP_TO_96, 128], highcpu: UP_TO_96 },
  n2d: { standard: [...UP_TO_96, 128, 224], highmem: UP_TO_96, highcpu: [...UP_TO_96, 128, 224] },
  t2d: { standard: [1, ...UP_TO_32, 48, 60] },
};

/** Types of these families that do not have the form family-kind-vCPUs. */
const OTHER_TYPES = /^(e2-(micro|small|medium)|n1-(mega|ultra)mem-\d+|(e2|n1|n2|n2d)-custom-(micro|small|medium|\d+)-\d+(-ext)?)$/;

/**
 * Returns the machine type when its name is valid. Tokens are not checked. Sizes are checked in families that get no new types,
 * and only the form of the name in others.
 *
 * @see https://cloud.google.com/compute/docs/general-purpose-machines
 */
export function requireMachineType(scope: IConstruct, prop: string, machineType: string): string {
  if (Token.isUnresolved(machineType)) {
    requireNoTemplate(scope, prop, machineType, 'a machine type');
    return machineType;
  }
  const fail = (rule: string) => new ValidationError(scope, `'${prop}' must be ${rule}, got '${machineType}'`);
  if (!/^(custom-\d+-\d+(-ext)?|[a-z]{1,4}\d{1,2}[a-z]{0,3}(-[a-z0-9]+)+)$/.test(machineType)) {
    throw fail('a machine type such as e2-standard-4');
  }
  const [family = '', kind = '', ...size] = machineType.split('-');
  const kinds = Object.hasOwn(SIZES, family) ? SIZES[family] : undefined;
  if (!kinds || OTHER_TYPES.test(machineType)) return machineType;
  const sizes = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!sizes) {
    const forms = Object.keys(kinds).map((each) => `${family}-${each}-N`);
    throw fail(`one of ${forms.join(', ')}`);
  }
  if (!sizes.map(String).includes(size.join('-'))) throw fail(`${family}-${kind}-N with N one of ${sizes.join(', ')}`);
  return machineType;
}

/**
 * Machine series that support only one kind of disk. C3, C3D and the older memory-optimized series support both.
 *
 * From Google's table of machine series and hyperdisk types (Compute Engine documentation, "About Google Cloud Hyperdisk")
 * and the page of each series. A series in neither list is not checked.
 */
const PERSISTENT_DISK_ONLY = ['e2', 'n1', 'n2', 'n2d', 't2a', 't2d', 'c2', 'c2d'];
const HYPERDISK_ONLY = ['n4', 'n4a', 'n4d', 'c4', 'c4a', 'c4d', 'm4', 'x4'];

/** Returns the only kind of disk that a machine type supports, undefined when it supports both or its series is unknown. */
export function onlyDiskKind(machineType: string): 'persistent' | 'hyperdisk' | undefined {
  const series = machineType.split('-')[0]!;
  if (HYPERDISK_ONLY.includes(series)) return 'hyperdisk';
  return PERSISTENT_DISK_ONLY.includes(series) ? 'persistent' : undefined;
}
