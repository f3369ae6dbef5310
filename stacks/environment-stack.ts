import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { CassandraRing, type CassandraRingNode, type CassandraRingProps, SnapshotSchedule } from '../lib/cassandra';
import { type LoadProfile, type MaintenanceDay, PrivateCluster, type ReleaseChannel } from '../lib/cluster';
import { setDefaultLabels } from '../lib/core/labels';
import { Project } from '../lib/core/project';
import { Network } from '../lib/network';
import { type ProtectionExemption, requirePlannableAtOnce, requirePolicy, requireProtectedAddresses } from '../lib/policy';
import { DefaultNamespace } from '../lib/workload';
import { ParkingApps, type ParkingAppsProps } from './parking-apps';

/** Everything in which one environment differs from another, and nothing else. */
export interface EnvironmentStackProps {
  /** The Google Cloud project the environment lives in; each environment has its own. */
  readonly projectId: string;
  readonly projectNumber: string;

  /** Region of everything that has one. */
  readonly region: string;

  /** Bucket that holds Terraform's state; it exists before the first deploy. */
  readonly stateBucket: string;

  /**
   * Whether cluster, virtual machines and data refuse to be deleted.
   *
   * Switching it off is the first of the two steps of taking an environment down.
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
   * Subnet of the control plane's private endpoint: for a cluster that had one before it got a DNS endpoint.
   *
   * @default - no such subnet
   */
  readonly controlPlaneRange?: string;

  /** Zones of the cluster's nodes. */
  readonly nodeZones: readonly string[];
  readonly releaseChannel: ReleaseChannel;
  readonly maintenanceDays: readonly MaintenanceDay[];
  readonly maintenanceStartHourUtc: number;

  /** Google group whose member groups role bindings may name; the group that owns the apps is one of them. */
  readonly googleGroupsSecurityGroup: string;

  /** Machines that run the apps. */
  readonly appsMachineType: string;
  readonly appsMinNodes: number;
  readonly appsMaxNodes: number;

  /** How much is asked of them over a week, for estimates of the cost. */
  readonly appsLoadProfile: LoadProfile;

  /** Machines for batch work; as spot machines at a lower price, and with no promise to stay. */
  readonly batchMachineType: string;
  readonly batchMaxNodes: number;
  readonly batchSpot: boolean;
  readonly batchLoadProfile: LoadProfile;

  readonly cassandraNodes: Readonly<Record<string, CassandraRingNode>>;
  readonly cassandraMachineType: string;
  readonly cassandraDiskSizeGiB: number;

  /**
   * Settings of `cassandra.yaml` that the environment has its own way.
   *
   * @default - none
   */
  readonly cassandraSettings?: CassandraRingProps['settings'];

  /** Days a snapshot of Cassandra's disks is kept. */
  readonly snapshotRetentionDays: number;

  /** What the SaaS's own apps need to know of their environment. */
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
    return new CassandraRing(this, 'Cassandra', {
      network,
      nodes: props.cassandraNodes,
      machineType: props.cassandraMachineType,
      dataDiskSizeGiB: props.cassandraDiskSizeGiB,
      settings: props.cassandraSettings,
      deletionProtection: props.deletionProtection,
      snapshots: new SnapshotSchedule(this, 'Snapshots', {
        project: network.project,
        region: props.region,
        retentionDays: props.snapshotRetentionDays,
        deletionProtection: props.deletionProtection,
      }),
    });
  }
}
