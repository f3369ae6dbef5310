import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { LocalBackend, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { CassandraRing, type CassandraRingProps } from '../../lib/cassandra';
import { type IProject, Project } from '../../lib/core/project';
import type { INetwork, ISubnet } from '../../lib/network/network-reference';

/** A network of which only what a ring asks for matters. */
class TestNetwork extends Construct implements INetwork {
  public readonly region = 'europe-west1';
  public readonly networkName = 'net';
  public readonly networkId = 'projects/parking-staging/global/networks/net';
  public readonly nodeSubnet = subnet('nodes', '10.10.0.0/20');
  public readonly podRange = '10.20.0.0/16';
  public readonly podRangeName = 'pods';
  public readonly serviceRange = '10.30.0.0/20';
  public readonly serviceRangeName = 'services';
  public readonly dataSubnet = subnet('data', '10.10.16.0/24');
  public readonly controlPlaneSubnet = subnet('control-plane', '10.10.17.0/28');
  public readonly firewallLogging = 'denied';
  public readonly egressReady = [];

  constructor(
    scope: Construct,
    id: string,
    public readonly project: IProject,
  ) {
    super(scope, id);
  }
}

function subnet(name: string, range: string): ISubnet {
  return { subnetName: name, subnetId: `projects/parking-staging/regions/europe-west1/subnetworks/${name}`, range };
}

export const NODES: CassandraRingProps['nodes'] = {
  b1: { zone: 'europe-west1-b', address: '10.10.16.11' },
  c1: { zone: 'europe-west1-c', address: '10.10.16.12' },
  d1: { zone: 'europe-west1-d', address: '10.10.16.13' },
};

/** A stack with a project and a network, to put Cassandra in. */
export class RingStack extends TerraformStack {
  public readonly project: IProject;
  public readonly network: INetwork;

  constructor(id = 'staging') {
    super(Testing.app(), id);
    new LocalBackend(this, { path: 'terraform.tfstate' });
    new GoogleProvider(this, 'Google', { project: 'parking-staging', region: 'europe-west1' });
    this.project = Project.fromId(this, 'Project', { projectId: 'parking-staging', projectNumber: '123456789012' });
    this.network = new TestNetwork(this, 'Network', this.project);
  }

  public addRing(props: Partial<CassandraRingProps> = {}): CassandraRing {
    return new CassandraRing(this, 'Cassandra', { network: this.network, nodes: NODES, ...props });
  }
}
