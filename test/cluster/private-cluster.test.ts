import { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ProjectService } from '@cdktf/provider-google/lib/project-service';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { TerraformStack } from 'cdktf';
import { CassandraRing } from '../../lib/cassandra';
import { type ClusterFromNameProps, ControlPlaneAccess, PrivateCluster, type PrivateClusterProps } from '../../lib/cluster';
import { type INetwork, Network } from '../../lib/network';
import { Synthesized } from '../support/synthesized';
import { stackWithNetwork } from './support';

let stack: TerraformStack;
let network: INetwork;

beforeEach(() => {
  ({ stack, network } = stackWithNetwork());
});

const cluster = (props: Partial<PrivateClusterProps> = {}) => {
  const made = new PrivateCluster(stack, 'Cluster', { network, ...props });
  made.addNodePool('Apps', { maxNodes: 3 });
  return made;
};
const synthesizedCluster = () => Synthesized.from(stack).only(ContainerCluster);
const exec = {
  api_version: 'client.authentication.k8s.io/v1beta1',
  command: 'gke-gcloud-auth-plugin',
  args: ['--use_application_default_credentials'],
};

describe('a cluster', () => {
  test('is regional and private, named after its path, in the ranges of its network', () => {
    cluster();

    expect(synthesizedCluster()).toMatchObject({
      project: 'parking-staging',
      name: 'staging-cluster',
      location: 'europe-west1',
      network: expect.stringContaining('google_compute_network.Network'),
      subnetwork: expect.stringContaining('Network_NodeSubnet'),
      networking_mode: 'VPC_NATIVE',
      ip_allocation_policy: { cluster_secondary_range_name: 'pods', services_secondary_range_name: 'services' },
      private_cluster_config: { enable_private_nodes: true },
      datapath_provider: 'ADVANCED_DATAPATH',
      default_max_pods_per_node: 64,
    });
  });

  test('has deletion protection and prevent_destroy', () => {
    cluster();

    expect(synthesizedCluster()).toMatchObject({ deletion_protection: true, lifecycle: { prevent_destroy: true } });
  });

  test('can be destroyed without deletion protection', () => {
    cluster({ deletionProtection: false });

    const { deletion_protection, lifecycle } = synthesizedCluster();
    expect(deletion_protection).toBe(false);
    expect(lifecycle).not.toHaveProperty('prevent_destroy');
  });

  test('removes the default pool, which has the node service account and never replaces the cluster', () => {
    cluster();

    expect(synthesizedCluster()).toMatchObject({
      remove_default_node_pool: true,
      initial_node_count: 1,
      node_config: {
        service_account: expect.stringContaining('google_service_account.Cluster_NodeServiceAccount'),
        shielded_instance_config: { enable_secure_boot: true },
      },
      lifecycle: { ignore_changes: expect.arrayContaining(['initial_node_count', 'node_config']) },
    });
  });

  test('creates a node service account with the two roles that nodes need', () => {
    cluster({ extraNodeRoles: ['roles/storage.objectViewer'] });

    const synthesized = Synthesized.from(stack);
    expect(synthesized.only(ServiceAccount)).toMatchObject({ account_id: 'staging-cluster-nodes', project: 'parking-staging' });
    const roles = synthesized.list(ProjectIamMember);
    expect(roles.map(({ role }) => role).sort()).toEqual([
      'roles/artifactregistry.reader',
      'roles/container.defaultNodeServiceAccount',
      'roles/storage.objectViewer',
    ]);
    for (const { member } of roles) expect(member).toMatch(/^\$\{google_service_account\.Cluster_NodeServiceAccount_\w+\.member\}$/);
  });

  test('depends on its APIs, roles and egress', () => {
    cluster();

    const waitsFor: string[] = synthesizedCluster().depends_on;
    expect(waitsFor.filter((name) => name.startsWith('google_project_service.')).map((name) => name.split('_')[3])).toEqual([
      'container',
      'gkebackup',
      'secretmanager',
      'containersecurity',
    ]);
    expect(waitsFor.filter((name) => name.startsWith('google_project_iam_member.'))).toHaveLength(2);
    expect(waitsFor.filter((name) => /^google_(compute_router_nat|dns_record_set)\./.test(name))).toHaveLength(network.egressReady.length);
  });

  test('has hardened identity and access settings', () => {
    cluster();

    expect(synthesizedCluster()).toMatchObject({
      workload_identity_config: { workload_pool: 'parking-staging.svc.id.goog' },
      enable_shielded_nodes: true,
      enable_legacy_abac: false,
      master_auth: { client_certificate_config: { issue_client_certificate: false } },
      rbac_binding_config: { enable_insecure_binding_system_authenticated: false, enable_insecure_binding_system_unauthenticated: false },
      node_pool_defaults: { node_config_defaults: { insecure_kubelet_readonly_port_enabled: 'FALSE' } },
      security_posture_config: { mode: 'BASIC' },
    });
  });

  test('has its features enabled by default', () => {
    cluster();

    expect(synthesizedCluster()).toMatchObject({
      release_channel: { channel: 'REGULAR' },
      addons_config: {
        dns_cache_config: { enabled: true },
        gke_backup_agent_config: { enabled: true },
        gce_persistent_disk_csi_driver_config: { enabled: true },
      },
      gateway_api_config: { channel: 'CHANNEL_STANDARD' },
      secret_manager_config: { enabled: true },
      cost_management_config: { enabled: true },
      logging_config: { enable_components: ['SYSTEM_COMPONENTS', 'WORKLOADS', 'APISERVER', 'SCHEDULER', 'CONTROLLER_MANAGER'] },
      monitoring_config: { enable_components: ['SYSTEM_COMPONENTS'], managed_prometheus: { enabled: true } },
    });
  });

  test.each([
    [{ allowBindingsToEverybody: true }, true],
    [{ allowBindingsToEverybody: true, allowInsecureBindings: false }, false],
    [{}, false],
  ])('bindings of system groups with %j: %s', (props, expected) => {
    cluster(props);
    expect(synthesizedCluster()).toMatchObject({
      rbac_binding_config: {
        enable_insecure_binding_system_authenticated: expected,
        enable_insecure_binding_system_unauthenticated: expected,
      },
    });
  });

  test('can disable features, and the APIs that they need', () => {
    cluster({
      backupAgent: false,
      dnsCache: false,
      gatewayApi: false,
      secretManager: false,
      costAllocation: false,
      managedPrometheus: false,
      securityPosture: false,
      allowInsecureBindings: true,
    });

    const synthesized = Synthesized.from(stack);
    expect(synthesized.only(ContainerCluster)).toMatchObject({
      addons_config: { dns_cache_config: { enabled: false }, gke_backup_agent_config: { enabled: false } },
      gateway_api_config: { channel: 'CHANNEL_DISABLED' },
      secret_manager_config: { enabled: false },
      cost_management_config: { enabled: false },
      monitoring_config: { managed_prometheus: { enabled: false } },
      security_posture_config: { mode: 'DISABLED' },
      rbac_binding_config: { enable_insecure_binding_system_authenticated: true },
    });
    const apis = synthesized.list(ProjectService).map(({ service }) => service);
    expect(apis).not.toContain('gkebackup.googleapis.com');
    expect(apis).not.toContain('secretmanager.googleapis.com');
  });

  test('renders name, zones, version, keys, groups, add-ons and labels', () => {
    const made = cluster({
      name: 'parking',
      nodeZones: ['europe-west1-b', 'europe-west1-c'],
      releaseChannel: 'STABLE',
      minVersion: '1.33.5-gke.1080000',
      maxPodsPerNode: 110,
      googleGroupsSecurityGroup: 'gke-security-groups@example.com',
      secretsKmsKey: 'projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k',
      binaryAuthorization: true,
      verticalPodAutoscaling: true,
      cloudStorageVolumes: true,
      filestoreVolumes: true,
      datapathMetrics: true,
      loggingComponents: ['SYSTEM_COMPONENTS'],
      monitoringComponents: ['SYSTEM_COMPONENTS', 'POD'],
      notificationTopic: 'projects/p/topics/upgrades',
      labels: { team: 'platform' },
    });

    expect(made).toMatchObject({ clusterName: 'parking', nodeTag: 'gke-parking', nodeServiceAccountName: 'parking-nodes' });
    expect(synthesizedCluster()).toMatchObject({
      name: 'parking',
      node_locations: ['europe-west1-b', 'europe-west1-c'],
      release_channel: { channel: 'STABLE' },
      min_master_version: '1.33.5-gke.1080000',
      default_max_pods_per_node: 110,
      authenticator_groups_config: { security_group: 'gke-security-groups@example.com' },
      database_encryption: { state: 'ENCRYPTED', key_name: 'projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k' },
      binary_authorization: { evaluation_mode: 'PROJECT_SINGLETON_POLICY_ENFORCE' },
      vertical_pod_autoscaling: { enabled: true },
      addons_config: { gcs_fuse_csi_driver_config: { enabled: true }, gcp_filestore_csi_driver_config: { enabled: true } },
      logging_config: { enable_components: ['SYSTEM_COMPONENTS'] },
      monitoring_config: {
        enable_components: ['SYSTEM_COMPONENTS', 'POD'],
        advanced_datapath_observability_config: { enable_metrics: true },
      },
      notification_config: { pubsub: { enabled: true, topic: 'projects/p/topics/upgrades' } },
      resource_labels: { team: 'platform' },
    });
  });

  test('has a workload pool that depends on the cluster', () => {
    const { workloadPool } = cluster();

    expect(resolvedBy(workloadPool)).toMatch(/^\$\{google_container_cluster\.Cluster_\w+\.workload_identity_config\[0\]\.workload_pool\}$/);
  });

  test('lists dependencies of pods: node pools, roles, egress', () => {
    expect(
      cluster()
        .workloadsReady()
        .map((dependable) => dependable.constructor.name),
    ).toEqual([
      'ContainerNodePool',
      'ProjectIamMember',
      'ProjectIamMember',
      ...network.egressReady.map((dependable) => dependable.constructor.name),
    ]);
  });

  test('fails without a node pool', () => {
    new PrivateCluster(stack, 'Cluster', { network });

    expect(() => Synthesized.from(stack)).toThrow(
      "[staging/Cluster] no node pool is in this cluster, so that no pod can run: call 'addNodePool'",
    );
  });

  test('needs no node pool with node auto-provisioning by an override', () => {
    const made = new PrivateCluster(stack, 'Cluster', { network });
    (made.node.defaultChild as ContainerCluster).addOverride('cluster_autoscaling.enabled', true);

    expect(synthesizedCluster()).toMatchObject({ cluster_autoscaling: { enabled: true } });
  });

  test.each([
    [{ podRange: '10.4.0.0/24' }, {}, '384 addresses (3 of 128), got 64 for 10.4.0.0/24, which has 256 (at staging/Cluster)'],
    [{ podRange: '10.4.0.0/23' }, { nodeZones: ['europe-west1-b', 'europe-west1-c'], maxPodsPerNode: 256 }, '1024 addresses (2 of 512)'],
    [
      { nodeRange: '10.0.0.0/29' },
      { nodeZones: [...'abcde'].map((zone) => `europe-west1-${zone}`), maxPodsPerNode: 8 },
      "'nodeZones' must be",
    ],
  ])('fails in %j with %j, which have no room for the default pool', (ranges, props, message) => {
    ({ stack, network } = stackWithNetwork(ranges));
    expect(() => new PrivateCluster(stack, 'Cluster', { network, ...props })).toThrow(message);
  });

  test('fits a small pod range with fewer pods per node', () => {
    ({ stack, network } = stackWithNetwork({ podRange: '10.4.0.0/24' }));
    expect(() => cluster({ maxPodsPerNode: 32, nodeZones: ['europe-west1-b'] })).not.toThrow();
  });

  test('has the cluster as its default child', () => {
    expect(cluster().node.defaultChild).toBeInstanceOf(ContainerCluster);
  });

  test.each<[Partial<PrivateClusterProps>, string]>([
    [{ name: 'a'.repeat(41) }, 'have at most 40 characters'],
    [
      { releaseChannel: 'NONE' as never },
      "'releaseChannel' must be one of RAPID, REGULAR, STABLE, EXTENDED, got 'NONE' (at staging/Cluster)",
    ],
    [{ minVersion: 'latest' }, "'minVersion' must be an exact GKE version such as 1.33.5-gke.1080000, got 'latest' (at staging/Cluster)"],
    [{ minVersion: '1.33' }, "'minVersion' must be an exact GKE version"],
    [{ maxPodsPerNode: 4 }, "'maxPodsPerNode' must be a whole number from 8 to 256, got 4"],
    [{ nodeZones: ['us-east1-b'] }, "'nodeZones' must be zones of europe-west1, such as europe-west1-b, got 'us-east1-b'"],
    [{ nodeZones: ['europe-west1-b', 'europe-west1-b'] }, "'nodeZones' must not repeat a value"],
    [{ googleGroupsSecurityGroup: 'admins@example.com' }, "'googleGroupsSecurityGroup' must be gke-security-groups@ and a domain"],
    [{ extraNodeRoles: ['storage.objectViewer'] }, "'extraNodeRoles' must be predefined roles such as roles/storage.objectViewer"],
    [{ loggingComponents: ['WORKLOADS'] }, "'loggingComponents' must have SYSTEM_COMPONENTS, got WORKLOADS"],
    [{ monitoringComponents: ['SYSTEM_COMPONENTS', 'NODES' as never] }, "'monitoringComponents' must be one of"],
    [
      { managedPrometheus: false, monitoringComponents: ['SYSTEM_COMPONENTS', 'POD'] },
      "'managedPrometheus' must be on for monitoring of POD, got false (at staging/Cluster)",
    ],
    [
      { secretsKmsKey: 'my-key' },
      "'secretsKmsKey' must be a Cloud KMS key as projects/P/locations/L/keyRings/R/cryptoKeys/K, got 'my-key'",
    ],
    [{ notificationTopic: 'upgrades' }, "'notificationTopic' must be a Pub/Sub topic as projects/P/topics/T, got 'upgrades'"],
  ])('fails on %p', (props, message) => {
    expect(() => cluster(props)).toThrow(message);
  });
});

describe('access', () => {
  const vpn = { vpn: '10.200.0.0/16' };

  test('is by a DNS endpoint by default, without IP endpoints', () => {
    const made = cluster();

    expect(made).toMatchObject({ controlPlaneKind: 'psc', controlPlaneRange: undefined });
    const { json } = Synthesized.from(stack);
    const [block] = Object.values<Record<string, unknown>>(json.resource.google_container_cluster);
    expect(block).toMatchObject({
      control_plane_endpoints_config: { dns_endpoint_config: { allow_external_traffic: true }, ip_endpoints_config: { enabled: false } },
      lifecycle: { ignore_changes: expect.arrayContaining(['private_cluster_config[0].private_endpoint_subnetwork']) },
    });
    // The provider sends neither a subnet nor authorized networks without IP endpoints.
    expect(block!.private_cluster_config).toEqual({ enable_private_nodes: true, enable_private_endpoint: true });
    expect(block).not.toHaveProperty('master_authorized_networks_config');

    const host = expect.stringMatching(
      /^https:\/\/\$\{google_container_cluster\.\w+\.control_plane_endpoints_config\[0\]\.dns_endpoint_config\[0\]\.endpoint\}$/,
    );
    expect(json.provider.kubernetes).toEqual([{ host, exec: [exec] }]);
    expect(json.provider.helm).toEqual([{ kubernetes: { host, exec } }]);
  });

  test.each([
    ['the control-plane subnet', '10.0.20.0/28', expect.stringContaining('Network_ControlPlaneSubnet')],
    ['the node subnet, which Google chooses', undefined, undefined],
  ])('by a private IP endpoint has it in %s', (_, controlPlaneRange, subnet) => {
    ({ stack, network } = stackWithNetwork({ controlPlaneRange }));
    const made = cluster({ access: ControlPlaneAccess.privateIp({ authorizedRanges: vpn }) });

    expect(made.controlPlaneRange).toBe(controlPlaneRange);
    const { private_cluster_config, lifecycle } = synthesizedCluster();
    expect(private_cluster_config.private_endpoint_subnetwork).toEqual(subnet);
    expect(lifecycle.ignore_changes).not.toContain('private_cluster_config[0].private_endpoint_subnetwork');
  });

  test('by a private IP endpoint has authorized networks, and the certificate of the cluster', () => {
    const made = cluster({ access: ControlPlaneAccess.privateIp({ authorizedRanges: vpn }) });

    expect(made).toMatchObject({ controlPlaneKind: 'psc', controlPlaneRange: undefined });
    const { json } = Synthesized.from(stack);
    const [block] = Object.values<Record<string, unknown>>(json.resource.google_container_cluster);
    expect(block).toMatchObject({
      control_plane_endpoints_config: { dns_endpoint_config: { allow_external_traffic: false }, ip_endpoints_config: { enabled: true } },
      private_cluster_config: { enable_private_endpoint: true, master_global_access_config: { enabled: true } },
      master_authorized_networks_config: { cidr_blocks: [{ display_name: 'vpn', cidr_block: '10.200.0.0/16' }] },
    });
    expect(json.provider.kubernetes[0]).toMatchObject({
      host: expect.stringMatching(/^https:\/\/\$\{google_container_cluster\.\w+\.private_cluster_config\[0\]\.private_endpoint\}$/),
      cluster_ca_certificate: expect.stringMatching(/^\$\{base64decode\(google_container_cluster\.\w+\.master_auth\[0\]/),
    });
  });

  test('by VPC peering has a /28 instead of a subnet', () => {
    const access = ControlPlaneAccess.peering({ range: '172.16.0.0/28', authorizedRanges: vpn, globalAccess: false });
    const made = cluster({ access });

    expect(made).toMatchObject({ controlPlaneKind: 'peering', controlPlaneRange: '172.16.0.0/28' });
    const { private_cluster_config } = synthesizedCluster();
    expect(private_cluster_config).toMatchObject({
      master_ipv4_cidr_block: '172.16.0.0/28',
      master_global_access_config: { enabled: false },
    });
    expect(private_cluster_config).not.toHaveProperty('private_endpoint_subnetwork');
  });

  test('never writes an access token to the configuration', () => {
    cluster();

    expect(JSON.stringify(Synthesized.from(stack).json.provider)).not.toContain('"token"');
  });

  test('of a second cluster has providers with an alias', () => {
    const first = cluster();
    const second = new PrivateCluster(stack, 'Second', { network });

    expect([first.kubernetesProvider.alias, first.helmProvider.alias]).toEqual([undefined, undefined]);
    expect([second.kubernetesProvider.alias, second.helmProvider.alias]).toEqual(['second', 'second']);
  });

  test('to the API server is allowed to the range of the control plane, at port 443', () => {
    ({ stack, network } = stackWithNetwork({ controlPlaneRange: '10.0.20.0/28' }));
    const { connections } = cluster({ access: ControlPlaneAccess.privateIp({ authorizedRanges: vpn }) }).apiServer;

    expect(connections.endpoint).toMatchObject({ kind: 'ranges', ranges: ['10.0.20.0/28'] });
    expect(`${connections.defaultPort}`).toBe('tcp/443');
  });

  test('to the API server of a DNS endpoint is allowed to the ClusterIP and all possible subnets of the private endpoint', () => {
    expect(cluster().apiServer.connections.endpoint).toMatchObject({ ranges: ['10.0.0.0/20', '10.0.32.1/32'] });

    ({ stack, network } = stackWithNetwork({ controlPlaneRange: '10.0.20.0/28' }));
    expect(cluster().apiServer.connections.endpoint).toMatchObject({ ranges: ['10.0.0.0/20', '10.0.20.0/28', '10.0.32.1/32'] });
  });

  test('to the API server of a DNS endpoint fails for VM instances', () => {
    const client = new CassandraRing(stack, 'Cassandra', {
      network,
      nodes: { b: { zone: 'europe-west1-b' }, c: { zone: 'europe-west1-c' }, d: { zone: 'europe-west1-d' } },
    });
    const { connections } = cluster().apiServer;

    expect(() => connections.allowFrom(client)).toThrow(
      "'client' must be pods: without IP endpoints the private address of the Kubernetes API answers nodes and pods only, got 'cassandra' for 'cluster-api-server' at tcp/443 (at staging/Cluster/ApiServer)",
    );
  });

  test.each<[ControlPlaneAccess, string]>([
    [
      ControlPlaneAccess.peering({ range: '10.0.0.0/28', authorizedRanges: {} }),
      "'range' must not overlap 'nodeRange' (10.0.0.0/20), got '10.0.0.0/28' (at staging/Cluster)",
    ],
    [ControlPlaneAccess.peering({ range: '172.16.0.0/27', authorizedRanges: {} }), "'range' must be a /28, got '172.16.0.0/27'"],
    [
      ControlPlaneAccess.privateIp({ authorizedRanges: { office: '203.0.113.0/24' } }),
      "'authorizedRanges.office' must lie in one of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, got '203.0.113.0/24'",
    ],
    [
      ControlPlaneAccess.privateIp({
        authorizedRanges: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`r${i}`, `10.0.${i}.0/24`])),
      }),
      "'authorizedRanges' must have at most 50 entries, got 51",
    ],
  ])('fails on %#', (access, message) => {
    expect(() => cluster({ access })).toThrow(message);
  });
});

describe('an imported cluster', () => {
  const props = () => ({ network, name: 'parking', endpoint: 'gke-123.europe-west1.gke.goog' });

  test('has computed identifiers, and providers for its endpoint', () => {
    const imported = PrivateCluster.fromName(stack, 'Imported', props());

    expect(imported).toMatchObject({
      clusterName: 'parking',
      clusterId: 'projects/parking-staging/locations/europe-west1/clusters/parking',
      workloadPool: 'parking-staging.svc.id.goog',
      controlPlaneKind: 'psc',
      controlPlaneRange: undefined,
      nodeServiceAccountEmail: 'parking-nodes@parking-staging.iam.gserviceaccount.com',
      nodeTag: 'gke-parking',
    });
    expect(Synthesized.from(stack).json.provider.kubernetes).toEqual([{ host: 'https://gke-123.europe-west1.gke.goog', exec: [exec] }]);
  });

  test('can be a cluster with VPC peering and a private IP endpoint', () => {
    const imported = PrivateCluster.fromName(stack, 'Imported', {
      ...props(),
      network: Network.fromName(stack, 'ImportedNetwork', { project: network.project, region: 'europe-west1', name: 'parking' }),
      endpoint: '172.16.0.2',
      clusterCaCertificate: '-----BEGIN CERTIFICATE-----',
      controlPlaneKind: 'peering',
      controlPlaneRange: '172.16.0.0/28',
    });

    expect(imported.apiServer.connections.endpoint).toMatchObject({ ranges: ['172.16.0.0/28'] });
    expect(imported.workloadsReady()).toEqual([]);
    expect(Synthesized.from(stack).json.provider.helm).toMatchObject([
      { kubernetes: { host: 'https://172.16.0.2', cluster_ca_certificate: '-----BEGIN CERTIFICATE-----' } },
    ]);
  });

  test('fails for VPC peering without a range', () => {
    expect(() => PrivateCluster.fromName(stack, 'Imported', { ...props(), controlPlaneKind: 'peering' })).toThrow(
      "'controlPlaneRange' must be given when 'controlPlaneKind' is peering, got undefined (at staging/Imported)",
    );
  });

  test.each<[Partial<ClusterFromNameProps>, string]>([
    [{ location: 'Europe' }, "'location' must be a region such as europe-west1, got 'Europe' (at staging/Imported)"],
    [{ clusterCaCertificate: 'TFMwdExTMQ==' }, "'clusterCaCertificate' must be a certificate in PEM, got 'TFMwdExTMQ=='"],
  ])('fails on %p', (more, message) => {
    expect(() => PrivateCluster.fromName(stack, 'Imported', { ...props(), ...more })).toThrow(message);
  });

  test('supports an endpoint with a port other than 443', () => {
    PrivateCluster.fromName(stack, 'Imported', { ...props(), endpoint: '127.0.0.1:6443' });
    expect(Synthesized.from(stack).json.provider.kubernetes).toContainEqual(expect.objectContaining({ host: 'https://127.0.0.1:6443' }));
  });

  test('fails when the endpoint is an address with a scheme', () => {
    expect(() => PrivateCluster.fromName(stack, 'Imported', { ...props(), endpoint: 'https://gke-123.gke.goog' })).toThrow(
      "'endpoint' must be a host name or address, without https://, got 'https://gke-123.gke.goog' (at staging/Imported)",
    );
  });
});

function resolvedBy(token: string): string {
  new ServiceAccount(stack, 'Probe', { accountId: 'probe-account', description: token });
  return Synthesized.from(stack).at('Probe', ServiceAccount).description;
}
