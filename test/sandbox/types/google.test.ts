import type { CloudResource } from '../../../lib/sandbox/cloud-resource';
import type { Values } from '../../../lib/sandbox/values';
import { TypeBench } from './type-bench';

const ZONE = 'europe-west1-b';
let bench: TypeBench;

beforeEach(() => {
  bench = new TypeBench();
});

const network = (name = 'main') => bench.create('google_compute_network', { name, auto_create_subnetworks: false });

function subnet(of: CloudResource, range = '10.10.0.0/20', extra: Values = {}): CloudResource {
  return bench.create('google_compute_subnetwork', { name: 'nodes', network: of.identity, ip_cidr_range: range, ...extra });
}

const disk = (name: string, extra: Values = {}) => bench.create('google_compute_disk', { name, zone: ZONE, size: 100, ...extra });

const instanceConfig = (of: CloudResource, extra: Values = {}): Values => ({
  name: 'node-a',
  zone: ZONE,
  machine_type: 'n2-standard-4',
  boot_disk: [{ initialize_params: [{ image: 'projects/debian-cloud/global/images/debian-12' }] }],
  network_interface: [{ subnetwork: of.identity }],
  ...extra,
});

const clusterConfig = (of: CloudResource, on: CloudResource, extra: Values = {}): Values => ({
  name: 'main',
  location: 'europe-west1',
  network: of.identity,
  subnetwork: on.identity,
  deletion_protection: false,
  ip_allocation_policy: [{ cluster_secondary_range_name: 'pods', services_secondary_range_name: 'services' }],
  workload_identity_config: [{ workload_pool: 'parking.svc.id.goog' }],
  ...extra,
});

const PODS = [
  { range_name: 'pods', ip_cidr_range: '10.20.0.0/21' },
  { range_name: 'services', ip_cidr_range: '10.30.0.0/20' },
];

describe('networks', () => {
  test('have identities and ids like the real ones', () => {
    const vpc = network();
    expect(vpc.values).toMatchObject({
      id: 'projects/parking/global/networks/main',
      self_link: 'https://www.googleapis.com/compute/v1/projects/parking/global/networks/main',
      mtu: 1460,
      routing_mode: 'REGIONAL',
    });
    const nodes = subnet(vpc);
    expect(nodes.values).toMatchObject({ id: 'projects/parking/regions/europe-west1/subnetworks/nodes', gateway_address: '10.10.0.1' });
    bench.create('google_compute_router', { name: 'router', network: vpc.identity });
    expect(bench.create('google_compute_router_nat', { name: 'nat', router: 'router' }).text('id')).toBe('parking/europe-west1/router/nat');
  });

  test.each(['Main', 'a-', '1st', 'x'.repeat(64)])('fail with the name %p', (name) => {
    expect(() => network(name)).toThrow(`Error creating Network: googleapi: Error 400: Invalid value for field 'resource.name': '${name}'`);
  });

  test('fail if the name exists', () => {
    network();
    expect(() => network()).toThrow(
      "Error creating Network: googleapi: Error 409: The resource 'projects/parking/global/networks/main' already exists, alreadyExists",
    );
  });

  test('fail if the API is not enabled in the project', () => {
    bench = new TypeBench([]);
    expect(() => network()).toThrow(
      /^Error creating Network: googleapi: Error 403: compute.googleapis.com has not been used .*accessNotConfigured$/,
    );
    bench.create('google_project_service', { service: 'compute.googleapis.com', disable_on_destroy: false });
    expect(network().text('name')).toBe('main');
  });

  test('cannot be deleted while a subnet, router or firewall rule is in them', () => {
    const vpc = network();
    const users = [
      subnet(vpc),
      bench.create('google_compute_router', { name: 'router', network: vpc.identity }),
      bench.create('google_compute_firewall', { name: 'rule', network: 'main', source_ranges: ['10.0.0.0/8'] }),
    ];
    for (const user of users) {
      expect(() => bench.delete(vpc)).toThrow(
        /The network resource 'projects\/parking\/global\/networks\/main' is already being used by '/,
      );
      bench.delete(user);
    }
    bench.delete(vpc);
    expect(bench.cloud.list('google_compute_network')).toEqual([]);
  });

  test('reject overlapping ranges, including secondary ones', () => {
    const vpc = network();
    subnet(vpc, '10.10.0.0/20', { secondary_ip_range: PODS });
    const other =
      (range: string, of = vpc) =>
      () =>
        subnet(of, range, { name: 'other' });
    expect(other('10.10.8.0/24')).toThrow(
      "Invalid IPCidrRange: 10.10.8.0/24 conflicts with existing subnetwork 'nodes' in region 'europe-west1'.",
    );
    expect(other('10.20.0.0/16')).toThrow('Invalid IPCidrRange: 10.20.0.0/16 conflicts');
    expect(other('10.11.0.0/20')).not.toThrow();
    expect(() => subnet(network('second'), '10.10.0.0/20', { name: 'third' })).not.toThrow();
  });

  test('reject overlapping ranges in a subnet', () => {
    const secondary_ip_range = [{ range_name: 'pods', ip_cidr_range: '10.10.8.0/22' }];
    expect(() => subnet(network(), '10.10.0.0/20', { secondary_ip_range })).toThrow('IP range overlaps with 10.10.0.0/20');
  });

  test('reject a subnet of a network that does not exist', () => {
    expect(() => bench.create('google_compute_subnetwork', { name: 's', network: 'none', ip_cidr_range: '10.0.0.0/24' })).toThrow(
      "Error creating Subnetwork: googleapi: Error 404: The resource 'projects/parking/global/networks/none' was not found, notFound",
    );
  });

  test('replace a subnet whose range shrinks or moves, and expand it in place', () => {
    const vpc = network();
    const nodes = subnet(vpc, '10.10.0.0/20');
    const to = (range: string) => bench.replacedBy(nodes, { name: 'nodes', network: vpc.identity, ip_cidr_range: range });
    expect(to('10.10.0.0/21')).toEqual(['ip_cidr_range']);
    expect(to('10.12.0.0/20')).toEqual(['ip_cidr_range']);
    expect(to('10.10.0.0/19')).toEqual([]);
  });

  test('reject deleting a router with a NAT', () => {
    const router = bench.create('google_compute_router', { name: 'router', network: network().identity });
    bench.create('google_compute_router_nat', { name: 'nat', router: 'router' });
    expect(() => bench.delete(router)).toThrow(
      "Error when reading or editing Router: googleapi: Error 400: The router resource 'projects/parking/regions/europe-west1/routers/router' is already being used by 'parking/europe-west1/router/nat', resourceInUseByAnotherResource",
    );
  });

  test('reject a NAT with dynamic ports and endpoint-independent mapping', () => {
    bench.create('google_compute_router', { name: 'router', network: network().identity });
    const both = { enable_dynamic_port_allocation: true, enable_endpoint_independent_mapping: true };
    expect(() => bench.create('google_compute_router_nat', { name: 'nat', router: 'router', ...both })).toThrow(
      'Endpoint-Independent Mapping',
    );
  });
});

describe('firewall rules', () => {
  test('fail with service accounts and tags', () => {
    const rule = { name: 'rule', network: 'default', source_service_accounts: ['a@parking.iam.gserviceaccount.com'], target_tags: ['db'] };
    expect(() => bench.create('google_compute_firewall', rule)).toThrow('Conflicting configuration arguments');
  });

  test('fail with more than ten service accounts', () => {
    const accounts = Array.from({ length: 11 }, (_, index) => `a${index}@parking.iam.gserviceaccount.com`);
    const rule = (names: string[]) =>
      bench.create('google_compute_firewall', {
        name: 'rule',
        network: 'default',
        source_ranges: ['10.0.0.0/8'],
        target_service_accounts: names,
      });
    expect(() => rule(accounts)).toThrow('Attribute target_service_accounts supports 10 item maximum, but config has 11 declared.');
    expect(rule(accounts.slice(1)).get('name')).toBe('rule');
  });

  test('fail without a source, except for egress', () => {
    expect(() => bench.create('google_compute_firewall', { name: 'rule', network: 'default' })).toThrow(
      'one of source_tags, source_ranges, or source_service_accounts must be defined',
    );
    const egress = bench.create('google_compute_firewall', { name: 'rule', network: 'default', direction: 'EGRESS' });
    expect(egress.get('destination_ranges')).toEqual(['0.0.0.0/0']);
  });
});

describe('addresses', () => {
  test('are allocated from their subnet, and unique', () => {
    const nodes = subnet(network());
    const reserve = (name: string, extra: Values = {}) =>
      bench.create('google_compute_address', { name, address_type: 'INTERNAL', subnetwork: nodes.identity, ...extra });
    expect(reserve('a').text('address')).toBe('10.10.0.2');
    expect(reserve('b').text('address')).toBe('10.10.0.3');
    expect(() => reserve('c', { address: '10.10.0.3' })).toThrow('Specified IP address is already reserved.');
    expect(() => reserve('c', { address: '10.99.0.3' })).toThrow('outside the usable range');
    expect(() => reserve('c', { address: '10.10.0.1' })).toThrow('outside the usable range');
  });

  test('cannot be deleted while an instance uses them', () => {
    const nodes = subnet(network());
    const address = bench.create('google_compute_address', { name: 'a', address_type: 'INTERNAL', subnetwork: nodes.identity });
    const nic = [{ subnetwork: nodes.identity, network_ip: address.text('address') }];
    const node = bench.create('google_compute_instance', instanceConfig(nodes, { network_interface: nic }));
    expect(() => bench.delete(address)).toThrow(
      "The address resource 'projects/parking/regions/europe-west1/addresses/a' is already being used by 'projects/parking/zones/europe-west1-b/instances/node-a', resourceInUseByAnotherResource",
    );
    expect(() => bench.create('google_compute_instance', instanceConfig(nodes, { name: 'node-b', network_interface: nic }))).toThrow(
      "IP '10.10.0.2' is already being used by another resource",
    );
    bench.delete(node);
    expect(() => bench.delete(address)).not.toThrow();
  });
});

describe('disks', () => {
  test('are replaced if they shrink, and expanded in place', () => {
    const data = disk('data');
    const sized = (size: number) => bench.replacedBy(data, { name: 'data', zone: ZONE, size });
    expect(sized(50)).toEqual(['size']);
    expect(sized(200)).toEqual([]);
  });

  test('are detached before they are deleted, so that the deletion succeeds', () => {
    const nodes = subnet(network());
    const data = disk('data');
    const attached_disk = [{ source: data.identity, device_name: 'data' }];
    const node = bench.create('google_compute_instance', instanceConfig(nodes, { attached_disk }));
    bench.delete(data);
    expect(bench.cloud.get(node.type, node.identity)?.get('attached_disk')).toEqual([]);
  });

  test('cannot be deleted if the name of the final snapshot would be too long', () => {
    const long = disk('x'.repeat(49), { create_snapshot_before_destroy: true });
    expect(() => bench.delete(long)).toThrow('Your disk name is too long to perform this action. The max is 48 characters.');
  });

  test('leave a final snapshot if configured, from which they can be restored', () => {
    const data = disk('data', { create_snapshot_before_destroy: true, create_snapshot_before_destroy_prefix: 'last' });
    bench.delete(data);
    const [snapshot] = bench.cloud.list('google_compute_snapshot');
    expect(snapshot?.text('source_disk_id')).toBe(data.text('disk_id'));
    expect(snapshot?.text('name')).toMatch(/^last-\d{8}-\d{6}$/);
    expect(disk('data', { snapshot: snapshot!.text('name'), size: null }).number('size')).toBe(100);
  });

  test('cannot have the same policy twice', () => {
    disk('data');
    bench.create('google_compute_resource_policy', { name: 'daily', region: 'europe-west1' });
    const attach = () => bench.create('google_compute_disk_resource_policy_attachment', { name: 'daily', disk: 'data', zone: ZONE });
    expect(attach().text('id')).toBe('parking/europe-west1-b/data/daily');
    expect(attach).toThrow('already exists');
  });

  test('lose their policy when they are replaced or deleted outside of Terraform', () => {
    const data = disk('data');
    bench.create('google_compute_resource_policy', { name: 'daily', region: 'europe-west1' });
    const attach = () => bench.create('google_compute_disk_resource_policy_attachment', { name: 'daily', disk: 'data', zone: ZONE });
    const first = attach();
    expect(bench.read(first)).toBeDefined();
    bench.delete(data);
    disk('data');
    expect(bench.read(first)).toBeUndefined();
    const second = attach();
    bench.cloud.remove(data.type, data.identity);
    expect(bench.read(second)).toBeUndefined();
  });

  test('prevent deleting their policy', () => {
    disk('data');
    const policy = bench.create('google_compute_resource_policy', { name: 'daily', region: 'europe-west1' });
    const attachment = bench.create('google_compute_disk_resource_policy_attachment', { name: 'daily', disk: 'data', zone: ZONE });
    expect(() => bench.delete(policy)).toThrow(
      "The resource_policy resource 'projects/parking/regions/europe-west1/resourcePolicies/daily' is already being used by",
    );
    bench.delete(attachment);
    expect(() => bench.delete(policy)).not.toThrow();
  });

  test('fail to rename their policy in place, as the provider attempts', () => {
    const policy = bench.create('google_compute_resource_policy', { name: 'daily', region: 'europe-west1' });
    expect(bench.replacedBy(policy, { name: 'nightly', region: 'europe-west1' })).toEqual([]);
    expect(() => bench.update(policy, { name: 'nightly', region: 'europe-west1' })).toThrow('Error 404');
  });

  test.each([0, 24])('fail with a schedule of every %i hours', (hours_in_cycle) => {
    const schedule = [{ hourly_schedule: [{ hours_in_cycle, start_time: '04:00' }] }];
    const values = { name: 'hourly', region: 'europe-west1', snapshot_schedule_policy: [{ schedule }] };
    expect(() => bench.create('google_compute_resource_policy', values)).toThrow(`Error 400: Invalid value for field`);
  });

  test('fail to update immutable snapshot properties of a policy in place', () => {
    const policy = (properties: Values[]) => ({
      name: 'daily',
      region: 'europe-west1',
      snapshot_schedule_policy: [
        {
          schedule: [{ daily_schedule: [{ days_in_cycle: 1, start_time: '04:00' }] }],
          snapshot_properties: properties.map((block) => ({ guest_flush: null, storage_locations: null, labels: null, ...block })),
        },
      ],
    });
    // The provider sends nothing for a block that is false alone, and reads none back.
    const daily = bench.create('google_compute_resource_policy', policy([{ guest_flush: false }]));
    expect(daily.all('snapshot_schedule_policy.snapshot_properties')).toEqual([[]]);
    const refusal = (properties: Values[]) => () => bench.update(daily, policy(properties));
    expect(refusal([{ guest_flush: false }])).toThrow('Error 400: Patching guest_flush field is not supported.');
    expect(refusal([{ guest_flush: true }])).toThrow('Error 400: Patching guest_flush field is not supported.');
    expect(refusal([{ storage_locations: ['eu'] }])).toThrow('Error 400: Patching storage_locations field is not supported.');
    expect(refusal([{ labels: { team: 'data' } }])).not.toThrow();
  });

  test('are created from existing snapshots only', () => {
    expect(() => disk('restored', { snapshot: 'none' })).toThrow("The resource 'projects/parking/global/snapshots/none' was not found");
    disk('data');
    const snapshot = bench.create('google_compute_snapshot', { name: 'monday', source_disk: 'data', zone: ZONE });
    expect(snapshot.number('disk_size_gb')).toBe(100);
    expect(bench.cloud.get(snapshot.type, snapshot.identity)!.text('source_disk_id')).not.toBe('');
    expect(disk('restored', { snapshot: 'monday' }).text('source_snapshot_id')).toBe(snapshot.text('snapshot_id'));
    expect(() => disk('small', { snapshot: 'monday', size: 50 })).toThrow('cannot be smaller than the snapshot size (100 GB)');
  });
});

describe('instances', () => {
  let nodes: CloudResource;

  beforeEach(() => {
    nodes = subnet(network());
  });

  test('get an unused address and the network of their subnet', () => {
    const node = bench.create('google_compute_instance', instanceConfig(nodes));
    expect(node.text('network_interface.network_ip')).toBe('10.10.0.2');
    expect(node.text('network_interface.network')).toBe('projects/parking/global/networks/main');
    expect(node.text('current_status')).toBe('RUNNING');
  });

  test('cannot be deleted while they are protected', () => {
    const node = bench.create('google_compute_instance', instanceConfig(nodes, { deletion_protection: true }));
    expect(() => bench.delete(node)).toThrow('Cannot delete instance node-a: instance Deletion Protection is enabled.');
    bench.delete(bench.update(node, instanceConfig(nodes)));
  });

  test('cannot attach a disk of another instance or zone for writing', () => {
    const data = disk('data');
    const attached = (extra: Values) => () =>
      bench.create('google_compute_instance', instanceConfig(nodes, { attached_disk: [{ source: data.identity }], ...extra }));
    expect(attached({ zone: 'europe-west1-c' })).toThrow('Disk must be in the same zone as the instance');
    attached({})();
    expect(attached({ name: 'node-b' })).toThrow(
      "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE - The disk resource 'projects/parking/zones/europe-west1-b/disks/data' is already being used by 'projects/parking/zones/europe-west1-b/instances/node-a'",
    );
  });

  test('cannot change the machine type without allow_stopping_for_update', () => {
    const node = bench.create('google_compute_instance', instanceConfig(nodes));
    const bigger = { machine_type: 'n2-standard-8' };
    expect(bench.replacedBy(node, instanceConfig(nodes, bigger))).toEqual([]);
    expect(() => bench.update(node, instanceConfig(nodes, bigger))).toThrow('Changing the machine_type, min_cpu_platform');
    const updated = bench.update(node, instanceConfig(nodes, { ...bigger, allow_stopping_for_update: true }));
    expect(updated.text('machine_type')).toBe('n2-standard-8');
  });

  test('prevent deleting their subnet', () => {
    bench.create('google_compute_instance', instanceConfig(nodes));
    expect(() => bench.delete(nodes)).toThrow('resourceInUseByAnotherResource');
  });

  test('update a startup script in metadata in place, and are replaced for metadata_startup_script', () => {
    const script = (text: string): Values => ({ metadata: { 'startup-script': text } });
    const node = bench.create('google_compute_instance', instanceConfig(nodes, script('one')));
    expect(bench.replacedBy(node, instanceConfig(nodes, script('two')))).toEqual([]);
    expect(bench.replacedBy(node, instanceConfig(nodes, { metadata_startup_script: 'two' }))).toEqual(['metadata_startup_script']);
  });
});

describe('clusters', () => {
  let vpc: CloudResource;
  let nodes: CloudResource;

  beforeEach(() => {
    vpc = network();
    nodes = subnet(vpc, '10.10.0.0/20', { secondary_ip_range: PODS });
  });

  const cluster = (extra: Values = {}) => bench.create('google_container_cluster', clusterConfig(vpc, nodes, extra));
  const pool = (of: CloudResource, extra: Values = {}) =>
    bench.create('google_container_node_pool', {
      name: 'apps',
      cluster: of.identity,
      location: 'europe-west1',
      initial_node_count: 1,
      ...extra,
    });

  test('get endpoints and the ranges of their subnet', () => {
    const made = cluster({ control_plane_endpoints_config: [{ dns_endpoint_config: [{ allow_external_traffic: true }] }] });
    expect(made.text('control_plane_endpoints_config.dns_endpoint_config.endpoint')).toMatch(
      /^gke-[0-9a-f]{32}-123456789012\.europe-west1\.gke\.goog$/,
    );
    expect(made.text('cluster_ipv4_cidr')).toBe('10.20.0.0/21');
    expect(made.text('services_ipv4_cidr')).toBe('10.30.0.0/20');
    expect(made.get('node_locations')).toEqual(['europe-west1-b', 'europe-west1-c', 'europe-west1-d']);
    expect(made.text('endpoint')).toMatch(/^34\./);
    expect(made.text('id')).toBe('projects/parking/locations/europe-west1/clusters/main');
  });

  test('prevent removing their pod and service ranges, also those of a single pool', () => {
    const main = cluster();
    const extra = { range_name: 'more', ip_cidr_range: '10.40.0.0/20' };
    const ranged = (secondary_ip_range: Values[]) => () =>
      bench.update(nodes, { name: 'nodes', network: vpc.identity, ip_cidr_range: nodes.text('ip_cidr_range'), secondary_ip_range });
    const [pods, services] = PODS;
    expect(ranged([{ ...pods, ip_cidr_range: '10.24.0.0/21' }, services!])).toThrow(
      `'pods'. The secondary range 10.20.0.0/21 is in use by '${main.identity}' and cannot be changed or removed, resourceInUseByAnotherResource`,
    );
    expect(ranged([pods!])).toThrow("'services'. The secondary range 10.30.0.0/20 is in use by");
    expect(ranged([...PODS, extra])).not.toThrow();
    nodes = bench.cloud.get(nodes.type, nodes.identity)!;
    const apps = pool(main, { network_config: [{ pod_range: 'more' }] });
    expect(ranged(PODS)).toThrow(`'more'. The secondary range 10.40.0.0/20 is in use by '${apps.identity}'`);
    bench.delete(apps);
    expect(ranged(PODS)).not.toThrow();
  });

  test('have a certificate in master_auth, which is not configured', () => {
    expect(cluster().text('master_auth.cluster_ca_certificate')).not.toBe('');
  });

  test('get a private endpoint in the control plane subnet', () => {
    const control = subnet(vpc, '10.40.0.0/28', { name: 'control' });
    const private_cluster_config = [{ enable_private_endpoint: true, private_endpoint_subnetwork: control.identity }];
    expect(cluster({ private_cluster_config }).text('endpoint')).toBe('10.40.0.2');
    expect(() => bench.delete(control)).toThrow('resourceInUseByAnotherResource');
  });

  test('cannot be deleted or replaced while they are protected', () => {
    const made = cluster({ deletion_protection: true });
    expect(() => bench.delete(made)).toThrow('Cannot destroy cluster because deletion_protection is set to true.');
  });

  test('are protected by default', () => {
    const { deletion_protection, ...config } = clusterConfig(vpc, nodes);
    expect(bench.create('google_container_cluster', config).flag('deletion_protection')).toBe(true);
  });

  test.each([
    ['x'.repeat(41), 'cannot be longer than 40 characters'],
    ['Main', 'can only contain lowercase letters, numbers and hyphens'],
  ])('fail with the name %p', (name, message) => {
    expect(() => cluster({ name })).toThrow(message);
  });

  test('fail if a pod range is not in the subnet', () => {
    const ip_allocation_policy = [{ cluster_secondary_range_name: 'none', services_secondary_range_name: 'services' }];
    expect(() => cluster({ ip_allocation_policy })).toThrow('Pod secondary range "none" not found in subnet "nodes"');
  });

  test.each([
    ['10.50.0.0/24', 'between 28 and 28 significant bits, got: 24'],
    ['10.10.0.0/28', 'overlaps with an existing range of subnetwork nodes'],
  ])('fail with the peering range %p', (master_ipv4_cidr_block, message) => {
    expect(() => cluster({ private_cluster_config: [{ master_ipv4_cidr_block }] })).toThrow(message);
  });

  test('are deleted with their node pools and Kubernetes objects', () => {
    const made = cluster({ control_plane_endpoints_config: [{ dns_endpoint_config: [{ allow_external_traffic: true }] }] });
    const host = `https://${made.text('control_plane_endpoints_config.dns_endpoint_config.endpoint')}`;
    pool(made);
    bench.create('kubernetes_namespace_v1', { metadata: [{ name: 'billing' }] }, { host });
    bench.create('kubernetes_namespace_v1', { metadata: [{ name: 'billing' }] });
    bench.delete(made);
    expect(bench.cloud.list('google_container_node_pool')).toEqual([]);
    expect(bench.cloud.list('kubernetes_namespace_v1').map(({ identity }) => identity)).toEqual([
      'https://cluster.example/namespaces/billing',
    ]);
  });

  test('have node pools with the defaults of GKE', () => {
    const apps = pool(cluster(), { node_config: [{ machine_type: 'e2-standard-4' }] });
    expect(apps.text('id')).toBe('projects/parking/locations/europe-west1/clusters/main/nodePools/apps');
    expect(apps.values).toMatchObject({ node_count: 1, max_pods_per_node: 110, version: '1.33.5-gke.1162000' });
    expect(apps.text('node_config.disk_type')).toBe('pd-balanced');
  });

  test('reject node pools in another location or of a missing cluster', () => {
    const made = cluster();
    expect(() => pool(made, { location: 'europe-west4' })).toThrow('Not found: projects/parking/locations/europe-west4/clusters/main.');
    expect(() => pool(made, { cluster: 'none' })).toThrow('Not found: projects/parking/locations/europe-west1/clusters/none.');
  });

  test('reject more initial nodes than the pod range has room for', () => {
    const made = cluster();
    // A /21 holds eight nodes of 110 pods.
    pool(made, { initial_node_count: 2 });
    expect(() => pool(made, { name: 'batch', initial_node_count: 1 })).toThrow('IP_SPACE_EXHAUSTED');
    expect(() => pool(made, { name: 'batch', max_pods_per_node: 32 })).not.toThrow();
  });

  test.each(['machine_type', 'image_type'])('update the %s of a node pool in place', (argument) => {
    const made = cluster();
    const config = (node: Values): Values => ({ name: 'apps', cluster: made.identity, location: 'europe-west1', node_config: [node] });
    const apps = bench.create('google_container_node_pool', config({ [argument]: 'ONE' }));
    expect(bench.replacedBy(apps, config({ [argument]: 'TWO' }))).toEqual([]);
  });

  test('replace a node pool that becomes spot', () => {
    const made = cluster();
    const config = (node: Values): Values => ({ name: 'apps', cluster: made.identity, location: 'europe-west1', node_config: [node] });
    const apps = bench.create('google_container_node_pool', config({ spot: false }));
    expect(bench.replacedBy(apps, config({ spot: true }))).toEqual(['node_config.spot']);
  });
});

describe('identities', () => {
  const account = (account_id = 'nodes') => bench.create('google_service_account', { account_id });

  test('have a known email while planning', () => {
    const made = account('cassandra');
    expect(made.values).toMatchObject({
      email: 'cassandra@parking.iam.gserviceaccount.com',
      member: 'serviceAccount:cassandra@parking.iam.gserviceaccount.com',
      id: 'projects/parking/serviceAccounts/cassandra@parking.iam.gserviceaccount.com',
    });
  });

  test.each(['short', 'x'.repeat(31), 'Upper-case'])('fail with the name %p', (id) => {
    expect(() => account(id)).toThrow(`"account_id" ("${id}") doesn't match regexp`);
  });

  const bind = (member: string) => bench.create('google_project_iam_member', { project: 'parking', role: 'roles/viewer', member });

  test('adopt an existing binding', () => {
    account('cassandra');
    const member = 'serviceAccount:cassandra@parking.iam.gserviceaccount.com';
    expect(bind(member).text('id')).toBe(`parking/roles/viewer/${member}`);
    expect(() => bind(member)).not.toThrow();
  });

  test('cannot be bound before they exist', () => {
    expect(() => bind('serviceAccount:none@parking.iam.gserviceaccount.com')).toThrow(
      'Error applying IAM policy for project "parking": Error setting IAM policy for project "parking": googleapi: Error 400: Service account none@parking.iam.gserviceaccount.com does not exist., badRequest',
    );
  });

  test.each([
    'serviceAccount:parking.svc.id.goog[billing/api]',
    'principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/parking.svc.id.goog/subject/ns/billing/sa/api',
  ])('cannot be bound before the project has a Workload Identity pool: %s', (member) => {
    expect(() => bind(member)).toThrow('Error 400: Identity Pool does not exist (parking.svc.id.goog).');
    const vpc = network();
    bench.create('google_container_cluster', clusterConfig(vpc, subnet(vpc, '10.10.0.0/20', { secondary_ip_range: PODS })));
    expect(() => bind(member)).not.toThrow();
  });

  test('cannot be granted a secret that does not exist', () => {
    const give = () =>
      bench.create('google_secret_manager_secret_iam_member', { secret_id: 'key', role: 'roles/viewer', member: 'user:a@example.com' });
    expect(give).toThrow('projects/parking/secrets/key was not found');
    bench.create('google_secret_manager_secret', { secret_id: 'key', replication: [{ auto: [{}] }] });
    expect(give).not.toThrow();
  });
});

describe('DNS', () => {
  const zone = (extra: Values = {}) => bench.create('google_dns_managed_zone', { name: 'public', dns_name: 'example.com.', ...extra });
  const record = (name: string, type = 'A') =>
    bench.create('google_dns_record_set', { managed_zone: 'public', name, type, ttl: 300, rrdatas: ['192.0.2.1'] });

  test('rejects a duplicate record', () => {
    zone();
    expect(record('api.example.com.').text('id')).toBe('projects/parking/managedZones/public/rrsets/api.example.com./A');
    expect(() => record('api.example.com.')).toThrow('alreadyExists');
    expect(() => record('api.example.com.', 'CNAME')).toThrow('cnameResourceRecordSetConflict');
  });

  test('accepts records in zones that are not deployed in the sandbox', () => {
    expect(record('api.example.com.').text('name')).toBe('api.example.com.');
  });

  test('rejects a record of another zone, or without a trailing dot', () => {
    zone();
    expect(() => record('api.example.org.')).toThrow("Invalid value for 'entity.change.additions[0].name': 'api.example.org.'");
    expect(() => record('api.example.com')).toThrow('name field must end with trailing dot');
  });

  test('rejects deleting a zone with records, unless forced', () => {
    const kept = zone();
    record('api.example.com.');
    expect(() => bench.delete(kept)).toThrow("cannot be deleted because it contains one or more 'resource records'., containerNotEmpty");
    bench.delete(bench.update(kept, { name: 'public', dns_name: 'example.com.', force_destroy: true }));
    expect(bench.cloud.list('google_dns_record_set')).toEqual([]);
  });
});

describe('Redis instances', () => {
  const REDIS = 'google_redis_instance';
  const redisConfig = (extra: Values = {}): Values => ({ name: 'cache', memory_size_gb: 5, ...extra });
  const redis = (extra: Values = {}) => bench.create(REDIS, redisConfig(extra));
  const HA = { tier: 'STANDARD_HA' };

  test('have an identity, an address and a port', () => {
    expect(redis().values).toMatchObject({
      id: 'projects/parking/locations/europe-west1/instances/cache',
      region: 'europe-west1',
      authorized_network: 'projects/parking/global/networks/default',
      tier: 'BASIC',
      replica_count: 0,
      read_replicas_mode: 'READ_REPLICAS_DISABLED',
      host: expect.stringMatching(/^10\.240\.0\.\d+$/),
      port: 6379,
      read_endpoint: '',
      auth_string: '',
      server_ca_certs: [],
      persistence_iam_identity: 'serviceAccount:service-123456789012@cloud-redis.iam.gserviceaccount.com',
    });
    expect(redis({ name: 'other' }).text('host')).not.toBe(redis({ name: 'third' }).text('host'));
  });

  test('of the tier STANDARD_HA have a replica in another zone, and an address for reads on request', () => {
    expect(redis(HA).values).toMatchObject({
      location_id: 'europe-west1-b',
      alternative_location_id: 'europe-west1-c',
      replica_count: 1,
      read_endpoint: '',
    });
    const readable = redis({ ...HA, name: 'readable', read_replicas_mode: 'READ_REPLICAS_ENABLED' });
    expect(readable.values).toMatchObject({ replica_count: 2, read_endpoint_port: 6379 });
    expect(readable.text('read_endpoint')).toMatch(/^10\.240\.0\.\d+$/);
  });

  test('have an AUTH string while AUTH is on', () => {
    const open = redis();
    const closed = bench.update(open, redisConfig({ auth_enabled: true }));
    expect(closed.text('auth_string')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(bench.update(closed, redisConfig({ auth_enabled: true, memory_size_gb: 6 })).text('auth_string')).toBe(
      closed.text('auth_string'),
    );
    expect(bench.update(closed, redisConfig()).text('auth_string')).toBe('');
  });

  test('keep their persistence when its block is removed', () => {
    const saved = redis({ persistence_config: [{ persistence_mode: 'RDB', rdb_snapshot_period: 'SIX_HOURS' }] });
    const kept = bench.update(saved, redisConfig({ memory_size_gb: 6 }));
    expect(kept.get('persistence_config.persistence_mode')).toBe('RDB');
    expect(redis({ name: 'other' }).get('persistence_config.persistence_mode')).toBe('DISABLED');
  });

  test('with in-transit encryption have another port, and certificates', () => {
    const { values } = redis({ transit_encryption_mode: 'SERVER_AUTHENTICATION' });
    expect(values).toMatchObject({ port: 6378, server_ca_certs: [{ cert: expect.stringContaining('BEGIN CERTIFICATE') }] });
  });

  test('are resized in place, and replaced for another tier, encryption or network, or an older version', () => {
    const cache = redis({ ...HA, redis_version: 'REDIS_7_0' });
    const replacedBy = (extra: Values) => bench.replacedBy(cache, redisConfig({ ...HA, redis_version: 'REDIS_7_0', ...extra }));
    expect(replacedBy({ memory_size_gb: 10, auth_enabled: true, redis_version: 'REDIS_7_2' })).toEqual([]);
    expect(replacedBy({ tier: 'BASIC' })).toEqual(['tier']);
    expect(replacedBy({ transit_encryption_mode: 'SERVER_AUTHENTICATION' })).toEqual(['transit_encryption_mode']);
    expect(replacedBy({ redis_version: 'REDIS_6_X' })).toEqual([]);
    expect(replacedBy({ redis_version: 'REDIS_5_0' })).toEqual(['redis_version']);
    expect(replacedBy({ authorized_network: 'default' })).toEqual([]);
    expect(replacedBy({ authorized_network: 'other' })).toEqual(['authorized_network']);
  });

  test('keep their network from being deleted', () => {
    const vpc = network();
    const cache = redis({ authorized_network: vpc.text('self_link') });
    expect(cache.text('authorized_network')).toBe('projects/parking/global/networks/main');
    expect(redis({ name: 'other', authorized_network: 'default' }).text('authorized_network')).toBe(
      'projects/parking/global/networks/default',
    );
    expect(() => bench.delete(vpc)).toThrow('resourceInUseByAnotherResource');
    bench.delete(cache);
    bench.delete(vpc);
  });

  test.each([
    ['a name that is no identifier', { name: 'Cache' }, `"name" ("Cache") doesn't match regexp`],
    ['a network that does not exist', { authorized_network: 'projects/parking/global/networks/none' }, "networks/none' was not found"],
    ['replicas of a BASIC instance', { replica_count: 1 }, 'replica_count must be 0'],
    ['read replicas of a BASIC instance', { read_replicas_mode: 'READ_REPLICAS_ENABLED' }, 'Read replicas are not supported'],
    ['a second zone of a BASIC instance', { alternative_location_id: 'europe-west1-c' }, 'alternative_location_id is not supported'],
    ['one zone twice', { ...HA, location_id: 'europe-west1-b', alternative_location_id: 'europe-west1-b' }, 'must be different zones'],
    ['replicas without read replicas', { ...HA, replica_count: 3 }, 'replica_count must be 1'],
    ['too many replicas', { ...HA, read_replicas_mode: 'READ_REPLICAS_ENABLED', replica_count: 6 }, 'must be between 1 and 5'],
  ])('are refused with %s', (_, extra: Values, message) => {
    expect(() => redis(extra)).toThrow(message);
  });

  test('are refused with a range of another instance, and without their API', () => {
    redis({ reserved_ip_range: '10.50.0.0/29' });
    expect(() => redis({ name: 'other', reserved_ip_range: '10.50.0.0/28' })).toThrow(
      "The reserved IP range 10.50.0.0/28 overlaps with 10.50.0.0/29 of 'projects/parking/locations/europe-west1/instances/cache'.",
    );
    expect(() => redis()).toThrow('alreadyExists');
    bench = new TypeBench([]);
    expect(() => redis()).toThrow(/redis.googleapis.com has not been used .*accessNotConfigured$/);
  });
});

describe('services', () => {
  test('stay enabled with disable_on_destroy = false', () => {
    const enable = (disable_on_destroy: boolean) =>
      bench.create('google_project_service', { service: 'compute.googleapis.com', disable_on_destroy });
    const kept = enable(false);
    expect(kept.text('id')).toBe('parking/compute.googleapis.com');
    bench.delete(kept);
    expect(bench.cloud.list('google_project_service')).toHaveLength(1);
    bench.delete(enable(true));
    expect(bench.cloud.list('google_project_service')).toEqual([]);
  });

  test('reject deleting a protected secret', () => {
    const secret = bench.create('google_secret_manager_secret', {
      secret_id: 'key',
      replication: [{ auto: [{}] }],
      deletion_protection: true,
    });
    expect(secret.text('name')).toBe('projects/123456789012/secrets/key');
    expect(() => bench.delete(secret)).toThrow('cannot destroy secret manager secret without setting deletion_protection=false');
  });

  test('reject a subscription to a topic that does not exist', () => {
    const subscribe = () => bench.create('google_pubsub_subscription', { name: 'all', topic: 'events' });
    expect(subscribe).toThrow("The resource 'projects/parking/topics/events' was not found");
    bench.create('google_pubsub_topic', { name: 'events' });
    expect(subscribe().number('ack_deadline_seconds')).toBe(10);
  });

  test('assign numbers to alert policies', () => {
    const policy = bench.create('google_monitoring_alert_policy', {
      display_name: 'Down',
      combiner: 'OR',
      conditions: [{ display_name: 'a' }],
    });
    expect(policy.text('name')).toMatch(/^projects\/parking\/alertPolicies\/\d+$/);
    expect(policy.text('id')).toBe(policy.text('name'));
  });

  test('reject a backup plan for a cluster that does not exist', () => {
    expect(() =>
      bench.create('google_gke_backup_backup_plan', {
        name: 'daily',
        location: 'europe-west1',
        cluster: 'projects/parking/locations/l/clusters/c',
      }),
    ).toThrow("The resource 'projects/parking/locations/l/clusters/c' was not found");
  });
});

describe('a Shared VPC', () => {
  const GKE = 'serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com';
  const GOOGLE_APIS = 'serviceAccount:123456789012@cloudservices.gserviceaccount.com';
  let shared: CloudResource;

  const enable = (project: string, api: string) => bench.create('google_project_service', { project, service: `${api}.googleapis.com` });
  const onHost = (role: string, member: string) => bench.create('google_project_iam_member', { project: 'host', role, member });
  const onSubnet = (member: string) =>
    bench.create('google_compute_subnetwork_iam_member', { subnetwork: shared.identity, role: 'roles/compute.networkUser', member });
  const cluster = () => {
    const config = { name: 'main', location: 'europe-west1', network: shared.text('network'), subnetwork: shared.identity };
    return bench.create('google_container_cluster', { ...config, ip_allocation_policy: [{ cluster_secondary_range_name: 'pods' }] });
  };

  beforeEach(() => {
    bench = new TypeBench(['compute.googleapis.com', 'cloudresourcemanager.googleapis.com']);
    enable('parking', 'container');
    enable('host', 'container');
    const vpc = bench.create('google_compute_network', { project: 'host', name: 'main', auto_create_subnetworks: false });
    shared = subnet(vpc, '10.10.0.0/20', { project: 'host', region: 'europe-west1', secondary_ip_range: PODS });
  });

  test('accepts a cluster of another project whose service agents have their roles, on the subnet or the project', () => {
    onHost('roles/container.hostServiceAgentUser', GKE);
    onSubnet(GKE);
    onHost('roles/compute.networkUser', GOOGLE_APIS);
    expect(cluster().identity).toBe('projects/parking/locations/europe-west1/clusters/main');
  });

  test('accepts custom roles, whose permissions are unknown', () => {
    onHost('organizations/1/roles/gkeInSharedVpc', GKE);
    onHost('organizations/1/roles/gkeInSharedVpc', GOOGLE_APIS);
    expect(cluster().identity).toBe('projects/parking/locations/europe-west1/clusters/main');
  });

  test("fails when the agents' roles are those of another project's agents", () => {
    enable('other', 'container');
    onHost('roles/container.hostServiceAgentUser', GKE.replace('123456789012', '999999999999'));
    expect(cluster).toThrow('required "container.hostServiceAgent.use" permission(s) for "projects/host"');
  });

  test('rejects a cluster while GKE is disabled in the host project', () => {
    bench.cloud.remove('google_project_service', 'projects/host/services/container.googleapis.com');
    expect(cluster).toThrow(/Kubernetes Engine API has not been used in project \d+ before or it is disabled/);
  });

  test("fails to grant a role to GKE's service agent before the API creates it", () => {
    bench.cloud.remove('google_project_service', 'projects/parking/services/container.googleapis.com');
    enable('parking', 'pubsub');
    expect(() => onSubnet(GKE)).toThrow('service-123456789012@container-engine-robot.iam.gserviceaccount.com does not exist.');
  });
});

describe('workflows and their jobs', () => {
  const SOURCE = '{"main":{"steps":[]}}';
  const workflow = (extra: Values = {}) =>
    bench.create('google_workflows_workflow', { name: 'sets', source_contents: SOURCE, deletion_protection: false, ...extra });
  const job = (schedule: string, extra: Values = {}) => bench.create('google_cloud_scheduler_job', { name: 'sets', schedule, ...extra });

  test('have the region of the provider, and a new revision for another source', () => {
    const created = workflow();
    expect(created.values).toMatchObject({
      id: 'projects/parking/locations/europe-west1/workflows/sets',
      service_account: 'projects/parking/serviceAccounts/123456789012-compute@developer.gserviceaccount.com',
      state: 'ACTIVE',
    });
    const changed = bench.update(created, { name: 'sets', source_contents: '{"main":{}}', deletion_protection: false });
    expect(changed.text('revision_id')).not.toBe(created.text('revision_id'));
    expect(job('0 */4 * * *').values).toMatchObject({ id: 'projects/parking/locations/europe-west1/jobs/sets', state: 'ENABLED' });
  });

  test('workflows cannot be imported', () => {
    const { type, identity } = workflow();
    expect(() => bench.import(type, identity)).toThrow("resource google_workflows_workflow doesn't support import");
    const { type: jobs, identity: existing } = job('0 */4 * * *');
    expect(bench.import(jobs, existing).identity).toBe(existing);
  });

  test('fail to be deleted while they are protected', () => {
    const created = workflow({ deletion_protection: true });
    expect(() => bench.delete(created)).toThrow('cannot destroy workflow without setting deletion_protection=false');
    bench.delete(workflow({ name: 'other' }));
  });

  test.each([
    ['is no JSON', '{"main":', 'main workflow definition failed validation: parse error'],
    ['has no main workflow', '{"other":{}}', "no workflow named 'main'"],
    ['is too large', `{"main":{"text":"${'x'.repeat(131_072)}"}}`, 'source code size exceeds limit'],
  ])('fail when the source %s', (_, source_contents, message) => {
    expect(() => workflow({ source_contents })).toThrow(message);
  });

  test('fail without their service account', () => {
    const email = 'sets@parking.iam.gserviceaccount.com';
    expect(() => workflow({ service_account: email })).toThrow(`Service account ${email} does not exist.`);
    const target = [{ uri: 'https://example.com', oauth_token: [{ service_account_email: email }] }];
    expect(() => job('0 * * * *', { http_target: target })).toThrow(`Service account ${email} does not exist.`);
    bench.create('google_service_account', { account_id: 'sets-of-ring' });
    workflow({ service_account: 'sets-of-ring@parking.iam.gserviceaccount.com' });
  });

  test('fail with a schedule that is no cron schedule', () => {
    expect(() => job('0 */4 * *')).toThrow('Schedule or time zone is invalid.');
    job('every 5 minutes');
  });

  test('custom roles fail with an id that IAM does not have', () => {
    const role = (role_id: string) => bench.create('google_project_iam_custom_role', { role_id, title: 'Role', permissions: ['a.b.get'] });
    expect(() => role('ring-sets')).toThrow('"role_id" ("ring-sets") doesn\'t match regexp');
    expect(role('ring_sets').values).toMatchObject({ id: 'projects/parking/roles/ring_sets', name: 'projects/parking/roles/ring_sets' });
  });
});
