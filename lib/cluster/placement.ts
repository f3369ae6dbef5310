import { Token } from 'cdktf';
import { estimateAllocatable } from './allocatable';

/** Machine type, labels and taints of the nodes of one pool, as the scheduler evaluates them. */
export interface NodeTemplate {
  /** Name of the pool, for messages. */
  readonly name: string;

  /** Machine type of the nodes. */
  readonly machineType: string;

  /** Labels, including those that GKE sets, as far as they are known. */
  readonly labels: Readonly<Record<string, string>>;

  /** Taints of the nodes. */
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
}

/** Requirements of a pod on its node. */
export interface PodRequirements {
  /** CPU and memory requests as Kubernetes quantities, for messages. */
  readonly cpuRequest: string;
  readonly memoryRequest: string;

  /** CPU request in cores. */
  readonly cpu: number;

  /** Memory request in bytes. */
  readonly memoryBytes: number;

  /** Node selector of the pod. */
  readonly nodeLabels: Readonly<Record<string, string>>;

  /** Tolerations of the pod. */
  readonly tolerations: readonly { readonly key: string; readonly value?: string; readonly effect?: string }[];
}

/** Keys of labels and taints that Kubernetes and GKE set. */
const SYSTEM_KEY = /^([-a-z0-9.]+\.)?(kubernetes\.io|k8s\.io|cloud\.google\.com|gke\.io|nvidia\.com)\//;

/** Finds the reasons why no node of the pools can run a pod. Unknown properties of a node count as a match. */
export function findPlacementProblems(pod: PodRequirements, pools: readonly NodeTemplate[]): string[] {
  const { nodeLabels, tolerations } = pod;

  const unmatched = tolerations.find(
    (toleration) => !SYSTEM_KEY.test(toleration.key) && !pools.some(({ taints }) => taints.some((taint) => tolerates(toleration, taint))),
  );
  if (unmatched) {
    const known = listByPool(pools, ({ taints }) => taints.map(formatTaint).join(', '));
    return [`'tolerations' must be of taints that a node pool has (${known}), got ${formatToleration(unmatched)}`];
  }

  const selected = pools.filter(({ labels }) => Object.entries(nodeLabels).every((label) => mayHave(labels, label)));
  if (selected.length === 0) {
    const known = listByPool(pools, ({ labels }) => formatLabels(Object.entries(labels).filter(([key]) => !SYSTEM_KEY.test(key))));
    return [`'nodeLabels' must be labels that a node pool has (${known}), got ${formatLabels(Object.entries(nodeLabels))}`];
  }

  const open = selected.filter(({ taints }) =>
    taints.every((taint) => taint.effect === 'PREFER_NO_SCHEDULE' || tolerations.some((toleration) => tolerates(toleration, taint))),
  );
  if (open.length === 0) {
    const known = listByPool(selected, ({ taints }) => taints.map(formatTaint).join(', '));
    const got = tolerations.map(formatToleration).join(', ') || 'none';
    return [`'tolerations' must be those of a node pool that the pods may run on (${known}), got ${got}`];
  }

  const sizesByPool = open.map(({ name, machineType }) => ({ name, machineType, limit: estimateAllocatable(machineType) }));
  if (sizesByPool.some(({ limit }) => !limit || (pod.cpu <= limit.cpu && pod.memoryBytes <= limit.memoryBytes))) return [];
  const sizes = sizesByPool.map(({ name, machineType, limit }) => {
    return `${name} ${machineType}: ${Math.floor(limit!.cpu * 1000)}m and ${Math.floor(limit!.memoryBytes / 2 ** 20)}Mi`;
  });
  return [
    `'cpuRequest' and 'memoryRequest' must be at most what a node leaves for pods (${sizes.join('; ')}), got ${pod.cpuRequest} and ${pod.memoryRequest}`,
  ];
}

/** True when the nodes have the label, or may have it because it is a system label whose value is unknown. */
function mayHave(labels: Readonly<Record<string, string>>, [key, value]: [string, string]): boolean {
  const has = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (has === undefined) return SYSTEM_KEY.test(key);
  return has === value || Token.isUnresolved(has) || Token.isUnresolved(value);
}

function tolerates({ key, value, effect }: PodRequirements['tolerations'][number], taint: NodeTemplate['taints'][number]): boolean {
  if (key !== taint.key) return false;
  if (value !== undefined && value !== taint.value && !Token.isUnresolved(value) && !Token.isUnresolved(taint.value)) return false;
  return effect === undefined || effect.toUpperCase() === taint.effect.replaceAll('_', '');
}

function listByPool(pools: readonly NodeTemplate[], text: (pool: NodeTemplate) => string): string {
  return pools.map((pool) => `${pool.name}: ${text(pool) || 'none'}`).join('; ');
}

function formatLabels(labels: readonly [string, string][]): string {
  return labels.map(([key, value]) => `${key}=${value}`).join(', ');
}

function formatTaint({ key, value, effect }: NodeTemplate['taints'][number]): string {
  return `${key}=${value}:${effect}`;
}

function formatToleration({ key, value, effect }: PodRequirements['tolerations'][number]): string {
  return `${key}${value === undefined ? '' : `=${value}`}${effect === undefined ? '' : `:${effect}`}`;
}
