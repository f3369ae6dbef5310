import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend } from 'cdktf';
import { CassandraRing } from '../../lib/cassandra';
import { PrivateCluster } from '../../lib/cluster';
import { Project } from '../../lib/core/project';
import { Network, Port } from '../../lib/network';
import { AppNamespace, PublicEndpoint, Workload } from '../../lib/workload';
import { RecordingStack } from './case-stack';

const HOST = { projectId: 'parking-host', projectNumber: '210000000010' };
const SERVICE = { projectId: 'parking-service', projectNumber: '210000000020' };

/** Project numbers, for the sandbox. */
export const PROJECT_NUMBERS = Object.fromEntries([HOST, SERVICE].map(({ projectId, projectNumber }) => [projectId, projectNumber]));

const PLACE = { region: 'europe-west1', name: 'shared', dataRange: '10.0.16.0/22' };

/** Network of a host project, with the APIs required by clusters of service projects. */
export class SharedNetworkStack extends RecordingStack {
  constructor(isFirst: boolean) {
    super(new App(), 'host');
    new GcsBackend(this, { bucket: 'parking-state', prefix: 'host' });
    new GoogleProvider(this, 'Google', { project: HOST.projectId, region: PLACE.region });
    const project = this.make(Project, 'Project', HOST);
    for (const api of ['container', 'cloudresourcemanager']) project.enable(`${api}.googleapis.com`);
    this.make(Network, 'Network', { project, ...PLACE, flowLogsSampling: isFirst ? 0.5 : 0.25 });
  }
}

/** Cluster, ring and workload in a service project. */
export class SharedVpcStack extends RecordingStack {
  constructor(isFirst: boolean) {
    super(new App(), 'service');
    new GcsBackend(this, { bucket: 'parking-state', prefix: 'service' });
    new GoogleProvider(this, 'Google', { project: SERVICE.projectId, region: PLACE.region });
    const project = this.make(Project, 'Project', SERVICE);
    const host = Project.fromId(this, 'HostProject', HOST);
    const network = Network.fromName(this, 'Network', this.record('NetworkFromNameProps', 'Network', { project: host, ...PLACE }));
    const cluster = this.make(PrivateCluster, 'Cluster', {
      network,
      project,
      name: 'parking',
      deletionProtection: false,
      // The cluster requires the grants at creation.
      sharedVpcGrants: isFirst,
    });
    cluster.addNodePool('Apps', this.record('NodePoolOptions', 'Apps', { machineType: 'e2-standard-4', maxNodes: 3 }));
    const ring = this.make(CassandraRing, 'Cassandra', {
      network,
      project,
      replicationFactor: 1,
      nodes: { b: { zone: 'europe-west1-b' } },
      deletionProtection: false,
    });
    const namespace = this.make(AppNamespace, 'Namespace', { cluster, name: 'gateway', roles: ['roles/pubsub.publisher'] });
    const gateway = this.make(Workload, 'Gateway', { namespace, image: 'ghcr.io/stefanprodan/podinfo:6.7.1', port: Port.tcp(9898) });
    this.make(PublicEndpoint, 'Api', { workload: gateway, hostName: isFirst ? 'api.example.com' : 'www.example.com' });
    ring.allowFrom(gateway);
  }
}
