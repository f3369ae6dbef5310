import { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { ControlPlaneAccess, PrivateCluster } from '../../lib/cluster';
import { Project } from '../../lib/core/project';
import { guard } from '../../lib/guard';
import { type INetwork, Network, type NetworkProps } from '../../lib/network';
import { Sandbox } from '../../lib/sandbox';
import { describeWithTerraform } from '../support/terraform';

const WITH_SUBNET = { controlPlaneRange: '10.0.20.0/28' };
const BY_IP = ControlPlaneAccess.privateIp({ authorizedRanges: { vpn: '10.200.0.0/16' } });

interface Version {
  readonly network?: Partial<NetworkProps>;
  readonly access?: ControlPlaneAccess;
  readonly override?: (cluster: ContainerCluster, network: INetwork) => void;
}

/** The same cluster in one of its versions. */
function stackWith({ network: ranges, access, override }: Version): TerraformStack {
  const stack = new TerraformStack(new App(), 'access');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new GoogleProvider(stack, 'Google', { project: 'parking-staging', region: 'europe-west1' });
  const project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '123' });
  const network = new Network(stack, 'Network', { project, region: 'europe-west1', privateGoogleApis: false, ...ranges });
  const cluster = new PrivateCluster(stack, 'Cluster', { network, access, deletionProtection: false });
  cluster.addNodePool('Apps', { maxNodes: 3 });
  override?.(cluster.node.defaultChild as ContainerCluster, network);
  return stack;
}

describeWithTerraform('the access to a control plane', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await Sandbox.start();
  });

  afterEach(() => sandbox.stop());

  const apply = (version: Version) => sandbox.apply(stackWith(version));
  const plan = (version: Version) => sandbox.plan(stackWith(version));
  const ofCluster = (changes: readonly { address: string; action: string }[]) =>
    changes.flatMap(({ address, action }) => (address.startsWith('google_container_cluster.') ? [action] : []));

  test('a cluster with a DNS endpoint converges', async () => {
    await apply({});
    expect((await plan({})).changes).toEqual([]);
  });

  test.each<[string, string, (cluster: ContainerCluster, network: INetwork) => void]>([
    [
      'a subnet for the private endpoint',
      'replace',
      (cluster, network) => cluster.addOverride('private_cluster_config.private_endpoint_subnetwork', network.controlPlaneSubnet!.subnetId),
    ],
    ['authorized networks', 'update', (cluster) => cluster.addOverride('master_authorized_networks_config', { cidr_blocks: [] })],
  ])('a DNS endpoint with %s never converges (%s), because the provider does not send it', async (_, action, write) => {
    const version: Version = {
      network: WITH_SUBNET,
      override: (cluster, network) => {
        cluster.lifecycle = { ignoreChanges: ['initial_node_count', 'node_config'] };
        write(cluster, network);
      },
    };
    await apply(version);
    expect(ofCluster((await plan(version)).changes)).toEqual([action]);
  });

  test('a change from a private IP endpoint to a DNS endpoint is in place, when the network keeps its subnet', async () => {
    await apply({ network: WITH_SUBNET, access: BY_IP });
    expect((await plan({ network: WITH_SUBNET, access: BY_IP })).changes).toEqual([]);
    expect(ofCluster((await plan({ network: WITH_SUBNET })).changes)).toEqual(['update']);
    await apply({ network: WITH_SUBNET });
    expect((await plan({ network: WITH_SUBNET })).changes).toEqual([]);
  });

  test('a change from a DNS endpoint to a private IP endpoint in the node subnet is in place', async () => {
    await apply({});
    expect(ofCluster((await plan({ access: BY_IP })).changes)).toEqual(['update']);
    await apply({ access: BY_IP });
    expect((await plan({ access: BY_IP })).changes).toEqual([]);
  });

  test('a change from a DNS endpoint to a private IP endpoint in a subnet of its own replaces the cluster, which the guard refuses', async () => {
    await apply({ network: WITH_SUBNET });
    const planned = await plan({ network: WITH_SUBNET, access: BY_IP });

    expect(ofCluster(planned.changes)).toEqual(['replace']);
    const report = guard(planned.json);
    expect(report.isRefused).toBe(true);
    expect(report.verdicts).toContainEqual(
      expect.objectContaining({
        rule: 'stateful-destroyed',
        action: 'replace',
        reason: expect.stringContaining('private_endpoint_subnetwork cannot change in place'),
      }),
    );
  });
});
