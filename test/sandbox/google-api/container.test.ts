import { TestApi } from './api';

let api: TestApi;

beforeEach(async () => {
  api = await TestApi.start();
  await api.call('POST', 'compute/v1/projects/p/global/networks', { name: 'network' });
  await api.call('POST', 'compute/v1/projects/p/regions/europe-west1/subnetworks', {
    name: 'nodes',
    network: 'projects/p/global/networks/network',
    ipCidrRange: '10.0.0.0/20',
    secondaryIpRanges: [
      { rangeName: 'pods', ipCidrRange: '10.16.0.0/14' },
      { rangeName: 'services', ipCidrRange: '10.11.0.0/20' },
    ],
  });
});

afterEach(() => api.stop());

const CLUSTERS = 'container/v1/projects/p/locations/europe-west1/clusters';
const IDENTITY = 'projects/p/locations/europe-west1/clusters/apps';

const create = (more: object = {}) =>
  api.call('POST', CLUSTERS, {
    cluster: {
      name: 'apps',
      network: 'projects/p/global/networks/network',
      subnetwork: 'projects/p/regions/europe-west1/subnetworks/nodes',
      ipAllocationPolicy: { useIpAliases: true, clusterSecondaryRangeName: 'pods', servicesSecondaryRangeName: 'services' },
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true }, ipEndpointsConfig: { enabled: false } },
      initialNodeCount: 1,
      ...more,
    },
  });
const cluster = async () => (await api.call('GET', `${CLUSTERS}/apps`)).body;

test('a cluster has the endpoint of its API server', async () => {
  const { body: operation } = await create();
  expect([operation.status, operation.error]).toEqual(['DONE', undefined]);
  expect([...api.clusters]).toEqual([[IDENTITY, '10.11.0.0/20']]);
  expect(await cluster()).toMatchObject({
    endpoint: '127.0.0.1:7001',
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: true, endpoint: '127.0.0.1:7001' },
      ipEndpointsConfig: { enabled: false },
    },
    masterAuth: { clusterCaCertificate: Buffer.from('the authority').toString('base64') },
    networkConfig: { subnetwork: 'projects/p/regions/europe-west1/subnetworks/nodes' },
    status: 'RUNNING',
  });
});

test('fields of a cluster with another place in the plugin are converted to arguments', async () => {
  const week = { recurrence: 'FREQ=WEEKLY;BYDAY=MO', window: { startTime: '2024-01-01T02:00:00Z', endTime: '2024-01-01T08:00:00Z' } };
  await create({
    controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: true, enablePublicEndpoint: false } },
    loggingConfig: { componentConfig: { enableComponents: ['WORKLOADS'] } },
    maintenancePolicy: { window: { recurringWindow: week } },
    monitoringConfig: { componentConfig: { enableComponents: ['POD'] }, managedPrometheusConfig: { enabled: true } },
    networkConfig: { defaultEnablePrivateNodes: true, gatewayApiConfig: { channel: 'CHANNEL_STANDARD' } },
    nodePoolDefaults: { nodeConfigDefaults: { nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: false } } },
    shieldedNodes: { enabled: true },
  });
  const { values } = api.cloud.get('google_container_cluster', IDENTITY)!;
  expect(values).toMatchObject({
    enable_shielded_nodes: true,
    gateway_api_config: [{ channel: 'CHANNEL_STANDARD' }],
    logging_config: [{ enable_components: ['WORKLOADS'] }],
    maintenance_policy: [
      {
        recurring_window: [{ recurrence: week.recurrence, start_time: week.window.startTime, end_time: week.window.endTime }],
      },
    ],
    monitoring_config: [{ enable_components: ['POD'], managed_prometheus: [{ enabled: true }] }],
    networking_mode: 'VPC_NATIVE',
    node_pool_defaults: [{ node_config_defaults: [{ insecure_kubelet_readonly_port_enabled: 'FALSE' }] }],
    private_cluster_config: [{ enable_private_endpoint: true, enable_private_nodes: true }],
  });
});

test('a node pool without a number of nodes has none', async () => {
  await create();
  await api.call('POST', `${CLUSTERS}/apps/nodePools`, { nodePool: { name: 'batch', config: {} } });
  expect(api.cloud.get('google_container_node_pool', `${IDENTITY}/nodePools/batch`)!.get('initial_node_count')).toBe(0);
});

test('a cluster has the new endpoint of a restarted API server', async () => {
  await create();
  api.clusters.set('another', '10.12.0.0/20');
  await api.resume();
  expect((await cluster()).controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint).toBe('127.0.0.1:7002');
});

test('the default node pool is removed, and others are created', async () => {
  await create();
  const names = async () => (await cluster()).nodePools.map(({ name }: { name: string }) => name);
  expect(await names()).toEqual(['default-pool']);
  await api.call('DELETE', `${CLUSTERS}/apps/nodePools/default-pool`);
  expect(await names()).toEqual([]);
  await api.call('POST', `${CLUSTERS}/apps/nodePools`, {
    nodePool: { name: 'apps', config: { machineType: 'e2-standard-4' }, initialNodeCount: 1 },
  });
  expect(await names()).toEqual(['apps']);
  await api.call('POST', `${CLUSTERS}/apps/nodePools/apps:setAutoscaling`, { autoscaling: { enabled: true, totalMaxNodeCount: 5 } });
  expect((await api.call('GET', `${CLUSTERS}/apps/nodePools/apps`)).body.autoscaling).toEqual({ enabled: true, totalMaxNodeCount: 5 });
  await api.call('PUT', `${CLUSTERS}/apps/nodePools/apps`, { taints: { taints: [{ key: 'a', value: 'b', effect: 'NO_SCHEDULE' }] } });
  expect((await api.call('GET', `${CLUSTERS}/apps/nodePools/apps`)).body.config).toEqual({
    machineType: 'e2-standard-4',
    taints: [{ key: 'a', value: 'b', effect: 'NO_SCHEDULE' }],
  });
  const pool = api.cloud.get('google_container_node_pool', `${IDENTITY}/nodePools/apps`)!;
  expect(pool.all('node_config.taint.key')).toEqual(['a']);
});

test.each<[string, object, string, unknown]>([
  ['a field', { desiredVerticalPodAutoscaling: { enabled: true } }, 'verticalPodAutoscaling', { enabled: true }],
  ['a field of the network', { desiredDnsConfig: { clusterDns: 'CLOUD_DNS' } }, 'networkConfig.dnsConfig', { clusterDns: 'CLOUD_DNS' }],
  ['intranode visibility', { desiredIntraNodeVisibilityConfig: { enabled: true } }, 'networkConfig.enableIntraNodeVisibility', true],
])('an update changes %s', async (_, update, path, value) => {
  await create();
  expect((await api.call('PUT', `${CLUSTERS}/apps`, { update })).code).toBe(200);
  expect(path.split('.').reduce((body, key) => body[key], await cluster())).toEqual(value);
});

test('the maintenance policy and labels have custom methods', async () => {
  await create();
  const maintenancePolicy = { window: { dailyMaintenanceWindow: { startTime: '03:00' } } };
  await api.call('POST', `${CLUSTERS}/apps:setMaintenancePolicy`, { maintenancePolicy });
  await api.call('POST', `${CLUSTERS}/apps:setResourceLabels`, { resourceLabels: { team: 'parking' } });
  expect(await cluster()).toMatchObject({ maintenancePolicy, resourceLabels: { team: 'parking' } });
});

test('a cluster is deleted with its node pools and API server', async () => {
  await create();
  await api.call('POST', `${CLUSTERS}/apps/nodePools`, { nodePool: { name: 'apps', initialNodeCount: 1 } });
  await api.call('DELETE', `${CLUSTERS}/apps`);
  expect(api.clusters.size).toBe(0);
  expect(api.cloud.list('google_container_node_pool')).toEqual([]);
  expect((await api.call('GET', `${CLUSTERS}/apps`)).code).toBe(404);
});

test.each<[string, object, number, string]>([
  ['a network that is not there', { network: 'projects/p/global/networks/other' }, 404, 'Network "other" does not exist'],
  [
    'a range that the subnet does not have',
    { ipAllocationPolicy: { clusterSecondaryRangeName: 'pod', servicesSecondaryRangeName: 'services' } },
    400,
    'Pod secondary range "pod" not found in subnet "nodes"',
  ],
])('a cluster with %s is rejected, and no API server is started', async (_, more, code, message) => {
  const answer = await create(more);
  expect([answer.code, answer.body.error.message]).toEqual([code, message]);
  expect(api.clusters.size).toBe(0);
});

test('creating a node pool that exceeds its pod range is a failed operation', async () => {
  await create({ defaultMaxPodsConstraint: { maxPodsPerNode: '110' } });
  const { code, body } = await api.call('POST', `${CLUSTERS}/apps/nodePools`, {
    nodePool: { name: 'apps', initialNodeCount: 1000, locations: ['europe-west1-b', 'europe-west1-c'] },
  });
  expect(code).toBe(200);
  expect(body.error.message).toContain('IP_SPACE_EXHAUSTED');
});

test("limits of a pool's autoscaler change by an update of the cluster", async () => {
  await create();
  await api.call('POST', `${CLUSTERS}/apps/nodePools`, { nodePool: { name: 'apps', initialNodeCount: 1 } });
  const autoscaling = { enabled: true, minNodeCount: 1, maxNodeCount: 4 };
  await api.call('PUT', `${CLUSTERS}/apps`, { update: { desiredNodePoolId: 'apps', desiredNodePoolAutoscaling: autoscaling } });
  expect((await api.call('GET', `${CLUSTERS}/apps/nodePools/apps`)).body.autoscaling).toEqual(autoscaling);
});

test("the image of a pool's nodes changes by an update of the cluster", async () => {
  await create();
  await api.call('POST', `${CLUSTERS}/apps/nodePools`, {
    nodePool: { name: 'apps', initialNodeCount: 1, config: { imageType: 'COS_CONTAINERD' } },
  });
  await api.call('PUT', `${CLUSTERS}/apps`, { update: { desiredNodePoolId: 'apps', desiredImageType: 'UBUNTU_CONTAINERD' } });
  expect((await api.call('GET', `${CLUSTERS}/apps/nodePools/apps`)).body.config.imageType).toBe('UBUNTU_CONTAINERD');
});

test('an update replaces its fields, and keeps output-only values', async () => {
  await create({
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: true },
      ipEndpointsConfig: { enabled: true, authorizedNetworksConfig: { enabled: true, cidrBlocks: [{ cidrBlock: '10.200.0.0/16' }] } },
    },
  });
  await api.call('PUT', `${CLUSTERS}/apps`, {
    update: { desiredControlPlaneEndpointsConfig: { ipEndpointsConfig: { authorizedNetworksConfig: { enabled: true } } } },
  });
  expect((await cluster()).controlPlaneEndpointsConfig).toEqual({
    dnsEndpointConfig: { allowExternalTraffic: true, endpoint: '127.0.0.1:7001' },
    ipEndpointsConfig: { enabled: true, authorizedNetworksConfig: { enabled: true } },
  });
});
