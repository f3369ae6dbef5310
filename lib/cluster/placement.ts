import { Token } from 'cdktf';
import { allocatable } from './allocatable';

/** Nodes of one pool as the scheduler sees them. */
export interface NodeTemplate {
  /** Name of the pool, for messages. */
  readonly name: string;
  readonly machineType: string;

  /** Labels, with those that GKE gives the nodes of this pool as far as they are known. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
}

/** What a pod asks of its node. */
export interface PodRequirements {
  /** CPU and memory request as they are written, for messages. */
  readonly cpuRequest: string;
  readonly memoryRequest: string;

  /** CPU request in cores. */
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly tolerations: readonly { readonly key: string; readonly value?: string; readonly effect?: string }[];
}

/** Keys of labels and taints that Kubernetes and GKE set themselves. */
const SYSTEM_KEY = /^([-a-z0-9.]+\.)?(kubernetes\.io|k8s\.io|cloud\.google\.com|gke\.io|nvidia\.com)\//;

/** Reasons why no node of these pools can run the pod. What is not known of a node counts as fitting. */
export function placementProblems(pod: PodRequirements, pools: readonly NodeTemplate[]): string[] {
  const { nodeLabels, tolerations } = pod;

  const unmatched = tolerations.find(
    (toleration) => !SYSTEM_KEY.test(toleration.key) && !pools.some(({ taints }) => taints.some((taint) => tolerates(toleration, taint))),
  );
  if (unmatched) {
    const known = listed(pools, ({ taints }) => taints.map(taintText).join(', '));
    return [`'tolerations' must be of taints that a node pool has (${known}), got ${tolerationText(unmatched)}`];
  }

  const selected = pools.filter(({ labels }) => Object.entries(nodeLabels).every((label) => mayHave(labels, label)));
  if (selected.length === 0) {
    const known = listed(pools, ({ labels }) => labelsText(Object.entries(labels).filter(([key]) => !SYSTEM_KEY.test(key))));
    return [`'nodeLabels' must be labels that a node pool has (${known}), got ${labelsText(Object.entries(nodeLabels))}`];
  }

  const open = selected.filter(({ taints }) =>
    taints.every((taint) => taint.effect === 'PREFER_NO_SCHEDULE' || tolerations.some((toleration) => tolerates(toleration, taint))),
  );
  if (open.length === 0) {
    const known = listed(selected, ({ taints }) => taints.map(taintText).join(', '));
    const got = tolerations.map(tolerationText).join(', ') || 'none';
    return [`'tolerations' must be those of a node pool that the pods may run on (${known}), got ${got}`];
  }

  const tooSmall = open.map(({ name, machineType }) => ({ name, machineType, most: allocatable(machineType) }));
  if (tooSmall.some(({ most }) => !most || (pod.cpu <= most.cpu && pod.memoryBytes <= most.memoryBytes))) return [];
  const sizes = tooSmall.map(({ name, machineType, most }) => {
    return `${name} ${machineType}: ${Math.floor(most!.cpu * 1000)}m and ${Math.floor(most!.memoryBytes / 2 ** 20)}Mi`;
  });
  return [
    `'cpuRequest' and 'memoryRequest' must be at most what a node leaves for pods (${sizes.join('; ')}), got ${pod.cpuRequest} and ${pod.memoryRequest}`,
  ];
}

/** A label of the system that is not known of the pool may be there. */
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

function listed(pools: readonly NodeTemplate[], text: (pool: NodeTemplate) => string): string {
  return pools.map((pool) => `${pool.name}: ${text(pool) || 'none'}`).join('; ');
}

function labelsText(labels: readonly [string, string][]): string {
  return labels.map(([key, value]) => `${key}=${value}`).join(', ');
}

function taintText({ key, value, effect }: NodeTemplate['taints'][number]): string {
  return `${key}=${value}:${effect}`;
}

function tolerationText({ key, value, effect }: PodRequirements['tolerations'][number]): string {
  return `${key}${value === undefined ? '' : `=${value}`}${effect === undefined ? '' : `:${effect}`}`;
}
