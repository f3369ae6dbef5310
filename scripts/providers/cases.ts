import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { production } from '../../environments/production';
import { staging } from '../../environments/staging';
import { CassandraRing, type CassandraRingProps, SnapshotSchedule, type SnapshotScheduleProps } from '../../lib/cassandra';
import { ControlPlaneAccess, type NodePoolOptions, PrivateCluster, type PrivateClusterProps } from '../../lib/cluster';
import { setDefaultLabels } from '../../lib/core/labels';
import { Project } from '../../lib/core/project';
import { Network, type NetworkProps, Port } from '../../lib/network';
import {
  AppNamespace,
  type AppNamespaceProps,
  PublicEndpoint,
  type PublicEndpointProps,
  ScheduledJob,
  type ScheduledJobProps,
  Workload,
  type WorkloadProps,
} from '../../lib/workload';
import { EnvironmentStack, type EnvironmentStackProps } from '../../stacks/environment-stack';

/** A stack as it is first, and as it is changed to. Each is built anew, since an app is synthesized once. */
export interface LifeCycleCase {
  readonly name: string;

  /** True for what is protected from being destroyed. @default false */
  readonly isKept?: boolean;
  build(isChanged: boolean): TerraformStack;
}

/** Google Cloud and a network, as all cases have them. */
class CaseStack extends TerraformStack {
  public readonly network: Network;

  constructor(scope: Construct, id: string, network: Partial<NetworkProps> = {}) {
    super(scope, id);
    new GcsBackend(this, { bucket: 'parking-state', prefix: id });
    setDefaultLabels(new GoogleProvider(this, 'Google', { project: 'parking-staging', region: 'europe-west1' }), { environment: id });
    const project = new Project(this, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
    this.network = new Network(this, 'Network', {
      project,
      region: 'europe-west1',
      name: id,
      nodeRange: '10.10.0.0/22',
      podRange: '10.20.0.0/16',
      serviceRange: '10.30.0.0/20',
      dataRange: '10.10.8.0/24',
      controlPlaneRange: '10.10.12.0/28',
      ...network,
    });
  }

  public cluster(props: Partial<PrivateClusterProps> = {}): PrivateCluster {
    return new PrivateCluster(this, 'Cluster', { network: this.network, deletionProtection: false, ...props });
  }

  /** A cluster with one pool, for what runs in it. */
  public smallCluster(props: Partial<PrivateClusterProps> = {}): PrivateCluster {
    const cluster = this.cluster(props);
    cluster.addNodePool('Apps', { machineType: 'e2-standard-4', minNodes: 1, maxNodes: 5 });
    return cluster;
  }
}

function stackCase(
  name: string,
  fill: (stack: CaseStack, isChanged: boolean) => void,
  network?: (isChanged: boolean) => Partial<NetworkProps>,
): LifeCycleCase {
  return {
    name,
    build(isChanged) {
      const stack = new CaseStack(new App(), name, network?.(isChanged));
      fill(stack, isChanged);
      return stack;
    },
  };
}

/** A cluster that sets what the first half names, and changes to the second. */
function clusterCase(name: string, first: Partial<PrivateClusterProps>, changed: Partial<PrivateClusterProps> = first): LifeCycleCase {
  return stackCase(name, (stack, isChanged) => {
    stack.smallCluster(isChanged ? changed : first);
  });
}

function poolCase(name: string, first: NodePoolOptions, changed: NodePoolOptions = first): LifeCycleCase {
  return stackCase(name, (stack, isChanged) => {
    stack.cluster().addNodePool('Pool', isChanged ? changed : first);
  });
}

function ringCase(
  name: string,
  first: Partial<CassandraRingProps>,
  changed: Partial<CassandraRingProps> = first,
  schedule: [Partial<SnapshotScheduleProps>, Partial<SnapshotScheduleProps>] = [{}, {}],
): LifeCycleCase {
  return stackCase(name, (stack, isChanged) => {
    const { network } = stack;
    const snapshots = new SnapshotSchedule(stack, 'Snapshots', {
      project: network.project,
      region: network.region,
      deletionProtection: false,
      ...schedule[isChanged ? 1 : 0],
    });
    new CassandraRing(stack, 'Cassandra', {
      network,
      nodes: { b: { zone: 'europe-west1-b', address: '10.10.8.11' } },
      replicationFactor: 1,
      dataDiskSizeGiB: 20,
      snapshots,
      deletionProtection: false,
      allowStoppingForUpdate: true,
      ...(isChanged ? changed : first),
    });
  });
}

interface AppsOptions {
  readonly namespace?: Partial<AppNamespaceProps>;
  readonly workload?: Partial<WorkloadProps>;
  readonly endpoint?: Partial<PublicEndpointProps>;
  readonly job?: Partial<ScheduledJobProps>;
}

const IMAGE = 'europe-west1-docker.pkg.dev/parking/apps/billing:1.4.2';

function appsCase(name: string, first: AppsOptions, changed: AppsOptions = first): LifeCycleCase {
  return stackCase(name, (stack, isChanged) => {
    const options = isChanged ? changed : first;
    const cluster = stack.smallCluster({ googleGroupsSecurityGroup: 'gke-security-groups@parking.example' });
    const namespace = new AppNamespace(stack, 'Namespace', { cluster, name: 'billing', ...options.namespace });
    const workload = new Workload(stack, 'Billing', { namespace, image: IMAGE, port: Port.tcp(8080), ...options.workload });
    if (options.endpoint) new PublicEndpoint(stack, 'Endpoint', { workload, hostName: 'billing.parking.example', ...options.endpoint });
    if (options.job) new ScheduledJob(stack, 'Nightly', { namespace, image: IMAGE, schedule: '0 3 * * *', ...options.job });
  });
}

/** An environment as it is, changed in what an operator changes. */
function environmentCase({ name, ...props }: EnvironmentStackProps & { readonly name: string }): LifeCycleCase {
  return {
    name,
    isKept: true,
    build: (isChanged) =>
      new EnvironmentStack(new App(), name, {
        ...props,
        ...(isChanged && { appsMaxNodes: props.appsMaxNodes + 1, snapshotRetentionDays: props.snapshotRetentionDays + 1 }),
      }),
  };
}

const ranges = { office: '10.200.0.0/16' };

/** Every prop of every construct, by its default and set, and changed where a change is possible. */
export const LIFE_CYCLE_CASES: readonly LifeCycleCase[] = [
  environmentCase(staging),
  environmentCase(production),
  stackCase(
    'network',
    () => {},
    (isChanged) =>
      isChanged
        ? { flowLogsSampling: 1, firewallLogging: 'all', natMinPortsPerVm: 512, natMaxPortsPerVm: 8192, privateGoogleApis: true }
        : { flowLogs: true, natMinPortsPerVm: 256, labels: { team: 'parking' }, mtuBytes: 1500 },
  ),
  stackCase(
    'network-without',
    () => {},
    () => ({ flowLogs: false, privateGoogleApis: false, controlPlaneRange: undefined }),
  ),
  clusterCase('access-dns', { access: ControlPlaneAccess.dns() }),
  clusterCase(
    'access-private-ip',
    { access: ControlPlaneAccess.privateIp({ authorizedRanges: ranges }) },
    { access: ControlPlaneAccess.privateIp({ authorizedRanges: { ...ranges, vpn: '10.201.0.0/16' }, globalAccess: true }) },
  ),
  clusterCase(
    'access-peering',
    { access: ControlPlaneAccess.peering({ range: '172.16.0.0/28', authorizedRanges: ranges }) },
    { access: ControlPlaneAccess.peering({ range: '172.16.0.0/28', authorizedRanges: {}, globalAccess: true }) },
  ),
  clusterCase(
    'cluster-all',
    {
      releaseChannel: 'STABLE',
      nodeZones: ['europe-west1-b', 'europe-west1-c'],
      maxPodsPerNode: 32,
      extraNodeRoles: ['roles/storage.objectViewer'],
      secretsKmsKey: 'projects/parking-staging/locations/europe-west1/keyRings/gke/cryptoKeys/secrets',
      binaryAuthorization: true,
      securityPosture: true,
      verticalPodAutoscaling: true,
      cloudStorageVolumes: true,
      filestoreVolumes: true,
      datapathMetrics: true,
      loggingComponents: ['SYSTEM_COMPONENTS'],
      monitoringComponents: ['SYSTEM_COMPONENTS', 'STORAGE', 'POD'],
      notificationTopic: 'projects/parking-staging/topics/gke',
      labels: { team: 'parking' },
      maintenanceDays: ['saturday'],
      maintenanceStartHourUtc: 22,
      maintenanceExclusions: { christmas: { start: '2026-12-20T00:00:00Z', end: '2027-01-04T00:00:00Z' } },
    },
    {
      releaseChannel: 'REGULAR',
      nodeZones: ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'],
      maxPodsPerNode: 32,
      secretsKmsKey: 'projects/parking-staging/locations/europe-west1/keyRings/gke/cryptoKeys/secrets',
      binaryAuthorization: false,
      securityPosture: false,
      verticalPodAutoscaling: false,
      cloudStorageVolumes: false,
      filestoreVolumes: false,
      datapathMetrics: false,
      loggingComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS'],
      monitoringComponents: ['SYSTEM_COMPONENTS'],
      labels: { team: 'billing' },
      maintenanceDays: ['sunday'],
    },
  ),
  clusterCase(
    'cluster-none',
    {
      backupAgent: false,
      dnsCache: false,
      costAllocation: false,
      intranodeVisibility: false,
      managedPrometheus: false,
      gatewayApi: false,
      secretManager: false,
    },
    { backupAgent: true, dnsCache: false, costAllocation: true, intranodeVisibility: true, managedPrometheus: true, gatewayApi: true },
  ),
  poolCase(
    'pool-zone-limits',
    { minNodesPerZone: 0, maxNodesPerZone: 2 },
    { minNodesPerZone: 1, maxNodesPerZone: 4, locationPolicy: 'BALANCED' },
  ),
  poolCase(
    'pool-all',
    {
      maxNodes: 3,
      machineType: 'n2-standard-4',
      spot: true,
      diskSizeGiB: 50,
      diskType: 'pd-ssd',
      imageStreaming: true,
      labels: { kind: 'batch' },
      resourceLabels: { team: 'parking' },
      taints: [{ key: 'kind', value: 'batch', effect: 'NO_SCHEDULE' }],
      tags: ['batch'],
      zones: ['europe-west1-b'],
      maxPodsPerNode: 32,
      maxSurge: 2,
      maxUnavailable: 1,
      secureBoot: false,
      localSsdCount: 1,
    },
    {
      maxNodes: 4,
      machineType: 'n2-standard-8',
      spot: true,
      diskSizeGiB: 60,
      diskType: 'pd-balanced',
      labels: { kind: 'other' },
      resourceLabels: { team: 'billing' },
      taints: [{ key: 'kind', value: 'other', effect: 'NO_EXECUTE' }],
      tags: ['other'],
      zones: ['europe-west1-b', 'europe-west1-c'],
      maxPodsPerNode: 32,
      maxSurge: 1,
      secureBoot: false,
      localSsdCount: 1,
    },
  ),
  poolCase(
    'pool-blue-green',
    {
      maxNodes: 3,
      upgradeStrategy: 'BLUE_GREEN',
      blueGreenBatchPercent: 50,
      blueGreenBatchSoakMinutes: 10,
      blueGreenSoakMinutes: 60,
      autoRepair: false,
    },
    { maxNodes: 3, upgradeStrategy: 'SURGE', autoRepair: true },
  ),
  poolCase('pool-replaced', { maxNodes: 3 }, { maxNodes: 3, spot: true, minCpuPlatform: 'Intel Ice Lake', machineType: 'n2-standard-4' }),
  appsCase('apps-defaults', { workload: {}, job: {} }),
  appsCase(
    'apps-all',
    {
      namespace: {
        podSecurity: 'baseline',
        quotaCpuRequests: '8',
        quotaMemoryRequests: '16Gi',
        quotaMemoryLimits: '32Gi',
        maxPods: 30,
        maxLoadBalancers: 1,
        defaultCpuRequest: '50m',
        defaultMemoryRequest: '64Mi',
        defaultMemoryLimit: '128Mi',
        ownerGroup: 'billing@parking.example',
        kubernetesApiAccess: true,
        roles: ['roles/cloudtrace.agent'],
        labels: { team: 'billing' },
      },
      workload: {
        ports: { metrics: Port.tcp(9090) },
        minReplicas: 2,
        maxReplicas: 4,
        targetCpuPercent: 60,
        probe: 'http',
        probePath: '/ready',
        startupSeconds: 120,
        command: ['/app/billing'],
        args: ['--verbose'],
        environment: { LEVEL: 'info' },
        cpuRequest: '100m',
        cpuLimit: '500m',
        memoryRequest: '128Mi',
        memoryLimit: '256Mi',
        userId: 2000,
        temporaryStorage: '100Mi',
        kubernetesApiAccess: true,
        terminationGraceSeconds: 90,
      },
      endpoint: { additionalHostNames: ['pay.parking.example'], dnsZoneName: 'parking', securityPolicyName: 'edge', timeoutSeconds: 20 },
      job: { timeZone: 'Europe/Berlin', retries: 1, timeoutSeconds: 600, overlapping: true, writableRootFilesystem: true },
    },
    {
      namespace: { podSecurity: 'baseline', quotaCpuRequests: '10', maxPods: 40, labels: { team: 'payments' } },
      workload: {
        ports: { metrics: Port.tcp(9091) },
        minReplicas: 3,
        maxReplicas: 5,
        targetCpuPercent: 70,
        probe: 'http',
        probePath: '/healthz',
        environment: { LEVEL: 'debug' },
        memoryRequest: '256Mi',
        memoryLimit: '512Mi',
        preStopSleepSeconds: 10,
      },
      endpoint: { dnsZoneName: 'parking', timeoutSeconds: 25 },
      job: { schedule: '30 4 * * *', timeZone: 'Europe/London' },
    },
  ),
  appsCase(
    'apps-fixed',
    { workload: { port: undefined, probe: 'none', minReplicas: 2, maxReplicas: 2 } },
    { workload: { probe: 'tcp', maxReplicas: 3 } },
  ),
  ringCase('ring-defaults', {}),
  ringCase(
    'ring-all',
    {
      alerts: true,
      labels: { team: 'data' },
      machineType: 'n2-highmem-2',
      dataDiskType: 'pd-ssd',
      packageAccess: true,
      settings: { compaction_throughput: '32MiB/s' },
    },
    { alerts: false, labels: { team: 'storage' }, machineType: 'n2-highmem-4', dataDiskType: 'pd-ssd', dataDiskSizeGiB: 30, heapMiB: 4096 },
    [
      { guestFlush: true, storageLocation: 'eu', labels: { kind: 'backup' }, retentionDays: 7 },
      { guestFlush: true, storageLocation: 'eu', labels: { kind: 'backup' }, retentionDays: 14 },
    ],
  ),
];
