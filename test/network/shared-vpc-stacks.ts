import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { CassandraRing } from '../../lib/cassandra';
import { PrivateCluster, type PrivateClusterProps } from '../../lib/cluster';
import { type IProject, Project } from '../../lib/core/project';
import { type INetwork, Network, Port } from '../../lib/network';
import { SharedVpcAccess } from '../../lib/network/shared-vpc-access';
import { AppNamespace, PublicEndpoint, Workload } from '../../lib/workload';

export const HOST = { projectId: 'parking-host', projectNumber: '210000000010' };
export const SERVICE = { projectId: 'parking-service', projectNumber: '210000000020' };
export const PROJECT_NUMBERS = Object.fromEntries([HOST, SERVICE].map(({ projectId, projectNumber }) => [projectId, projectNumber]));

const PLACE = { region: 'europe-west1', name: 'shared', dataRange: '10.0.16.0/22' };

/** Stack of the administrators of the host project. */
export class HostStack extends TerraformStack {
  constructor() {
    super(new App(), 'host');
    new LocalBackend(this, { path: 'terraform.tfstate' });
    new GoogleProvider(this, 'Google', { project: HOST.projectId, region: PLACE.region });
    const project = new Project(this, 'Project', HOST);
    for (const api of ['container', 'cloudresourcemanager']) project.enable(`${api}.googleapis.com`);
    new Network(this, 'Network', { project, ...PLACE });
  }
}

/** The grants alone, as administrators of an organization would make them. */
export class GrantsStack extends TerraformStack {
  constructor() {
    super(new App(), 'grants');
    new LocalBackend(this, { path: 'terraform.tfstate' });
    new GoogleProvider(this, 'Google', { project: HOST.projectId, region: PLACE.region });
    const service = new Project(this, 'Project', SERVICE);
    const host = Project.fromId(this, 'HostProject', HOST);
    const network = Network.fromName(this, 'Network', { project: host, ...PLACE });
    SharedVpcAccess.of(this, host, service).grant(network, network.nodeSubnet);
  }
}

/** A cluster, a ring and a workload in a project of their own, in the network of the host project. */
export class ServiceStack extends TerraformStack {
  public readonly project: IProject;
  public readonly network: INetwork;
  public readonly cluster: PrivateCluster;
  public readonly ring: CassandraRing;
  public readonly gateway: Workload;

  constructor(props: Partial<PrivateClusterProps> = {}) {
    super(new App(), 'service');
    new LocalBackend(this, { path: 'terraform.tfstate' });
    new GoogleProvider(this, 'Google', { project: SERVICE.projectId, region: PLACE.region });
    const project = new Project(this, 'Project', SERVICE);
    this.project = project;
    this.network = Network.fromName(this, 'Network', { project: Project.fromId(this, 'HostProject', HOST), ...PLACE });
    this.cluster = new PrivateCluster(this, 'Cluster', { network: this.network, project, name: 'parking', ...props });
    this.cluster.addNodePool('Apps', { machineType: 'e2-standard-4', maxNodes: 3 });
    this.ring = new CassandraRing(this, 'Cassandra', {
      network: this.network,
      project,
      replicationFactor: 1,
      nodes: { b: { zone: 'europe-west1-b' } },
    });
    const namespace = new AppNamespace(this, 'Namespace', { cluster: this.cluster, name: 'gateway', roles: ['roles/pubsub.publisher'] });
    this.gateway = new Workload(this, 'Gateway', { namespace, image: 'ghcr.io/stefanprodan/podinfo:6.7.1', port: Port.tcp(9898) });
    new PublicEndpoint(this, 'Api', { workload: this.gateway, hostName: 'api.example.com' });
    this.ring.allowFrom(this.gateway);
  }

  /** The same network by another construct, with a subnet for private endpoints. */
  public withControlPlaneSubnet(): INetwork {
    const { project } = this.network;
    return Network.fromName(this, 'WithEndpoints', { project, ...PLACE, controlPlaneRange: '10.0.20.0/28' });
  }
}
