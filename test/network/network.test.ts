import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster';
import { DnsManagedZone } from '@cdktf/provider-google/lib/dns-managed-zone';
import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { TerraformStack, Testing } from 'cdktf';
import { CassandraRing } from '../../lib/cassandra';
import { PrivateCluster } from '../../lib/cluster';
import { Project } from '../../lib/core/project';
import { Network, type NetworkProps } from '../../lib/network';
import { Synthesized } from '../support/synthesized';

let stack: TerraformStack;
let project: Project;

beforeEach(() => {
  stack = new TerraformStack(Testing.app(), 'staging');
  new GoogleProvider(stack, 'Google');
  project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '123' });
});

const network = (props: Partial<NetworkProps> = {}) => new Network(stack, 'Network', { project, region: 'europe-west1', ...props });

describe('a network', () => {
  test('is a custom VPC named after its path', () => {
    network();

    expect(Synthesized.from(stack).only(ComputeNetwork)).toMatchObject({
      project: 'parking-staging',
      name: 'staging-network',
      auto_create_subnetworks: false,
      mtu: 1460,
      depends_on: [expect.stringMatching(/^google_project_service\.Project_compute/)],
    });
  });

  test('has longer timeouts than the provider', () => {
    network({ controlPlaneRange: '10.0.20.0/28' });

    const synthesized = Synthesized.from(stack);
    const blocks = [synthesized.only(ComputeNetwork), ...synthesized.list(ComputeSubnetwork)];
    expect(blocks.map(({ timeouts }) => timeouts)).toEqual(new Array(4).fill({ create: '30m', update: '30m', delete: '45m' }));
  });

  test('has a subnet for nodes with named ranges for pods and services', () => {
    network();

    expect(Synthesized.from(stack).at('Network/NodeSubnet', ComputeSubnetwork)).toMatchObject({
      name: 'staging-network-nodes',
      region: 'europe-west1',
      ip_cidr_range: '10.0.0.0/20',
      private_ip_google_access: true,
      log_config: { flow_sampling: 0.5 },
      secondary_ip_range: [
        { range_name: 'pods', ip_cidr_range: '10.4.0.0/14' },
        { range_name: 'services', ip_cidr_range: '10.0.32.0/20' },
      ],
    });
  });

  test('denies ingress and egress of the data subnet at the lowest priority, with a log', () => {
    network({ dataRange: '10.10.8.0/24' });
    const denied = {
      network: expect.any(String),
      priority: 65000,
      deny: [{ protocol: 'all' }],
      log_config: { metadata: 'INCLUDE_ALL_METADATA' },
    };
    const rules = Synthesized.from(stack).byPath(ComputeFirewall);
    expect(rules).toEqual({
      'Network/DataSubnetDenial/Ingress': {
        ...denied,
        project: 'parking-staging',
        name: 'staging-network-data-deny-in',
        description: 'denies ingress to the data subnet, except what rules of higher priority allow',
        direction: 'INGRESS',
        source_ranges: ['0.0.0.0/0'],
        destination_ranges: ['10.10.8.0/24'],
      },
      'Network/DataSubnetDenial/PrivateEgress': {
        ...denied,
        priority: 2000,
        project: 'parking-staging',
        name: 'staging-network-data-deny-priv',
        description: 'denies egress of the data subnet to private ranges, which rules for the internet would include',
        direction: 'EGRESS',
        source_ranges: ['10.10.8.0/24'],
        destination_ranges: expect.arrayContaining([
          '10.0.0.0/8',
          '172.16.0.0/12',
          '192.168.0.0/16',
          '100.64.0.0/10',
          '169.254.0.0/16',
          '199.36.153.8/30',
        ]),
      },
      'Network/DataSubnetDenial/Egress': {
        ...denied,
        project: 'parking-staging',
        name: 'staging-network-data-deny-out',
        description: 'denies egress of the data subnet, except what rules of higher priority allow',
        direction: 'EGRESS',
        source_ranges: ['10.10.8.0/24'],
        destination_ranges: ['0.0.0.0/0'],
      },
    });
  });

  test('logs no firewall rules with firewallLogging none', () => {
    network({ firewallLogging: 'none' });
    for (const rule of Synthesized.from(stack).list(ComputeFirewall)) expect(rule).not.toHaveProperty('log_config');
  });

  test('has a data subnet, and a control-plane subnet with a range for it', () => {
    network({ controlPlaneRange: '10.0.20.0/28' });

    const synthesized = Synthesized.from(stack);
    expect(synthesized.at('Network/DataSubnet', ComputeSubnetwork)).toMatchObject({
      name: 'staging-network-data',
      ip_cidr_range: '10.0.16.0/22',
      private_ip_google_access: true,
      log_config: { flow_sampling: 0.5 },
    });
    const controlPlane = synthesized.at('Network/ControlPlaneSubnet', ComputeSubnetwork);
    expect(controlPlane).toMatchObject({ name: 'staging-network-control-plane', ip_cidr_range: '10.0.20.0/28' });
    expect(controlPlane).not.toHaveProperty('log_config');
  });

  test('has no control-plane subnet without a range', () => {
    expect(network().controlPlaneSubnet).toBeUndefined();
    expect(Object.keys(Synthesized.from(stack).byPath(ComputeSubnetwork))).toEqual(['Network/DataSubnet', 'Network/NodeSubnet']);
  });

  test('has one Cloud NAT for nodes and VM instances, with dynamic port allocation', () => {
    network();

    const synthesized = Synthesized.from(stack);
    expect(synthesized.only(ComputeRouterNat)).toMatchObject({
      router: expect.stringMatching(/^\$\{google_compute_router\./),
      source_subnetwork_ip_ranges_to_nat: 'LIST_OF_SUBNETWORKS',
      subnetwork: [
        { name: expect.stringContaining('Network_NodeSubnet'), source_ip_ranges_to_nat: ['ALL_IP_RANGES'] },
        { name: expect.stringContaining('Network_DataSubnet'), source_ip_ranges_to_nat: ['ALL_IP_RANGES'] },
      ],
      enable_dynamic_port_allocation: true,
      min_ports_per_vm: 2048,
      max_ports_per_vm: 65536,
      enable_endpoint_independent_mapping: false,
      log_config: { enable: true, filter: 'ERRORS_ONLY' },
    });
    expect(synthesized.only(ComputeRouter)).toMatchObject({ name: 'staging-network-router' });
  });

  test('resolves Google APIs and registries to private addresses', () => {
    network({ labels: { team: 'platform' } });

    const synthesized = Synthesized.from(stack);
    expect(synthesized.list(DnsManagedZone)).toEqual(
      ['gcr.io', 'googleapis.com', 'pkg.dev'].map((domain) =>
        expect.objectContaining({
          dns_name: `${domain}.`,
          name: `staging-network-${domain.replace('.', '-')}`,
          visibility: 'private',
          private_visibility_config: { networks: [{ network_url: expect.stringContaining('google_compute_network.Network') }] },
          labels: { team: 'platform' },
          depends_on: [expect.stringMatching(/^google_project_service\.Project_dns/)],
        }),
      ),
    );
    const addresses = ['199.36.153.8', '199.36.153.9', '199.36.153.10', '199.36.153.11'];
    expect(synthesized.list(DnsRecordSet).map(({ name, type, rrdatas }) => ({ name, type, rrdatas }))).toEqual([
      { name: 'gcr.io.', type: 'A', rrdatas: addresses },
      { name: '*.gcr.io.', type: 'CNAME', rrdatas: ['gcr.io.'] },
      { name: 'private.googleapis.com.', type: 'A', rrdatas: addresses },
      { name: '*.googleapis.com.', type: 'CNAME', rrdatas: ['private.googleapis.com.'] },
      { name: 'pkg.dev.', type: 'A', rrdatas: addresses },
      { name: '*.pkg.dev.', type: 'CNAME', rrdatas: ['pkg.dev.'] },
    ]);
  });

  test('lists NAT and DNS records as dependencies of egress', () => {
    expect(network().egressReady.map((dependable) => dependable.constructor.name)).toEqual([
      'ComputeRouterNat',
      ...Array(6).fill('DnsRecordSet'),
    ]);
  });

  test('renders name, ranges, MTU, ports and logs', () => {
    const made = network({
      name: 'parking',
      nodeRange: '10.10.0.0/22',
      podRange: '10.12.0.0/16',
      serviceRange: '10.10.8.0/22',
      dataRange: '10.10.4.0/24',
      controlPlaneRange: '10.10.5.0/28',
      mtuBytes: 8896,
      natMinPortsPerVm: 4096,
      natMaxPortsPerVm: 8192,
      flowLogs: false,
      privateGoogleApis: false,
    });

    expect(made).toMatchObject({
      networkName: 'parking',
      podRange: '10.12.0.0/16',
      podRangeName: 'pods',
      serviceRange: '10.10.8.0/22',
      serviceRangeName: 'services',
      nodeSubnet: { subnetName: 'parking-nodes', range: '10.10.0.0/22' },
      dataSubnet: { subnetName: 'parking-data', range: '10.10.4.0/24' },
      controlPlaneSubnet: { subnetName: 'parking-control-plane', range: '10.10.5.0/28' },
    });
    const synthesized = Synthesized.from(stack);
    expect(synthesized.only(ComputeNetwork)).toMatchObject({ name: 'parking', mtu: 8896 });
    expect(synthesized.only(ComputeRouterNat)).toMatchObject({ min_ports_per_vm: 4096, max_ports_per_vm: 8192 });
    expect(synthesized.at('Network/NodeSubnet', ComputeSubnetwork)).not.toHaveProperty('log_config');
    expect(synthesized.list(DnsManagedZone)).toEqual([]);
    expect(made.egressReady).toHaveLength(1);
  });

  test('has the VPC as its default child', () => {
    expect(network().node.defaultChild).toBeInstanceOf(ComputeNetwork);
  });

  test.each<[Partial<NetworkProps>, string]>([
    [{ region: 'europe' }, "'region' must be a region such as europe-west1, got 'europe' (at staging/Network)"],
    [{ name: 'Parking' }, "'name' must be lower case letters"],
    [{ name: 'a'.repeat(49) }, 'have at most 48 characters'],
    [{ flowLogsSampling: 0 }, "'flowLogsSampling' must be over 0 and up to 1, got 0 (at staging/Network)"],
    [{ firewallLogging: 'some' as 'all' }, "'firewallLogging' must be one of none, denied, all, got 'some' (at staging/Network)"],
    [{ mtuBytes: 1000 }, "'mtuBytes' must be a whole number from 1300 to 8896, got 1000"],
    [{ natMinPortsPerVm: 3000 }, "'natMinPortsPerVm' must be a power of two, got 3000 (at staging/Network)"],
    [{ natMaxPortsPerVm: 2048 }, "'natMaxPortsPerVm' must be a whole number from 4096 to 65536, got 2048"],
  ])('fails on %p', (props, message) => {
    expect(() => network(props)).toThrow(message);
  });
});

describe('an imported network', () => {
  test('has identifiers from project and name', () => {
    const imported = Network.fromName(stack, 'Network', { project, region: 'europe-west1', name: 'parking', dataRange: '10.10.4.0/24' });

    expect(imported).toMatchObject({
      networkId: 'projects/parking-staging/global/networks/parking',
      nodeSubnet: { subnetId: 'projects/parking-staging/regions/europe-west1/subnetworks/parking-nodes', range: '10.0.0.0/20' },
      dataSubnet: { subnetId: 'projects/parking-staging/regions/europe-west1/subnetworks/parking-data', range: '10.10.4.0/24' },
      podRangeName: 'pods',
      serviceRangeName: 'services',
      firewallLogging: 'denied',
      egressReady: [],
    });
    expect(imported.controlPlaneSubnet).toBeUndefined();
    expect(Synthesized.from(stack).json.resource).toBeUndefined();
  });

  test('supports other names of subnets and ranges', () => {
    const imported = Network.fromName(stack, 'Network', {
      project,
      region: 'europe-west1',
      name: 'shared',
      nodeSubnetName: 'nodes',
      dataRange: '10.0.16.0/22',
      dataSubnetName: 'machines',
      controlPlaneRange: '10.0.20.0/28',
      controlPlaneSubnetName: 'masters',
      firewallLogging: 'all',
      podRangeName: 'cluster-pods',
      serviceRangeName: 'cluster-services',
    });

    expect(imported).toMatchObject({
      nodeSubnet: { subnetId: 'projects/parking-staging/regions/europe-west1/subnetworks/nodes' },
      dataSubnet: { subnetName: 'machines' },
      controlPlaneSubnet: { subnetName: 'masters' },
      firewallLogging: 'all',
      podRangeName: 'cluster-pods',
      serviceRangeName: 'cluster-services',
    });
  });

  test('needs no data subnet for a cluster, and one for a ring', () => {
    const imported = Network.fromName(stack, 'Network', { project, region: 'europe-west1', name: 'shared', nodeRange: '10.0.16.0/20' });
    const cluster = new PrivateCluster(stack, 'Cluster', { network: imported });
    cluster.addNodePool('Apps', { maxNodes: 3 });

    expect(imported.dataSubnet).toBeUndefined();
    expect(Synthesized.from(stack).only(ContainerCluster).network).toBe('projects/parking-staging/global/networks/shared');
    expect(
      () => new CassandraRing(stack, 'Cassandra', { network: imported, replicationFactor: 1, nodes: { b: { zone: 'europe-west1-b' } } }),
    ).toThrow("'network' must have a data subnet: set 'dataRange' of staging/Network (at staging/Cassandra)");
  });

  test('fails when the data subnet has a name and no range', () => {
    expect(() =>
      Network.fromName(stack, 'Network', { project, region: 'europe-west1', name: 'shared', dataSubnetName: 'machines' }),
    ).toThrow("'dataRange' must be given with 'dataSubnetName', got 'machines' alone (at staging/Network)");
  });

  test('fails when the control-plane subnet has a name and no range', () => {
    expect(() =>
      Network.fromName(stack, 'Network', { project, region: 'europe-west1', name: 'shared', controlPlaneSubnetName: 'masters' }),
    ).toThrow("'controlPlaneRange' must be given with 'controlPlaneSubnetName', got 'masters' alone (at staging/Network)");
  });

  test.each<[object, string]>([
    [{ region: 'europe' }, "'region' must be a region such as europe-west1, got 'europe' (at staging/Network)"],
    [{ nodeSubnetName: 'projects/p/nodes' }, "'nodeSubnetName' must be lower case letters"],
    [{ dataRange: '10.10.8.0/24', dataSubnetName: 'Data' }, "'dataSubnetName' must be lower case letters"],
    [{ controlPlaneSubnetName: 'Masters', controlPlaneRange: '10.10.5.0/28' }, "'controlPlaneSubnetName' must be lower case letters"],
    [{ podRangeName: 'Pods' }, "'podRangeName' must be lower case letters"],
    [{ serviceRangeName: '10.0.0.0/20' }, "'serviceRangeName' must be lower case letters"],
  ])('fails on %p', (more, message) => {
    expect(() => Network.fromName(stack, 'Network', { project, region: 'europe-west1', name: 'shared', ...more })).toThrow(message);
  });
});
