import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import type { App } from 'cdktf';
import { GcsBackend, TerraformStack, Testing } from 'cdktf';
import { ControlPlaneAccess, PrivateCluster } from '../../lib/cluster';
import { Project } from '../../lib/core/project';
import { Network } from '../../lib/network';

/** A stack with a cluster, as namespaces and workloads find it. */
export class ClusterStack extends TerraformStack {
  public readonly network: Network;
  public readonly cluster: PrivateCluster;

  constructor(options: { readonly app?: App; readonly peering?: boolean } = {}) {
    super(options.app ?? Testing.app(), 'staging');
    new GcsBackend(this, { bucket: 'state' });
    new GoogleProvider(this, 'Google');
    const project = new Project(this, 'Project', { projectId: 'parking-staging', projectNumber: '123456789012' });
    this.network = new Network(this, 'Network', {
      project,
      region: 'europe-west1',
      nodeRange: '10.10.0.0/22',
      podRange: '10.20.0.0/16',
      serviceRange: '10.30.0.0/20',
      dataRange: '10.10.8.0/24',
      controlPlaneRange: '10.10.12.0/28',
    });
    this.cluster = new PrivateCluster(this, 'Cluster', {
      network: this.network,
      access: options.peering
        ? ControlPlaneAccess.peering({ range: '172.16.0.0/28', authorizedRanges: { office: '10.200.0.0/16' } })
        : ControlPlaneAccess.dns(),
    });
    this.cluster.addNodePool('Apps', { machineType: 'e2-standard-4', minNodes: 1, maxNodes: 3 });
  }
}
