import type { ContainerNodePool } from '@cdktf/provider-google/lib/container-node-pool';
import { type ICluster, PrivateCluster } from '../../lib/cluster';
import { estimateAllocatable } from '../../lib/cluster/allocatable';
import { Synthesized } from '../../lib/testing';
import {
  AppNamespace,
  type AppNamespaceProps,
  ScheduledJob,
  type ScheduledJobProps,
  Workload,
  type WorkloadProps,
} from '../../lib/workload';
import { ClusterStack } from './cluster-stack';

let stack: ClusterStack;

beforeEach(() => {
  stack = new ClusterStack();
});

const image = 'ghcr.io/example/billing:1.4.2';
const batch = { nodeLabels: { workload: 'batch' }, tolerations: [{ key: 'workload', value: 'batch', effect: 'NoSchedule' }] } as const;

function namespace(props: Partial<AppNamespaceProps> = {}): AppNamespace {
  return new AppNamespace(stack, 'Namespace', { cluster: stack.cluster, name: 'billing', ...props });
}

function workload(props: Partial<WorkloadProps>): Workload {
  return new Workload(stack, 'Billing', { namespace: props.namespace ?? namespace(), image, ...props });
}

function batchPool(machineType = 'e2-standard-2') {
  return stack.cluster.addNodePool('Batch', {
    machineType,
    maxNodes: 3,
    labels: { workload: 'batch' },
    taints: [{ key: 'workload', value: 'batch', effect: 'NO_SCHEDULE' }],
  });
}

const synthesis = () => Synthesized.from(stack);

describe('a quota', () => {
  const running = (quota: Partial<AppNamespaceProps>, props: Partial<WorkloadProps>, job?: Partial<ScheduledJobProps>) => {
    const shared = namespace(quota);
    workload({ namespace: shared, ...props });
    if (job) new ScheduledJob(stack, 'Statements', { namespace: shared, image, schedule: '30 3 * * *', ...job });
  };

  test.each<[string, Partial<AppNamespaceProps>, Partial<WorkloadProps>, Partial<ScheduledJobProps> | undefined, string]>([
    [
      'CPU of all replicas',
      { quotaCpuRequests: '4' },
      { minReplicas: 2, maxReplicas: 10, cpuRequest: '500m' },
      undefined,
      "[staging/Namespace] 'quotaCpuRequests' must be at least 5500m (billing 10 x 500m, one pod more of 500m for a rollout or a job), got 4",
    ],
    [
      'CPU of the pod that a rollout adds',
      { quotaCpuRequests: '4' },
      { minReplicas: 4, cpuRequest: '1' },
      undefined,
      "'quotaCpuRequests' must be at least 5 (billing 4 x 1, one pod more of 1 for a rollout or a job), got 4",
    ],
    [
      'memory requests of a job beside them',
      { quotaMemoryRequests: '1Gi' },
      { minReplicas: 2, memoryRequest: '256Mi' },
      { memoryRequest: '768Mi' },
      "'quotaMemoryRequests' must be at least 1280Mi (billing 2 x 256Mi, one pod more of 768Mi for a rollout or a job), got 1Gi",
    ],
    [
      'memory limits',
      { quotaMemoryRequests: '1Gi', quotaMemoryLimits: '2Gi' },
      { minReplicas: 2, memoryRequest: '256Mi', memoryLimit: '1Gi' },
      undefined,
      "'quotaMemoryLimits' must be at least 3Gi (billing 2 x 1Gi, one pod more of 1Gi for a rollout or a job), got 2Gi",
    ],
    ['pods', { maxPods: 3 }, { minReplicas: 3 }, undefined, "'maxPods' must be at least 4 (billing 3 x 1, one pod more of 1 for a"],
  ])('fails when it is too small for %s', (_, quota, props, job, message) => {
    running(quota, props, job);
    expect(synthesis).toThrow(message);
  });

  test('fits exactly the pods and one more', () => {
    running({ quotaCpuRequests: '5', maxPods: 5 }, { minReplicas: 4, cpuRequest: '1' }, { cpuRequest: '1' });
    expect(synthesis).not.toThrow();
  });

  test('is not validated for a namespace that is not enabled', () => {
    running({ quotaCpuRequests: '1', enabled: false }, { minReplicas: 4, cpuRequest: '1' });
    expect(synthesis).not.toThrow();
  });
});

describe('a pod', () => {
  test.each<[string, Partial<WorkloadProps>, string]>([
    [
      'more CPU than a node leaves',
      { cpuRequest: '4', minReplicas: 1 },
      "[staging/Billing] 'cpuRequest' and 'memoryRequest' must be at most what a node leaves for pods (apps e2-standard-4: 3920m and 13621Mi), got 4 and 128Mi",
    ],
    ['more memory than a node leaves', { memoryRequest: '14Gi', minReplicas: 1 }, 'got 100m and 14Gi'],
    [
      'labels that no pool has',
      { nodeLabels: { workload: 'bacth' } },
      "'nodeLabels' must be labels that a node pool has (apps: none; batch: workload=batch), got workload=bacth",
    ],
    ['the name of no pool', { nodeLabels: { 'cloud.google.com/gke-nodepool': 'apps' } }, "'nodeLabels' must be"],
    ['spot nodes, and no pool has them', { nodeLabels: { 'cloud.google.com/gke-spot': 'true' } }, "'nodeLabels' must be"],
    [
      'a taint that no pool has',
      { tolerations: [{ key: 'workload', value: 'batch', effect: 'NoExecute' }] },
      "'tolerations' must be of taints that a node pool has (apps: none; batch: workload=batch:NO_SCHEDULE), got workload=batch:NoExecute",
    ],
    [
      'a tainted pool, without the toleration',
      { nodeLabels: batch.nodeLabels },
      "'tolerations' must be those of a node pool that the pods may run on (batch: workload=batch:NO_SCHEDULE), got none",
    ],
    [
      'more than the nodes of its pool leave',
      { ...batch, cpuRequest: '2', minReplicas: 1 },
      '(batch e2-standard-2: 1930m and 6248Mi), got 2 and 128Mi',
    ],
  ])('fails with %s', (_, props, message) => {
    batchPool();
    workload(props);
    expect(synthesis).toThrow(message);
  });

  test('of a job is validated like that of a workload', () => {
    new ScheduledJob(stack, 'Statements', { namespace: namespace(), image, schedule: '30 3 * * *', ...batch });
    expect(synthesis).toThrow(
      "[staging/Statements] 'tolerations' must be of taints that a node pool has (apps: none), got workload=batch:NoSchedule",
    );
  });

  test.each<[string, Partial<WorkloadProps>]>([
    ['the labels and taints of a pool', batch],
    ['any value and effect of a taint', { nodeLabels: batch.nodeLabels, tolerations: [{ key: 'workload' }] }],
    ['all that a node leaves', { cpuRequest: '3920m', memoryRequest: '13621Mi', minReplicas: 1 }],
    [
      'labels and taints of GKE',
      { nodeLabels: { 'topology.kubernetes.io/zone': 'europe-west1-b' }, tolerations: [{ key: 'nvidia.com/gpu' }] },
    ],
  ])('fits with %s', (_, props) => {
    batchPool();
    workload({ namespace: namespace({ quotaMemoryRequests: '40Gi' }), ...props });
    expect(synthesis).not.toThrow();
  });

  test.each([['n9-standard-4'], ['a2-highgpu-1g']])('of any size fits nodes of %s, whose size is unknown', (machineType) => {
    batchPool(machineType);
    workload({ ...batch, cpuRequest: '9', minReplicas: 1, namespace: namespace({ quotaCpuRequests: '20' }) });
    expect(synthesis).not.toThrow();
  });

  test('is validated against labels and machine types of overrides', () => {
    const pool = batchPool().node.defaultChild as ContainerNodePool;
    pool.addOverride('node_config.labels.disk', 'fast');
    pool.addOverride('node_config.machine_type', 'e2-standard-8');
    workload({ ...batch, nodeLabels: { disk: 'fast' }, cpuRequest: '4', minReplicas: 1 });
    expect(synthesis).not.toThrow();
  });

  test('is not validated in an imported cluster, or in a namespace that is not enabled', () => {
    const elsewhere: ICluster = PrivateCluster.fromName(stack, 'Other', { network: stack.network, name: 'other', endpoint: 'a.gke.goog' });
    workload({ namespace: namespace({ cluster: elsewhere }), nodeLabels: { workload: 'gpu' }, tolerations: [{ key: 'gpu' }] });
    const off = new AppNamespace(stack, 'Off', { cluster: stack.cluster, enabled: false });
    new Workload(stack, 'Idle', { namespace: off, image, nodeLabels: { workload: 'gpu' } });
    expect(synthesis).not.toThrow();
  });
});

test.each([
  ['e2-medium', 0.94, 2.9],
  ['e2-standard-2', 1.93, 6.1],
  ['e2-standard-4', 3.92, 13.3],
  ['n1-standard-1', 0.94, 2.7],
  ['n2-standard-8', 7.91, 28.3],
  ['n2-standard-32', 31.85, 118.6],
  ['n2-custom-4-8192', 3.92, 6.1],
])('a node of %s has at most %d CPU and %d GiB allocatable', (machineType, cpu, gib) => {
  const { cpu: cores, memoryBytes } = estimateAllocatable(machineType)!;
  expect(cores).toBeCloseTo(cpu, 2);
  expect(memoryBytes / 2 ** 30).toBeCloseTo(gib, 1);
});

test('a node has at least the allocatable resources of the example of 4 vCPUs and 16 GiB in the documentation', () => {
  const { cpu, memoryBytes } = estimateAllocatable('e2-standard-4')!;
  expect(cpu).toBeGreaterThanOrEqual(3.92);
  expect(memoryBytes).toBeGreaterThan(13498416 * 1024);
});
