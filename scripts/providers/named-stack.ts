import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend } from 'cdktf';
import { CassandraRing } from '../../lib/cassandra';
import { NodePool, PrivateCluster } from '../../lib/cluster';
import { Peer } from '../../lib/connectivity';
import { Project } from '../../lib/core/project';
import { Network, Port } from '../../lib/network';
import { AppNamespace, Workload } from '../../lib/workload';
import { RecordingStack } from './case-stack';
import type { DeployedCluster } from './deployed-cluster';

/** Props for `Network.fromName` of the network in `CaseStack`. */
const NETWORK = {
  region: 'europe-west1',
  nodeRange: '10.10.0.0/22',
  podRange: '10.20.0.0/16',
  serviceRange: '10.30.0.0/20',
  dataRange: '10.10.8.0/24',
  controlPlaneRange: '10.10.12.0/28',
};

/** Node pool, ring and workload in a network and a cluster of another stack, with all references by name. */
export class NamedStack extends RecordingStack {
  constructor(isFirst: boolean, deployed: DeployedCluster) {
    super(new App(), 'guests');
    new GcsBackend(this, { bucket: 'parking-state', prefix: 'guests' });
    new GoogleProvider(this, 'Google', { project: 'parking-staging', region: NETWORK.region });
    const project = Project.fromId(this, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
    const network = Network.fromName(
      this,
      'Network',
      this.record('NetworkFromNameProps', 'Network', {
        ...NETWORK,
        project,
        name: 'named',
        nodeSubnetName: 'named-nodes',
        dataSubnetName: 'named-data',
        controlPlaneSubnetName: 'named-control-plane',
        podRangeName: 'pods',
        serviceRangeName: 'services',
        firewallLogging: isFirst ? 'none' : 'all',
      }),
    );
    const cluster = PrivateCluster.fromName(
      this,
      'Cluster',
      this.record('ClusterFromNameProps', 'Cluster', {
        network,
        project,
        name: 'named',
        location: NETWORK.region,
        endpoint: deployed.endpoint,
        clusterCaCertificate: deployed.caCertificate,
        controlPlaneKind: 'psc',
        controlPlaneRange: isFirst ? '10.10.12.0/28' : '10.10.12.2/32',
        nodeZones: isFirst ? ['europe-west1-b'] : ['europe-west1-b', 'europe-west1-c'],
        maxPodsPerNode: isFirst ? 32 : 64,
      }),
    );
    this.make(NodePool, 'Guests', { cluster, maxNodes: isFirst ? 3 : 6 });
    const ring = this.make(CassandraRing, 'Cassandra', {
      network,
      nodes: { b: { zone: 'europe-west1-b' } },
      replicationFactor: 1,
      deletionProtection: false,
      alerts: false,
    });
    const namespace = this.make(AppNamespace, 'Namespace', { cluster, name: 'guests', kubernetesApiAccess: true });
    const workload = this.make(Workload, 'Guest', { namespace, image: 'ghcr.io/stefanprodan/podinfo:6.7.1', port: Port.tcp(9898) });
    const office = this.make(Peer, 'Office', {
      ranges: isFirst ? ['10.200.0.0/16'] : ['10.200.0.0/16', '10.201.0.0/16'],
      port: isFirst ? Port.tcp(443) : Port.tcp(8443),
      throughVpc: true,
    });
    workload.allowTo(office);
    workload.allowFrom(office);
    ring.allowFrom(office);
  }
}
