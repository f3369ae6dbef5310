import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { CassandraRing, type CassandraRingProps, SnapshotSchedule, type SnapshotScheduleProps } from '../../lib/cassandra';
import { type NodePoolOptions, PrivateCluster, type PrivateClusterProps } from '../../lib/cluster';
import { setDefaultLabels } from '../../lib/core/labels';
import { Project } from '../../lib/core/project';
import { Network, type NetworkProps } from '../../lib/network';

type ConstructClass<Props, Made> = new (scope: Construct, id: string, props: Props) => Made;

/** Props of a construct in a case. */
export interface GivenProps {
  /** Interface of the props, for example `WorkloadProps`. */
  readonly name: string;

  /** Path of the construct in the stack. */
  readonly path: string;
  readonly props: object;
}

/** Stack of a case. Records the props of its constructs, to find those that no case sets. */
export abstract class RecordingStack extends TerraformStack {
  public readonly given: GivenProps[] = [];

  /** Creates a construct with props of the interface `<Class>Props`. */
  public make<Props extends object, Made>(type: ConstructClass<Props, Made>, id: string, props: Props): Made {
    return new type(this, id, this.record(`${type.name}Props`, id, props));
  }

  /** Records and returns props passed to a method. */
  public record<Props extends object>(name: string, path: string, props: Props): Props {
    this.given.push({ name, path, props: { ...props } });
    return props;
  }
}

/** Stack with the google provider and a network. */
export class CaseStack extends RecordingStack {
  public readonly network: Network;

  constructor(scope: Construct, id: string, network: Partial<NetworkProps> = {}) {
    super(scope, id);
    new GcsBackend(this, { bucket: 'parking-state', prefix: id });
    setDefaultLabels(new GoogleProvider(this, 'Google', { project: 'parking-staging', region: 'europe-west1' }), { environment: id });
    const project = this.make(Project, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
    this.network = this.make(Network, 'Network', {
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
    const { access } = props;
    if (access?.mode === 'privateIp') this.record('PrivateIpAccessOptions', 'Cluster', { ...access });
    if (access?.mode === 'peering') this.record('PeeringAccessOptions', 'Cluster', { ...access, range: access.peeringRange });
    return this.make(PrivateCluster, 'Cluster', { network: this.network, deletionProtection: false, ...props });
  }

  public addPool(cluster: PrivateCluster, id: string, options: NodePoolOptions): void {
    cluster.addNodePool(id, this.record('NodePoolOptions', id, options));
  }

  /** Creates a cluster with one node pool. */
  public smallCluster(props: Partial<PrivateClusterProps> = {}, pool: Partial<NodePoolOptions> = {}): PrivateCluster {
    const cluster = this.cluster(props);
    this.addPool(cluster, 'Apps', { machineType: 'e2-standard-4', minNodes: 1, maxNodes: 5, ...pool });
    return cluster;
  }

  /** Creates a one-node ring with its snapshot schedule. */
  public ring(id: string, props: Partial<CassandraRingProps> = {}, schedule: Partial<SnapshotScheduleProps> = {}): CassandraRing {
    const { network } = this;
    const snapshots = this.make(SnapshotSchedule, `${id}Snapshots`, {
      project: network.project,
      region: network.region,
      deletionProtection: false,
      ...schedule,
    });
    const all: CassandraRingProps = {
      network,
      nodes: { b: { zone: 'europe-west1-b' } },
      replicationFactor: 1,
      dataDiskSizeGiB: 20,
      snapshots,
      deletionProtection: false,
      allowStoppingForUpdate: true,
      ...props,
    };
    for (const [name, node] of Object.entries(all.nodes)) this.record('CassandraRingNode', `${id}/${name}`, node);
    return this.make(CassandraRing, id, all);
  }
}
