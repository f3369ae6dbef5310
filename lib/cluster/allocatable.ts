import { machineCapacity } from '../core/machine-type';

/** Resources of a node: CPU in cores and memory in bytes. */
export interface NodeResources {
  readonly cpu: number;
  readonly memoryBytes: number;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Share of each core that GKE reserves: 6% of the first, 1% of the second, and so on. */
const CPU_STEPS = [
  { upTo: 1, share: 0.06 },
  { upTo: 2, share: 0.01 },
  { upTo: 4, share: 0.005 },
  { upTo: Number.POSITIVE_INFINITY, share: 0.0025 },
];

/** Share of each GiB of memory that GKE reserves. */
const MEMORY_STEPS = [
  { upTo: 4, share: 0.25 },
  { upTo: 8, share: 0.2 },
  { upTo: 16, share: 0.1 },
  { upTo: 128, share: 0.06 },
  { upTo: Number.POSITIVE_INFINITY, share: 0.02 },
];

/** Cores that GKE reserves on a shared-core machine type, of two. */
const SHARED_CORE_RESERVED = 1.06;

/** Free memory below which the kubelet evicts pods. */
const EVICTION_BYTES = 100 * MIB;

/**
 * Estimates the allocatable resources of a node: its capacity without GKE's reservations and the eviction threshold. Undefined
 * for machine types whose size is unknown. It is an upper bound: the kernel of a real node and DaemonSets use some more.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
 */
export function estimateAllocatable(machineType: string): NodeResources | undefined {
  const capacity = machineCapacity(machineType);
  if (!capacity) return undefined;
  const { vCpus, gib, sharedCore } = capacity;
  const memory = gib < 1 ? gib * GIB - 255 * MIB : (gib - sumReserved(gib, MEMORY_STEPS)) * GIB;
  return { cpu: vCpus - (sharedCore ? SHARED_CORE_RESERVED : sumReserved(vCpus, CPU_STEPS)), memoryBytes: memory - EVICTION_BYTES };
}

function sumReserved(amount: number, steps: readonly { readonly upTo: number; readonly share: number }[]): number {
  return steps.reduce((sum, { upTo, share }, index) => {
    const from = steps[index - 1]?.upTo ?? 0;
    return sum + Math.max(0, Math.min(amount, upTo) - from) * share;
  }, 0);
}
