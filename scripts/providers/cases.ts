import path from 'node:path';
import { App, type TerraformStack } from 'cdktf';
import { environments } from '../../environments';
import {
  type CassandraRingProps,
  PersistentDisk,
  type PersistentDiskProps,
  type SnapshotScheduleProps,
  SnapshotSet,
  SnapshotSetCopies,
  type SnapshotSetCopiesProps,
  type SnapshotSetProps,
} from '../../lib/cassandra';
import { ControlPlaneAccess, type NodePoolOptions, type PrivateCluster, type PrivateClusterProps } from '../../lib/cluster';
import { Peer } from '../../lib/connectivity';
import { type NetworkProps, Port } from '../../lib/network';
import type { SimulatedCloud } from '../../lib/sandbox/simulated-cloud';
import {
  AppNamespace,
  type AppNamespaceProps,
  DefaultNamespace,
  HelmApp,
  type HelmAppProps,
  HelmChart,
  type PodProps,
  PublicEndpoint,
  type PublicEndpointProps,
  ScheduledJob,
  type ScheduledJobProps,
  Workload,
  type WorkloadProps,
} from '../../lib/workload';
import { EnvironmentStack, type EnvironmentStackProps } from '../../stacks/environment-stack';
import { AppsStack, DataStack, PlatformStack, type SplitEnvironmentProps } from '../../stacks/split-environment';
import { CaseStack } from './case-stack';
import { clusterIn } from './deployed-cluster';
import { NamedStack } from './named-stack';
import { SharedNetworkStack, SharedVpcStack } from './shared-vpc-stacks';

/** Version of a stack: initial, changed, and changed without deletion protection. */
export type StackVersion = 'first' | 'changed' | 'released';

/**
 * Builds a stack. Called for each synthesis: a stack is synthesized once.
 *
 * @param cloud resources of previous stacks; undefined if nothing is deployed
 */
export type StackBuilder = (version: StackVersion, cloud?: SimulatedCloud) => TerraformStack;

/** Test case of a resource life cycle. */
export interface LifeCycleCase {
  readonly name: string;

  /** Stacks in the order of deployment. */
  readonly stacks: readonly StackBuilder[];

  /** Protected from deletion: the version `released` is applied before the destroy. @default false */
  readonly isProtected?: boolean;

  /** Compared with the requests in `test/providers/sent`. @default false */
  readonly isRecorded?: boolean;
}

/** Props of a construct before and after a change. */
type Change<Props> = readonly [first: Partial<Props>, changed: Partial<Props>];

function of<Props>(change: Change<Props> | undefined, version: StackVersion): Partial<Props> | undefined {
  return change?.[version === 'first' ? 0 : 1];
}

function stackCase(name: string, fill: (stack: CaseStack, version: StackVersion) => void, network?: Change<NetworkProps>): LifeCycleCase {
  return {
    name,
    stacks: [
      (version) => {
        const stack = new CaseStack(new App(), name, of(network, version));
        fill(stack, version);
        return stack;
      },
    ],
  };
}

/** Cluster with the first props, changed to the second ones. */
function clusterCase(name: string, change: Change<PrivateClusterProps>): LifeCycleCase {
  return stackCase(name, (stack, version) => {
    stack.smallCluster(of(change, version));
  });
}

interface RingChanges {
  readonly ring?: Change<CassandraRingProps>;
  readonly schedule?: Change<SnapshotScheduleProps>;
  readonly disk?: Change<PersistentDiskProps>;
  readonly sets?: Change<SnapshotSetProps>;
  readonly copies?: Change<SnapshotSetCopiesProps>;
}

/** Ring, its snapshot sets, a disk on its snapshot schedule, and copies of the sets of another project. */
function addRing(stack: CaseStack, id: string, { ring, schedule, disk, sets, copies }: RingChanges, version: StackVersion): void {
  const created = stack.ring(id, of(ring, version), of(schedule, version));
  const { snapshots } = created;
  if (sets) stack.make(SnapshotSet, `${id}Sets`, { ring: created, ...of(sets, version) });
  if (copies) {
    const { project } = stack.network;
    const ofRing = { project, sourceProjectId: 'parking-production', ringName: 'parking', zone: 'europe-west1-b' };
    stack.make(SnapshotSetCopies, `${id}Copies`, { ...ofRing, ...of(copies, version) });
  }
  if (!disk) return;
  const { project } = stack.network;
  const props: PersistentDiskProps = { project, zone: 'europe-west1-b', sizeGiB: 10, ...of(disk, version) };
  snapshots.protect(stack.make(PersistentDisk, `${id}Disk`, props));
}

interface AppChanges {
  readonly namespace?: Change<AppNamespaceProps>;
  readonly workload?: Change<WorkloadProps>;
  readonly endpoint?: Change<PublicEndpointProps>;
  readonly job?: Change<ScheduledJobProps>;
  readonly chart?: Change<HelmAppProps>;
}

const IMAGE = 'europe-west1-docker.pkg.dev/parking/apps/billing:1.4.2';

/** Namespace with its workloads. */
function addApp(stack: CaseStack, cluster: PrivateCluster, id: string, changes: AppChanges, version: StackVersion): void {
  const tolerations = [{ key: 'kind', value: 'batch', effect: 'NoSchedule' as const }];
  const namespace = stack.make(AppNamespace, id, { cluster, ...of(changes.namespace, version) });
  const common = { namespace, image: IMAGE, tolerations };
  const workload = stack.make(Workload, `${id}App`, { ...common, port: Port.tcp(8080), ...of(changes.workload, version) });
  if (changes.namespace === undefined) workload.allowTo(stack.make(Peer, `${id}Bank`, { ranges: ['203.0.113.0/24'], port: Port.tcp(443) }));
  const { endpoint, job, chart } = changes;
  if (job) stack.make(ScheduledJob, `${id}Job`, { ...common, schedule: '0 3 * * *', ...of(job, version) });
  if (endpoint) stack.make(PublicEndpoint, `${id}Endpoint`, { workload, hostName: 'billing.parking.example', ...of(endpoint, version) });
  if (chart) stack.make(HelmApp, `${id}Chart`, { namespace, chart: HelmChart.local(SEARCH_CHART), ...of(chart, version) });
}

/** Environment, with typical changes by an operator. */
function environmentCase({ name, ...props }: EnvironmentStackProps & { readonly name: string }): LifeCycleCase {
  const changed = { ...props, appsMaxNodes: props.appsMaxNodes + 1, snapshotRetentionDays: props.snapshotRetentionDays + 1 };
  const versions: Record<StackVersion, EnvironmentStackProps> = {
    first: props,
    changed,
    released: {
      ...changed,
      deletionProtection: false,
      protectedAddresses: [],
      protectionExemptions: props.protectedAddresses.map((address) => ({
        address,
        reason: 'the environment is taken down',
        owner: 'platform',
      })),
    },
  };
  return { name, isProtected: true, isRecorded: true, stacks: [(version) => new EnvironmentStack(new App(), name, versions[version])] };
}

const SPLIT: SplitEnvironmentProps = {
  projectId: 'parking-staging',
  projectNumber: '210000000001',
  region: 'europe-west1',
  stateBucket: 'parking-staging-terraform-state',
  networkName: 'parking',
  clusterName: 'parking',
  nodeRange: '10.10.0.0/22',
  podRange: '10.16.0.0/16',
  serviceRange: '10.11.0.0/20',
  dataRange: '10.10.8.0/24',
  controlPlaneRange: '10.10.9.0/28',
  cassandraNodes: { b: { zone: 'europe-west1-b' }, c: { zone: 'europe-west1-c' }, d: { zone: 'europe-west1-d' } },
};

const split = (version: StackVersion): SplitEnvironmentProps => ({ ...SPLIT, deletionProtection: version !== 'released' });

const ranges = { office: '10.200.0.0/16' };

/** Pod options of workloads and jobs. */
const POD: Change<PodProps> = [
  {
    command: ['/app/billing'],
    args: ['--verbose'],
    environment: { LEVEL: 'info' },
    secrets: { PASSWORD: { secretName: 'cassandra', key: 'password' } },
    secretFiles: { '/etc/tls': 'billing-tls' },
    cpuRequest: '100m',
    cpuLimit: '500m',
    memoryRequest: '128Mi',
    memoryLimit: '256Mi',
    userId: 2000,
    allowRoot: false,
    temporaryStorage: '100Mi',
    writableRootFilesystem: true,
    kubernetesApiAccess: true,
    nodeLabels: { kind: 'batch' },
    terminationGraceSeconds: 90,
  },
  {
    image: 'europe-west1-docker.pkg.dev/parking/apps/billing:1.4.3',
    args: ['--quiet'],
    environment: { LEVEL: 'debug' },
    secrets: { PASSWORD: { secretName: 'cassandra', key: 'superuser' } },
    secretFiles: { '/etc/tls': 'other-tls' },
    cpuRequest: '150m',
    cpuLimit: '400m',
    memoryRequest: '256Mi',
    memoryLimit: '512Mi',
    userId: 2001,
    allowRoot: true,
    temporaryStorage: '200Mi',
    writableRootFilesystem: false,
    tolerations: [{ key: 'kind' }],
    terminationGraceSeconds: 60,
  },
];

/** Resolves a chart of the example stacks, from sources and compiled output alike. */
const SEARCH_CHART = path.join(
  path.resolve(__dirname, path.basename(path.resolve(__dirname, '../..')) === 'dist' ? '../../..' : '../..'),
  'stacks/charts/search',
);

const IMAGES = 'projects/debian-cloud/global/images';

const NODE = { zone: 'europe-west1-b', address: '10.10.8.11' };

const OTHER_NODE = { zone: 'europe-west1-b', address: '10.10.8.12' };

const KEY = 'projects/parking-staging/locations/europe-west1/keyRings/gke/cryptoKeys';

/** Node pools by id. */
const POOLS: Readonly<Record<string, Change<NodePoolOptions>>> = {
  Zonal: [
    { minNodesPerZone: 0, maxNodesPerZone: 2, imageType: 'UBUNTU_CONTAINERD', upgradeStrategy: 'BLUE_GREEN' },
    { minNodesPerZone: 1, maxNodesPerZone: 4, locationPolicy: 'ANY', imageType: 'COS_CONTAINERD', upgradeStrategy: 'SURGE' },
  ],
  All: [
    {
      maxNodes: 3,
      machineType: 'n2-standard-4',
      spot: true,
      diskSizeGiB: 50,
      diskType: 'pd-ssd',
      imageStreaming: true,
      loadProfile: { peakVCpus: 4, otherwise: 0, periods: [{ days: ['monday'], fromHour: 1, toHour: 3, share: 0.5 }] },
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
  ],
  BlueGreen: [
    {
      minNodes: 1,
      maxNodes: 3,
      upgradeStrategy: 'BLUE_GREEN',
      blueGreenBatchPercent: 50,
      blueGreenBatchSoakMinutes: 10,
      blueGreenSoakMinutes: 60,
      autoRepair: false,
    },
    {
      minNodes: 2,
      maxNodes: 3,
      upgradeStrategy: 'BLUE_GREEN',
      blueGreenBatchPercent: 20,
      blueGreenBatchSoakMinutes: 20,
      blueGreenSoakMinutes: 120,
      autoRepair: true,
    },
  ],
  Replaced: [
    { maxNodes: 3, initialNodesPerZone: 1, machineType: 'n2-standard-4', diskKmsKey: `${KEY}/disks` },
    {
      maxNodes: 6,
      initialNodesPerZone: 2,
      machineType: 'n2-standard-4',
      name: 'other',
      spot: true,
      minCpuPlatform: 'Intel Ice Lake',
      diskKmsKey: `${KEY}/others`,
      localSsdCount: 2,
      maxPodsPerNode: 32,
      secureBoot: false,
    },
  ],
};

/** Namespaces with their workloads, by id. */
const APPS: Readonly<Record<string, AppChanges>> = {
  Defaults: { job: [{}, {}] },
  Fixed: {
    workload: [
      { port: undefined, probe: 'none', minReplicas: 2, maxReplicas: 2 },
      { probe: 'tcp', maxReplicas: 3 },
    ],
  },
  Billing: {
    namespace: [
      {
        name: 'bills',
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
        ownerRole: 'view',
        kubernetesApiAccess: true,
        prometheusScraping: false,
        roles: ['roles/cloudtrace.agent'],
        labels: { team: 'billing' },
      },
      {
        name: 'bills',
        podSecurity: 'privileged',
        quotaCpuRequests: '10',
        maxPods: 40,
        ownerGroup: 'payments@parking.example',
        ownerRole: 'admin',
        labels: { team: 'payments' },
      },
    ],
    workload: [
      {
        ...POD[0],
        name: 'bills',
        ports: { metrics: Port.tcp(9090) },
        minReplicas: 2,
        maxReplicas: 4,
        targetCpuPercent: 60,
        probe: 'http',
        probePath: '/ready',
        probePort: Port.tcp(9090),
        startupSeconds: 100,
        waitForRollout: false,
        rolloutSeconds: 300,
      },
      {
        ...POD[1],
        name: 'bills',
        port: Port.tcp(8081),
        ports: { metrics: Port.tcp(9091) },
        minReplicas: 3,
        maxReplicas: 5,
        targetCpuPercent: 70,
        probe: 'http',
        probePath: '/healthz',
        probePort: Port.tcp(9091),
        preStopSleepSeconds: 10,
        rolloutSeconds: 400,
      },
    ],
    endpoint: [
      {
        additionalHostNames: ['pay.parking.example'],
        dnsZoneName: 'parking',
        dnsProjectId: 'parking-staging',
        securityPolicyName: 'edge',
        timeoutSeconds: 20,
      },
      {
        hostName: 'bills.parking.example',
        port: Port.tcp(9091),
        dnsZoneName: 'others',
        healthCheckPath: '/well',
        timeoutSeconds: 25,
      },
    ],
    job: [
      { ...POD[0], name: 'statements', timeZone: 'Europe/Berlin', retries: 1, timeoutSeconds: 600, overlapping: true },
      { ...POD[1], name: 'statements', schedule: '30 4 * * *', timeZone: 'Europe/London' },
    ],
  },
  Switched: {
    namespace: [{ enabled: false }, { enabled: true }],
    chart: [
      {
        name: 'finder',
        values: { image: 'ghcr.io/example/search:1.0.0', replicas: 1 },
        timeoutSeconds: 300,
        atomic: false,
        kubernetesApiAccess: false,
      },
      {
        name: 'finder',
        values: { image: 'ghcr.io/example/search:1.0.1', replicas: 2 },
        port: Port.tcp(9898),
        webhookPorts: [Port.tcp(9443)],
        podLabels: { 'app.kubernetes.io/instance': 'finder', tier: 'web' },
        chartBringsPolicies: false,
      },
    ],
  },
};

const RING: RingChanges = {
  ring: [
    {
      nodes: { b: { ...NODE, rack: 'b1', cassandraVersion: '5.0.7', dataDiskSizeGiB: 20 } },
      clusterName: 'Parking',
      datacenter: 'belgium',
      alerts: true,
      labels: { team: 'data' },
      machineType: 'n2-highmem-2',
      dataDiskType: 'pd-ssd',
      packageAccess: true,
      settings: { compaction_throughput: '32MiB/s' },
      deletionProtection: true,
      instanceDeletionProtection: true,
      notificationChannels: ['projects/parking-staging/notificationChannels/1'],
      snapshotWithinHours: 50,
      auditCategories: ['AUTH'],
      superuser: 'operator',
      gcGraceDays: 20,
      sharedServiceAccount: true,
    },
    {
      nodes: { b: { ...NODE, rack: 'b1', cassandraVersion: '5.0.8', dataDiskSizeGiB: 30 } },
      clusterName: 'Parking',
      datacenter: 'belgium',
      alerts: true,
      labels: { team: 'storage' },
      machineType: 'n2-highmem-4',
      dataDiskType: 'pd-ssd',
      packageAccess: false,
      sshFromIap: false,
      heapMiB: 4096,
      settings: { compaction_throughput: '64MiB/s' },
      notificationChannels: ['projects/parking-staging/notificationChannels/2'],
      snapshotWithinHours: 60,
      authReadConsistencyLevel: 'LOCAL_ONE',
      auditCategories: ['AUTH', 'DDL'],
      repair: 'reaper',
      gcGraceDays: 12,
      superuser: 'admin',
      roles: ['billing'],
      resurrectionCheckExclusions: ['sessions'],
    },
  ],
  schedule: [
    { labels: { kind: 'backup' }, startHourUtc: 4, hoursInCycle: 12, retentionDays: 7, deletionProtection: true },
    { labels: { kind: 'hourly' }, startHourUtc: 8, hoursInCycle: 6, retentionDays: 14 },
  ],
  disk: [
    {
      sizeGiB: 10,
      labels: { kind: 'scratch' },
      snapshotBeforeDestroy: false,
      deletionProtection: true,
      name: 'scratch',
      type: 'pd-balanced',
    },
    {
      sizeGiB: 20,
      labels: { kind: 'other' },
      snapshotBeforeDestroy: true,
      deletionProtection: false,
      name: 'scratch',
      type: 'pd-balanced',
    },
  ],
};

/** Ring whose VM instance, disk and schedule are replaced. */
const REPLACED_RING: RingChanges = {
  ring: [
    {
      name: 'parking',
      nodes: {
        b: {
          ...OTHER_NODE,
          machineType: 'n2-highmem-2',
          image: `${IMAGES}/debian-12-bookworm-v20251014`,
          allowStoppingForUpdate: false,
          sharedServiceAccount: true,
        },
      },
      dataDiskSizeGiB: 20,
      allowStoppingForUpdate: false,
    },
    {
      name: 'parking',
      nodes: {
        b: { ...OTHER_NODE, machineType: 'n2-highmem-4', image: `${IMAGES}/debian-12-bookworm-v20250910`, allowStoppingForUpdate: true },
      },
      alerts: false,
      image: `${IMAGES}/debian-12-bookworm-v20250910`,
      cassandraVersion: '5.0.7',
      dataDiskSizeGiB: 30,
      allowStoppingForUpdate: true,
    },
  ],
  schedule: [
    { guestFlush: true, storageLocation: 'eu' },
    { guestFlush: false, storageLocation: 'us' },
  ],
  disk: [
    { type: 'pd-ssd', deletionProtection: false },
    { type: 'pd-balanced', deletionProtection: false },
  ],
};

/** Ring with snapshot sets, all of whose props are changed. */
const SETS: RingChanges = {
  sets: [
    {
      name: 'parking-sets',
      hoursBetween: 1,
      retentionDays: 3,
      minimumSets: 5,
      maxSkewSeconds: 60,
      withinHours: 2,
      storageLocation: 'eu',
      alerts: true,
      notificationChannels: ['projects/parking-staging/notificationChannels/1'],
      readers: ['serviceAccount:parking-copies@parking-vault.iam.gserviceaccount.com'],
      deletionProtection: true,
    },
    {
      name: 'parking-sets',
      hoursBetween: 6,
      retentionDays: 5,
      minimumSets: 2,
      maxSkewSeconds: 90,
      withinHours: 8,
      storageLocation: 'us',
      alerts: false,
      notificationChannels: [],
      readers: ['group:operators@parking.example'],
      deletionProtection: false,
    },
  ],
  copies: [
    {
      name: 'parking-copies',
      hoursBetween: 6,
      retentionDays: 3,
      minimumSets: 5,
      withinHours: 12,
      storageLocation: 'eu',
      kmsKeyName: 'projects/parking-keys/locations/europe-west1/keyRings/backups/cryptoKeys/copies',
      readers: ['group:operators@parking.example'],
      alerts: true,
      notificationChannels: ['projects/parking-staging/notificationChannels/1'],
      deletionProtection: true,
    },
    {
      name: 'parking-copies',
      sourceProjectId: 'parking-former',
      hoursBetween: 12,
      retentionDays: 5,
      minimumSets: 2,
      withinHours: 24,
      storageLocation: 'us',
      kmsKeyName: 'projects/parking-keys/locations/europe-west1/keyRings/backups/cryptoKeys/copies-two',
      readers: ['user:auditor@parking.example'],
      alerts: false,
      notificationChannels: [],
      deletionProtection: false,
    },
  ],
};

/** Cases that cover every prop of every construct: default, set, and changed if possible. */
export const LIFE_CYCLE_CASES: readonly LifeCycleCase[] = [
  ...environments.map(environmentCase),
  {
    name: 'split',
    isProtected: true,
    stacks: [
      (version) => new PlatformStack(new App(), 'platform', split(version)),
      (version) => new DataStack(new App(), 'data', split(version)),
      (version, cloud) => new AppsStack(new App(), 'apps', { ...split(version), clusterEndpoint: clusterIn(cloud, SPLIT).endpoint }),
    ],
  },
  {
    name: 'shared-vpc',
    stacks: [(version) => new SharedNetworkStack(version === 'first'), (version) => new SharedVpcStack(version === 'first')],
  },
  {
    name: 'named',
    stacks: [
      () => {
        const stack = new CaseStack(new App(), 'named');
        stack.smallCluster({ name: 'named' });
        return stack;
      },
      (version, cloud) =>
        new NamedStack(
          version === 'first',
          clusterIn(cloud, { projectId: 'parking-staging', region: 'europe-west1', clusterName: 'named' }),
        ),
    ],
  },
  stackCase('network', () => {}, [
    { flowLogs: true, natMinPortsPerVm: 256, labels: { team: 'parking' }, mtuBytes: 1500 },
    { flowLogsSampling: 1, firewallLogging: 'all', natMinPortsPerVm: 512, natMaxPortsPerVm: 8192, privateGoogleApis: true },
  ]),
  clusterCase('access-private-ip', [
    { access: ControlPlaneAccess.privateIp({ authorizedRanges: ranges }) },
    { access: ControlPlaneAccess.privateIp({ authorizedRanges: { ...ranges, vpn: '10.201.0.0/16' }, globalAccess: false }) },
  ]),
  clusterCase('access-peering', [
    { access: ControlPlaneAccess.peering({ range: '172.16.0.0/28', authorizedRanges: ranges }) },
    { access: ControlPlaneAccess.peering({ range: '172.16.0.0/28', authorizedRanges: {}, globalAccess: false }) },
  ]),
  clusterCase('cluster-all', [
    {
      access: ControlPlaneAccess.dns(),
      deletionProtection: true,
      releaseChannel: 'STABLE',
      minVersion: '1.33.5-gke.1080000',
      nodeZones: ['europe-west1-b', 'europe-west1-c'],
      maxPodsPerNode: 32,
      extraNodeRoles: ['roles/storage.objectViewer'],
      googleGroupsSecurityGroup: 'gke-security-groups@parking.example',
      allowInsecureBindings: true,
      secretsKmsKey: `${KEY}/secrets`,
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
      maintenanceHours: 12,
      maintenanceExclusions: { christmas: { start: '2026-12-20T00:00:00Z', end: '2027-01-04T00:00:00Z' } },
    },
    {
      deletionProtection: false,
      releaseChannel: 'REGULAR',
      minVersion: '1.33.5-gke.1162000',
      nodeZones: ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'],
      maxPodsPerNode: 32,
      googleGroupsSecurityGroup: 'gke-security-groups@example.com',
      allowInsecureBindings: false,
      secretsKmsKey: `${KEY}/others`,
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
      maintenanceHours: 14,
      maintenanceExclusions: { easter: { start: '2027-03-20T00:00:00Z', end: '2027-04-04T00:00:00Z', scope: 'NO_MINOR_UPGRADES' } },
    },
  ]),
  stackCase(
    'without',
    (stack, version) => {
      const change: Change<PrivateClusterProps> = [
        {
          backupAgent: false,
          dnsCache: false,
          costAllocation: false,
          intranodeVisibility: false,
          managedPrometheus: false,
          gatewayApi: false,
          secretManager: false,
        },
        { backupAgent: true, dnsCache: true, costAllocation: true, intranodeVisibility: true, managedPrometheus: true, gatewayApi: true },
      ];
      stack.smallCluster(of(change, version));
      addRing(stack, 'Cassandra', {}, version);
    },
    [
      { flowLogs: false, privateGoogleApis: false, controlPlaneRange: undefined },
      { flowLogs: true, privateGoogleApis: true, controlPlaneRange: undefined },
    ],
  ),
  stackCase('pools', (stack, version) => {
    const cluster = stack.cluster();
    for (const [id, change] of Object.entries(POOLS)) stack.addPool(cluster, id, of(change, version) as NodePoolOptions);
  }),
  stackCase('apps', (stack, version) => {
    const batch: Partial<NodePoolOptions> = {
      labels: { kind: 'batch' },
      taints: [{ key: 'kind', value: 'batch', effect: 'NO_SCHEDULE' }],
    };
    const cluster = stack.smallCluster({ googleGroupsSecurityGroup: 'gke-security-groups@parking.example' }, batch);
    stack.make(DefaultNamespace, 'DefaultNamespace', { cluster });
    for (const [id, changes] of Object.entries(APPS)) addApp(stack, cluster, id, changes, version);
  }),
  stackCase('rings', (stack, version) => {
    addRing(stack, 'All', RING, version);
    addRing(stack, 'Replaced', REPLACED_RING, version);
  }),
  stackCase('sets', (stack, version) => addRing(stack, 'Cassandra', SETS, version)),
];
