import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { CassandraRing, type CassandraRingNode } from '../lib/cassandra';
import { PrivateCluster } from '../lib/cluster';
import { Peer } from '../lib/connectivity';
import { type IProject, Project } from '../lib/core/project';
import { type INetwork, type IpPlanProps, Network, type NetworkFromNameProps, Port } from '../lib/network';
import { AppNamespace, Workload } from '../lib/workload';

/** Values that the stacks of one split environment share: names and ranges, no references. */
export interface SplitEnvironmentProps extends Required<IpPlanProps> {
  readonly projectId: string;
  readonly projectNumber: string;
  readonly region: string;
  readonly stateBucket: string;
  readonly networkName: string;
  readonly clusterName: string;
  readonly cassandraNodes: Readonly<Record<string, CassandraRingNode>>;

  /**
   * Protects the cluster and data from deletion. To destroy the environment, deploy it with `false` first.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/** Stack with a state of its own, in the project of the environment. */
class PartOfEnvironment extends TerraformStack {
  protected readonly project: IProject;

  constructor(scope: Construct, id: string, props: SplitEnvironmentProps) {
    super(scope, id);
    new GcsBackend(this, { bucket: props.stateBucket, prefix: id });
    new GoogleProvider(this, 'Google', { project: props.projectId, region: props.region });
    this.project = new Project(this, 'Project', { projectId: props.projectId, projectNumber: props.projectNumber });
  }

  /** Imports the network by name, so that this stack can be planned before the network exists. */
  protected importNetwork(props: SplitEnvironmentProps): INetwork {
    return Network.fromName(this, 'Network', this.networkProps(props));
  }

  protected networkProps(props: SplitEnvironmentProps): NetworkFromNameProps {
    const { region, networkName: name, nodeRange, podRange, serviceRange, dataRange, controlPlaneRange } = props;
    return { project: this.project, name, region, nodeRange, podRange, serviceRange, dataRange, controlPlaneRange };
  }
}

/** First of three stacks: the network and the cluster. */
export class PlatformStack extends PartOfEnvironment {
  constructor(scope: Construct, id: string, props: SplitEnvironmentProps) {
    super(scope, id, props);
    const network = new Network(this, 'Network', this.networkProps(props));
    const cluster = new PrivateCluster(this, 'Cluster', {
      network,
      name: props.clusterName,
      deletionProtection: props.deletionProtection,
    });
    cluster.addNodePool('Apps', { maxNodes: 6 });
  }
}

/** Second stack: data, to which deployers of apps need no access. */
export class DataStack extends PartOfEnvironment {
  constructor(scope: Construct, id: string, props: SplitEnvironmentProps) {
    super(scope, id, props);
    const network = this.importNetwork(props);
    const ring = new CassandraRing(this, 'Cassandra', {
      network,
      nodes: props.cassandraNodes,
      deletionProtection: props.deletionProtection,
    });
    ring.allowFrom(new Peer(this, 'Pods', { ranges: [network.podRange], throughVpc: true }), {
      reason: 'apps of another stack, which has the policies',
    });
  }
}

/** Properties for `AppsStack`. */
export interface AppsStackProps extends SplitEnvironmentProps {
  /** DNS endpoint of the cluster. `gcloud container clusters describe` prints it once the first stack is deployed. */
  readonly clusterEndpoint: string;
}

/** Third stack: the workloads. */
export class AppsStack extends PartOfEnvironment {
  constructor(scope: Construct, id: string, props: AppsStackProps) {
    super(scope, id, props);
    const network = this.importNetwork(props);
    const cluster = PrivateCluster.fromName(this, 'Cluster', { network, name: props.clusterName, endpoint: props.clusterEndpoint });
    const billing = new Workload(this, 'Billing', {
      namespace: new AppNamespace(this, 'BillingNamespace', { cluster, name: 'billing' }),
      image: 'ghcr.io/stefanprodan/podinfo:6.7.1',
      port: Port.tcp(9898),
    });
    billing.allowTo(new Peer(this, 'Cassandra', { ranges: [network.dataSubnet!.range], port: Port.tcp(9042), throughVpc: true }));
  }
}
