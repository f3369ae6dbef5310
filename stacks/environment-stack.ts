import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  BackupArchive,
  CassandraRing,
  type CassandraRingNode,
  type CassandraRingProps,
  type HoursBetweenSets,
  SnapshotSchedule,
  SnapshotSet,
} from '../lib/cassandra';
import { type LoadProfile, type MaintenanceDay, PrivateCluster, type ReleaseChannel } from '../lib/cluster';
import { setDefaultLabels } from '../lib/core/labels';
import { type IProject, Project } from '../lib/core/project';
import { Network } from '../lib/network';
import { type ProtectionExemption, requirePlannableAtOnce, requirePolicy, requireProtectedAddresses } from '../lib/policy';
import { DefaultNamespace } from '../lib/workload';
import { ParkingApps, type ParkingAppsProps } from './parking-apps';

/** Values in which one environment differs from another. */
export interface EnvironmentStackProps {
  /** Google Cloud project of the environment. Each environment has its own. */
  readonly projectId: string;
  readonly projectNumber: string;

  /** Region of all regional resources. */
  readonly region: string;

  /** Existing bucket for the Terraform state. */
  readonly stateBucket: string;

  /**
   * Protects the cluster, VM instances and data from deletion.
   *
   * To destroy an environment, deploy it with `false` first.
   */
  readonly deletionProtection: boolean;

  /** Addresses of all resources with `prevent_destroy`. Synth fails when one disappears without an exemption. */
  readonly protectedAddresses: readonly string[];

  /** Protected resources that may be deleted, each with a reason and an owner. */
  readonly protectionExemptions: readonly ProtectionExemption[];

  /** Ranges of the VPC, in CIDR notation. */
  readonly nodeRange: string;
  readonly podRange: string;
  readonly serviceRange: string;
  readonly dataRange: string;

  /**
   * Range of the control-plane subnet, for a cluster that had a private endpoint there before it got a DNS endpoint.
   *
   * @default - no control-plane subnet
   */
  readonly controlPlaneRange?: string;

  /** Zones of the nodes. */
  readonly nodeZones: readonly string[];
  readonly releaseChannel: ReleaseChannel;
  readonly maintenanceDays: readonly MaintenanceDay[];
  readonly maintenanceStartHourUtc: number;

  /** Google group whose member groups role bindings can name. The owner group of the apps is one of them. */
  readonly googleGroupsSecurityGroup: string;

  /** Node pool of the apps. */
  readonly appsMachineType: string;
  readonly appsMinNodes: number;
  readonly appsMaxNodes: number;

  /** Load of the pool over a week, for cost estimates. */
  readonly appsLoadProfile: LoadProfile;

  /** Node pool of batch jobs. Spot VMs are cheaper and can be preempted. */
  readonly batchMachineType: string;
  readonly batchMaxNodes: number;
  readonly batchSpot: boolean;
  readonly batchLoadProfile: LoadProfile;

  readonly cassandraNodes: Readonly<Record<string, CassandraRingNode>>;
  readonly cassandraMachineType: string;
  readonly cassandraDiskSizeGiB: number;

  /**
   * File with the data disks that replaced the first ones, written by `gke-platform cassandra restore`.
   *
   * @default - each node has its first data disk
   */
  readonly cassandraDisksFile?: string;

  /**
   * Settings of `cassandra.yaml` of this environment.
   *
   * @default - the defaults of CassandraRing
   */
  readonly cassandraSettings?: CassandraRingProps['settings'];

  /** Retention of snapshots of Cassandra's disks, in days. */
  readonly snapshotRetentionDays: number;

  /** Hours between two snapshot sets of the ring, and their retention in days. */
  readonly snapshotSetHoursBetween: HoursBetweenSets;
  readonly snapshotSetRetentionDays: number;

  /**
   * Bucket of Cassandra's commit logs, for restores to a point in time. They are kept a day longer than the snapshot sets.
   *
   * @default - commit logs are not archived
   */
  readonly cassandraArchiveBucket?: string;

  /** Values of the apps. */
  readonly apps: Pick<
    ParkingAppsProps,
    'domain' | 'dnsZoneName' | 'version' | 'minReplicas' | 'maxReplicas' | 'ownerGroup' | 'switchedOff'
  >;
}

/** One environment of the parking SaaS: network, cluster, Cassandra, apps. */
export class EnvironmentStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id);

    new GcsBackend(this, { bucket: props.stateBucket, prefix: id });
    setDefaultLabels(new GoogleProvider(this, 'Google', { project: props.projectId, region: props.region }), {
      environment: id,
      'managed-by': 'terraform',
    });

    const project = new Project(this, 'Project', { projectId: props.projectId, projectNumber: props.projectNumber });
    const network = this.addNetwork(project, props);
    const cluster = this.addCluster(network, props);
    const cassandra = this.addCassandra(network, props);
    const apps = new ParkingApps(this, 'Apps', { cluster, cassandra, ...props.apps });

    new TerraformOutput(this, 'kubectl', {
      value: `gcloud container clusters get-credentials ${cluster.clusterName} --location=${cluster.location} --project=${props.projectId} --dns-endpoint`,
      description: 'gives kubectl access to the cluster',
    });
    new TerraformOutput(this, 'public_address', { value: apps.publicAddress, description: 'where the internet reaches the gateway' });

    requirePlannableAtOnce(this);
    requireProtectedAddresses(this, props);
    requirePolicy(this);
  }

  private addNetwork(project: Project, props: EnvironmentStackProps): Network {
    return new Network(this, 'Network', {
      project,
      region: props.region,
      nodeRange: props.nodeRange,
      podRange: props.podRange,
      serviceRange: props.serviceRange,
      dataRange: props.dataRange,
      controlPlaneRange: props.controlPlaneRange,
    });
  }

  private addCluster(network: Network, props: EnvironmentStackProps): PrivateCluster {
    const cluster = new PrivateCluster(this, 'Cluster', {
      network,
      nodeZones: props.nodeZones,
      releaseChannel: props.releaseChannel,
      maintenanceDays: props.maintenanceDays,
      maintenanceStartHourUtc: props.maintenanceStartHourUtc,
      googleGroupsSecurityGroup: props.googleGroupsSecurityGroup,
      deletionProtection: props.deletionProtection,
    });
    cluster.addNodePool('Apps', {
      machineType: props.appsMachineType,
      minNodes: props.appsMinNodes,
      maxNodes: props.appsMaxNodes,
      loadProfile: props.appsLoadProfile,
    });
    cluster.addNodePool('Batch', {
      machineType: props.batchMachineType,
      minNodes: 0,
      maxNodes: props.batchMaxNodes,
      spot: props.batchSpot,
      loadProfile: props.batchLoadProfile,
      taints: [{ key: 'workload', value: 'batch', effect: 'NO_SCHEDULE' }],
      labels: { workload: 'batch' },
    });
    new DefaultNamespace(this, 'DefaultNamespace', { cluster });
    return cluster;
  }

  private addCassandra(network: Network, props: EnvironmentStackProps): CassandraRing {
    const { cassandraArchiveBucket: bucket } = props;
    const ring = new CassandraRing(this, 'Cassandra', {
      network,
      nodes: props.cassandraNodes,
      machineType: props.cassandraMachineType,
      dataDiskSizeGiB: props.cassandraDiskSizeGiB,
      disksFile: props.cassandraDisksFile,
      settings: props.cassandraSettings,
      archive: bucket === undefined ? undefined : this.addArchive(network.project, bucket, props),
      deletionProtection: props.deletionProtection,
      snapshots: new SnapshotSchedule(this, 'Snapshots', {
        project: network.project,
        region: props.region,
        retentionDays: props.snapshotRetentionDays,
        deletionProtection: props.deletionProtection,
      }),
    });
    new SnapshotSet(this, 'SnapshotSets', {
      ring,
      hoursBetween: props.snapshotSetHoursBetween,
      retentionDays: props.snapshotSetRetentionDays,
      deletionProtection: props.deletionProtection,
    });
    return ring;
  }

  private addArchive(project: IProject, name: string, props: EnvironmentStackProps): BackupArchive {
    return new BackupArchive(this, 'BackupArchive', {
      project,
      name,
      location: props.region,
      retentionDays: props.snapshotSetRetentionDays + 1,
      deletionProtection: props.deletionProtection,
    });
  }
}
