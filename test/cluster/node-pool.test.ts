import { ContainerNodePool, containerNodePoolNodeConfigToTerraform } from '@cdktf/provider-google/lib/container-node-pool';
import { TerraformOutput } from 'cdktf';
import { NodePool, type NodePoolOptions, PrivateCluster } from '../../lib/cluster';
import type { NetworkProps } from '../../lib/network';
import { containerNodePool } from '../../lib/sandbox/types/container-node-pool';
import { Synthesized } from '../support/synthesized';
import { written } from '../support/written';
import { stackWithNetwork } from './support';

const zones = ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'];

function withPool(options: NodePoolOptions = { maxNodes: 10 }, networkProps: Partial<NetworkProps> = {}) {
  const { stack, network } = stackWithNetwork(networkProps);
  const cluster = new PrivateCluster(stack, 'Cluster', { network });
  const pool = cluster.addNodePool('Apps', options);
  return { stack, cluster, pool, synthesized: () => Synthesized.from(stack).at('Cluster/Apps/Resource', ContainerNodePool) };
}

const nameOf = (options: Partial<NodePoolOptions> = {}): string => withPool({ maxNodes: 10, ...options }).synthesized().name;

/** Suffix of the name of a pool whose block has an override, by path: one stack, since each takes a while. */
function suffixesWith(...overrides: readonly (readonly [path: string, value: unknown])[]): string[] {
  const { stack, network } = stackWithNetwork();
  const cluster = new PrivateCluster(stack, 'Cluster', { network });
  const pools = overrides.map(([path, value], index) => {
    const pool = cluster.addNodePool(`Apps${index}`, { maxNodes: 10 });
    (pool.node.defaultChild as ContainerNodePool).addOverride(path, value);
    return pool;
  });
  const blocks = Synthesized.from(stack).byPath(ContainerNodePool);
  return pools.map(({ node }): string => blocks[`Cluster/${node.id}/Resource`]!.name.split('-').at(-1));
}

const PLAIN = 'd686b1a8';

describe('a node pool', () => {
  test('scales between limits of the whole pool, evenly over zones', () => {
    const block = withPool({ maxNodes: 10 }).synthesized();

    expect(block.autoscaling).toEqual({ total_min_node_count: 1, total_max_node_count: 10, location_policy: 'BALANCED' });
    expect(block).not.toHaveProperty('node_count');
  });

  test('scales between limits per zone', () => {
    const { pool, synthesized } = withPool({ minNodesPerZone: 2, maxNodesPerZone: 5, zones });

    expect(synthesized()).toMatchObject({
      autoscaling: { min_node_count: 2, max_node_count: 5, location_policy: 'BALANCED' },
      initial_node_count: 2,
      node_locations: zones,
    });
    expect(pool.peakNodes).toBe(3 * 5 + 3);
  });

  test('is hardened and has the service account and tag of its cluster', () => {
    expect(withPool().synthesized()).toMatchObject({
      cluster: expect.stringMatching(/^\$\{google_container_cluster\.Cluster_\w+\.id\}$/),
      location: 'europe-west1',
      max_pods_per_node: 64,
      management: { auto_repair: true, auto_upgrade: true },
      upgrade_settings: { strategy: 'SURGE', max_surge: 1, max_unavailable: 0 },
      node_config: {
        machine_type: 'e2-standard-4',
        disk_size_gb: 100,
        disk_type: 'pd-balanced',
        image_type: 'COS_CONTAINERD',
        service_account: expect.stringContaining('google_service_account.Cluster_NodeServiceAccount'),
        oauth_scopes: ['https://www.googleapis.com/auth/cloud-platform'],
        metadata: { 'disable-legacy-endpoints': 'true' },
        tags: ['gke-staging-cluster'],
        shielded_instance_config: { enable_secure_boot: true, enable_integrity_monitoring: true },
        workload_metadata_config: { mode: 'GKE_METADATA' },
      },
    });
  });

  test.each<[Partial<NodePoolOptions>, string]>([
    [{}, '11h'],
    [{ maxSurge: 4, maxUnavailable: 1 }, '3h'],
    [{ upgradeStrategy: 'BLUE_GREEN' }, '6h'],
    [{ upgradeStrategy: 'BLUE_GREEN', blueGreenBatchSoakMinutes: 30, blueGreenSoakMinutes: 180 }, '10h'],
  ])('with %j has an upgrade timeout for all drains', (options, update) => {
    expect(withPool({ maxNodes: 10, ...options }).synthesized().timeouts).toEqual({ create: '45m', update, delete: '2h' });
  });

  test('is created before the pool that it replaces is destroyed, and ignores changes of its initial number of nodes', () => {
    expect(withPool().synthesized().lifecycle).toEqual({ create_before_destroy: true, ignore_changes: ['initial_node_count'] });
  });

  test.each([
    [{ minNodes: 0, maxNodes: 10 }, 0],
    [{ minNodes: 1, maxNodes: 10 }, 1],
    [{ minNodes: 4, maxNodes: 10 }, 2],
    [{ minNodes: 4, maxNodes: 5 }, 1],
    [{ minNodes: 1, maxNodes: 2 }, 0],
    [{ maxNodes: 10, initialNodesPerZone: 3 }, 3],
  ])('of %j has %i initial nodes per zone', (options, nodes) => {
    expect(withPool(options).pool.initialNodesPerZone).toBe(nodes);
  });

  test('renders machine type, disks, labels, taints and pods per node', () => {
    const { synthesized } = withPool({
      maxNodes: 10,
      machineType: 'n2-standard-8',
      diskSizeGiB: 200,
      diskType: 'pd-ssd',
      diskKmsKey: 'projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k',
      localSsdCount: 2,
      imageType: 'UBUNTU_CONTAINERD',
      imageStreaming: true,
      minCpuPlatform: 'Intel Ice Lake',
      labels: { workload: 'batch' },
      resourceLabels: { team: 'platform' },
      taints: [{ key: 'workload', value: 'batch', effect: 'NO_SCHEDULE' }],
      tags: ['extra'],
      maxPodsPerNode: 32,
      spot: true,
      autoRepair: false,
      secureBoot: false,
    });

    expect(synthesized()).toMatchObject({
      max_pods_per_node: 32,
      management: { auto_repair: false },
      autoscaling: { location_policy: 'ANY' },
      node_config: {
        machine_type: 'n2-standard-8',
        disk_size_gb: 200,
        disk_type: 'pd-ssd',
        boot_disk_kms_key: 'projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k',
        ephemeral_storage_local_ssd_config: { local_ssd_count: 2 },
        image_type: 'UBUNTU_CONTAINERD',
        gcfs_config: { enabled: true },
        min_cpu_platform: 'Intel Ice Lake',
        labels: { workload: 'batch' },
        resource_labels: { team: 'platform' },
        taint: [{ key: 'workload', value: 'batch', effect: 'NO_SCHEDULE' }],
        tags: ['gke-staging-cluster', 'extra'],
        spot: true,
        shielded_instance_config: { enable_secure_boot: false },
      },
    });
  });

  test('has a boot disk of a type that its machine type supports', () => {
    expect(withPool({ maxNodes: 3, machineType: 'n4-standard-4' }).pool.diskType).toBe('hyperdisk-balanced');
    expect(withPool({ maxNodes: 3, machineType: 'c3-standard-4', diskType: 'hyperdisk-balanced' }).pool.diskType).toBe(
      'hyperdisk-balanced',
    );
  });

  test('supports blue/green upgrades', () => {
    const { pool, synthesized } = withPool({ maxNodes: 10, upgradeStrategy: 'BLUE_GREEN', blueGreenBatchSoakMinutes: 5 });

    expect(synthesized().upgrade_settings).toEqual({
      strategy: 'BLUE_GREEN',
      blue_green_settings: {
        node_pool_soak_duration: '3600s',
        standard_rollout_policy: { batch_percentage: 0.25, batch_soak_duration: '300s' },
      },
    });
    expect(pool.peakNodes).toBe(20);
  });

  test('can be added to an imported cluster', () => {
    const { stack, network } = stackWithNetwork();
    const cluster = PrivateCluster.fromName(stack, 'Cluster', { network, name: 'parking', endpoint: 'gke-1.gke.goog' });
    new NodePool(stack, 'Apps', { cluster, maxNodes: 3 });

    expect(Synthesized.from(stack).only(ContainerNodePool)).toMatchObject({
      cluster: 'projects/parking-staging/locations/europe-west1/clusters/parking',
      node_config: { service_account: 'parking-nodes@parking-staging.iam.gserviceaccount.com', tags: ['gke-parking'] },
    });
  });

  test('has the pool as its default child', () => {
    expect(withPool().pool.node.defaultChild).toBeInstanceOf(ContainerNodePool);
  });

  test.each<[NodePoolOptions, string]>([
    [{}, "'maxNodes' or 'maxNodesPerZone' must be given (at staging/Cluster/Apps)"],
    [
      { minNodes: 1, maxNodesPerZone: 3 },
      "'minNodes' and 'maxNodes' must not be given together with 'minNodesPerZone' and 'maxNodesPerZone'",
    ],
    [{ minNodes: 3, maxNodes: 2 }, "'maxNodes' must be at least minNodes (3), got 2 (at staging/Cluster/Apps)"],
    [{ minNodesPerZone: 3, maxNodesPerZone: 2 }, "'maxNodesPerZone' must be at least minNodesPerZone (3), got 2"],
    [{ minNodes: -1, maxNodes: 2 }, "'minNodes' must be a whole number at least 0, got -1"],
    [{ maxNodesPerZone: 1001 }, "'maxNodesPerZone' must be a whole number from 1 to 1000, got 1001"],
    [{ maxNodes: 3001 }, "'maxNodes' must be a whole number from 1 to 3000, got 3001"],
    [{ maxNodes: 6, initialNodesPerZone: 3 }, "'initialNodesPerZone' must be a whole number from 0 to 2, got 3"],
    [{ maxNodes: 3, machineType: 'large' }, "'machineType' must be a machine type such as e2-standard-4, got 'large'"],
    [
      { maxNodes: 3, machineType: 'e2-standard-5' },
      "'machineType' must be e2-standard-N with N one of 2, 4, 8, 16, 32, got 'e2-standard-5'",
    ],
    [
      { maxNodes: 3, diskType: 'pd-fast' },
      "'diskType' must be one of pd-standard, pd-balanced, pd-ssd, hyperdisk-balanced, got 'pd-fast' (at staging/Cluster/Apps)",
    ],
    [
      { maxNodes: 3, diskType: 'hyperdisk-balanced' },
      "'diskType' must be one of pd-standard, pd-balanced, pd-ssd, got 'hyperdisk-balanced'",
    ],
    [{ maxNodes: 3, machineType: 'n4-standard-4', diskType: 'pd-ssd' }, "'diskType' must be one of hyperdisk-balanced, got 'pd-ssd'"],
    [{ maxNodes: 3, imageType: 'COS_CONTAINRD' }, "'imageType' must be one of COS_CONTAINERD, UBUNTU_CONTAINERD, "],
    [{ maxNodes: 3, tags: ['Web'] }, "'tags' must be lower case letters, digits and hyphens, at most 63 characters, got 'Web'"],
    [
      { maxNodes: 3, taints: [{ key: 'workload', value: 'batch', effect: 'NoSchedule' as never }] },
      "'taints.workload.effect' must be one of NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE, got 'NoSchedule'",
    ],
    [{ maxNodes: 3, taints: [{ key: 'a b', value: 'c', effect: 'NO_EXECUTE' }] }, "'taints' must be keyed by Kubernetes label names"],
    [{ maxNodes: 3, minCpuPlatform: 'ice lake' }, "'minCpuPlatform' must be a CPU platform such as Intel Ice Lake, got 'ice lake'"],
    [{ maxNodes: 3, localSsdCount: -1 }, "'localSsdCount' must be a whole number at least 0, got -1"],
    [
      { maxNodes: 3, diskKmsKey: 'my-key' },
      "'diskKmsKey' must be a Cloud KMS key as projects/P/locations/L/keyRings/R/cryptoKeys/K, got 'my-key' (at staging/Cluster/Apps)",
    ],
    [{ maxNodes: 3, diskSizeGiB: 5 }, "'diskSizeGiB' must be a whole number from 10 to 65536, got 5"],
    [{ maxNodes: 3, maxPodsPerNode: 300 }, "'maxPodsPerNode' must be a whole number from 8 to 256, got 300"],
    [{ maxNodes: 3, zones: ['us-east1-b'] }, "'zones' must be zones of europe-west1, such as europe-west1-b, got 'us-east1-b'"],
    [{ maxNodes: 3, name: 'Apps' }, "'name' must be lower case letters"],
    [{ maxNodes: 3, maxSurge: 0 }, "the sum of 'maxSurge' and 'maxUnavailable' must be from 1 to 20, got 0"],
    [{ maxNodes: 3, maxSurge: 20, maxUnavailable: 1 }, "the sum of 'maxSurge' and 'maxUnavailable' must be from 1 to 20, got 21"],
    [{ maxNodes: 3, blueGreenSoakMinutes: 5 }, "'blueGreenSoakMinutes' must not be given unless 'upgradeStrategy' is BLUE_GREEN, got 5"],
    [{ maxNodes: 3, upgradeStrategy: 'BLUE_GREEN', maxSurge: 2 }, "'maxSurge' must not be given unless 'upgradeStrategy' is SURGE, got 2"],
    [
      { maxNodes: 3, upgradeStrategy: 'BLUE_GREEN', blueGreenSoakMinutes: 10081 },
      "'blueGreenSoakMinutes' must be a whole number from 0 to 10080",
    ],
    [
      {
        maxNodes: 3,
        taints: [
          { key: 'a', value: '1', effect: 'NO_EXECUTE' },
          { key: 'a', value: '2', effect: 'NO_EXECUTE' },
        ],
      },
      "'taints' must not repeat a value, got 'a:NO_EXECUTE' twice",
    ],
  ])('fails on %j', (options, message) => {
    expect(() => withPool(options)).toThrow(message);
  });

  test('fails when the cluster has a pool of the same name', () => {
    const { cluster } = withPool();

    expect(() => cluster.addNodePool('Others', { name: 'apps', maxNodes: 3 })).toThrow(
      "'name' must differ from those of the cluster's other pools, got 'apps', as staging/Cluster/Apps (at staging/Cluster/Others)",
    );
  });
});

describe('its name', () => {
  /** These names are in use: a change here replaces every node pool of every user. */
  test('is the same in each version of this library', () => {
    expect(nameOf()).toBe('apps-d686b1a8');
    expect(nameOf({ spot: true })).toBe('apps-12bd343a');
    expect(nameOf({ maxPodsPerNode: 32, secureBoot: false, localSsdCount: 1, minCpuPlatform: 'Intel Ice Lake' })).toBe('apps-ba85e4ae');
  });

  test.each<Partial<NodePoolOptions>>([
    { machineType: 'n2-standard-8' },
    { diskSizeGiB: 200 },
    { diskType: 'pd-ssd' },
    { imageType: 'UBUNTU_CONTAINERD' },
    { imageStreaming: true },
    { labels: { a: 'b' } },
    { resourceLabels: { a: 'b' } },
    { taints: [{ key: 'a', value: 'b', effect: 'NO_EXECUTE' }] },
    { tags: ['a'] },
    { minNodes: 2 },
    { maxNodes: 20 },
    { initialNodesPerZone: 2 },
    { locationPolicy: 'ANY' },
    { zones },
    { maxSurge: 2 },
    { upgradeStrategy: 'BLUE_GREEN' },
    { autoRepair: false },
    { spot: false },
    { localSsdCount: 0 },
  ])('stays when %j updates the pool in place', (options) => {
    expect(nameOf(options)).toBe(nameOf());
  });

  test.each<Partial<NodePoolOptions>>([
    { spot: true },
    { maxPodsPerNode: 32 },
    { secureBoot: false },
    { localSsdCount: 1 },
    { minCpuPlatform: 'Intel Ice Lake' },
    { diskKmsKey: 'projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k' },
  ])('changes when %j replaces the pool', (options) => {
    expect(nameOf(options)).not.toBe(nameOf());
  });

  test('is a reference for other resources', () => {
    const { stack, pool } = withPool();
    new TerraformOutput(stack, 'pool', { value: pool.poolName });
    (pool.node.defaultChild as ContainerNodePool).addOverride('node_config.guest_accelerator', [{ type: 'nvidia-l4', count: 1 }]);
    const { json } = Synthesized.from(stack);

    const [block] = Object.values<{ name: string }>(json.resource.google_container_node_pool);
    expect(json.output.pool.value).toBe(block!.name);
    expect(block!.name).not.toBe(nameOf());
  });

  /** Arguments that google 6.50 updates in place. All others are ForceNew. */
  const inPlace = containerNodePool[0]!.updatesInPlace!.flatMap((pattern) => /\{(.*)\}/.exec(pattern)![1]!.split(','));

  test('depends on each ForceNew argument of node_config, overrides included', () => {
    const names = Object.keys(containerNodePoolNodeConfigToTerraform({}));
    const suffixes = suffixesWith(...names.map((name) => [`node_config.${name}`, [{ other: 'value' }]] as const));

    expect(names.filter((_, index) => suffixes[index] === PLAIN).sort()).toEqual(inPlace.sort());
  });

  test('depends on other ForceNew arguments', () => {
    const suffixes = suffixesWith(
      ['max_pods_per_node', 32],
      ['placement_policy', { type: 'COMPACT' }],
      ['queued_provisioning', { enabled: true }],
      ['network_config.pod_range', 'more-pods'],
      ['network_config.create_pod_range', true],
      ['node_config.shielded_instance_config.enable_integrity_monitoring', false],
      ['node_config.ephemeral_storage_local_ssd_config.data_cache_count', 1],
    );

    expect(new Set([PLAIN, ...suffixes]).size).toBe(8);
  });

  test('differs between two types of GPU, and not between two spellings of one', () => {
    const gpu = { type: 'nvidia-l4', count: 1 };
    const [one, again, other] = suffixesWith(
      ['node_config.guest_accelerator', [gpu]],
      ['node_config.guest_accelerator', gpu],
      ['node_config.guest_accelerator', [{ ...gpu, type: 'nvidia-tesla-t4' }]],
    );

    expect(again).toBe(one);
    expect(new Set([PLAIN, one, other]).size).toBe(3);
  });

  test('stays with an override that updates the pool in place, or sets a default', () => {
    const suffixes = suffixesWith(
      ['network_config.enable_private_nodes', true],
      ['network_config.create_pod_range', false],
      ['node_config.guest_accelerator', []],
      ['node_config.preemptible', false],
      ['node_config.spot', false],
      ['timeouts.create', '45m'],
      ['lifecycle.prevent_destroy', true],
    );

    expect(new Set(suffixes)).toEqual(new Set([PLAIN]));
  });

  test('has at most 40 characters', () => {
    expect(nameOf({ name: 'a'.repeat(40) })).toMatch(/^a{22}-[0-9a-f]{8}-[0-9a-f]{8}$/);
  });
});

describe('all pools of a cluster', () => {
  const problem = (networkProps: Partial<NetworkProps>, pools: readonly NodePoolOptions[]) => () => {
    const { stack, network } = stackWithNetwork(networkProps);
    const cluster = new PrivateCluster(stack, 'Cluster', { network });
    for (const [i, options] of pools.entries()) cluster.addNodePool(`Pool${i}`, options);
    Synthesized.from(stack);
  };

  test('must fit the pod range, including nodes that an upgrade adds', () => {
    // 16384 addresses are 128 nodes of 128; three surge nodes leave 125.
    expect(problem({ podRange: '10.4.0.0/18' }, [{ maxNodes: 125 }])).not.toThrow();
    expect(problem({ podRange: '10.4.0.0/18' }, [{ maxNodes: 126 }])).toThrow(
      "node pools may need 16512 pod addresses (pool0 129 nodes of 128), but the pod range 10.4.0.0/18 has 16384: lower their limits or 'maxPodsPerNode', or widen 'podRange'",
    );
  });

  test('count twice for blue/green upgrades, and all together', () => {
    const blueGreen: NodePoolOptions = { maxNodes: 60, upgradeStrategy: 'BLUE_GREEN' };
    expect(problem({ podRange: '10.4.0.0/18' }, [blueGreen])).not.toThrow();
    expect(problem({ podRange: '10.4.0.0/18' }, [blueGreen, { maxNodes: 10, maxPodsPerNode: 32 }])).not.toThrow();
    expect(problem({ podRange: '10.4.0.0/18' }, [blueGreen, { maxNodes: 14, maxPodsPerNode: 32 }])).toThrow(
      'node pools may need 16448 pod addresses (pool0 120 nodes of 128, pool1 17 nodes of 64), but the pod range 10.4.0.0/18 has 16384',
    );
  });

  test('must fit the node subnet', () => {
    expect(problem({ nodeRange: '10.0.0.0/26' }, [{ maxNodes: 57 }])).not.toThrow();
    expect(problem({ nodeRange: '10.0.0.0/26' }, [{ maxNodes: 58 }])).toThrow(
      "node pools may need 61 nodes (pool0 61), but the node subnet 10.0.0.0/26 has 60 addresses: lower their limits or widen 'nodeRange'",
    );
  });
});

test('a repeated network tag is set once', () => {
  expect(withPool({ maxNodes: 3, tags: ['web', 'api', 'web'] }).synthesized()).toMatchObject({
    node_config: { tags: ['gke-staging-cluster', 'web', 'api'] },
  });
});

describe('a load profile', () => {
  const loadProfile = { otherwise: 0.1, peakVCpus: 24, periods: [{ days: ['monday'], fromHour: 8, toHour: 19, share: 0.6 }] } as const;

  test('is a note in the synthesized stack, and changes no deployed resource', () => {
    const { stack, synthesized } = withPool({ maxNodes: 10, loadProfile });
    expect(synthesized()).toEqual(withPool().synthesized());
    const [block] = Object.values<{ '//': unknown }>(written(stack).resource.google_container_node_pool);
    expect(block!['//']).toMatchObject({ loadProfile, metadata: { path: expect.stringContaining('Cluster/Apps') } });
  });

  test('has each day of a period once', () => {
    const repeated = { ...loadProfile, periods: [{ ...loadProfile.periods[0], days: ['monday', 'monday'] as const }] };
    const [block] = Object.values<{ '//': unknown }>(
      written(withPool({ maxNodes: 10, loadProfile: repeated }).stack).resource.google_container_node_pool,
    );
    expect(block!['//']).toMatchObject({ loadProfile });
  });

  test.each([
    [{ ...loadProfile, otherwise: 1.5 }, "'loadProfile.otherwise' must be from 0 to 1, got 1.5"],
    [{ ...loadProfile, peakVCpus: 0 }, "'loadProfile.peakVCpus' must be above 0, got 0"],
    [{ otherwise: 0, periods: [{ ...loadProfile.periods[0], share: -1 }] }, "'loadProfile.periods[0].share' must be from 0 to 1, got -1"],
    [
      { otherwise: 0, periods: [{ ...loadProfile.periods[0], days: ['funday' as never] }] },
      "'loadProfile.periods[0].days' must be one of monday, tuesday,",
    ],
    [
      { otherwise: 0, periods: [{ ...loadProfile.periods[0], toHour: 25 }] },
      "'loadProfile.periods[0].toHour' must be from 0 to 24, got 25",
    ],
  ])('fails on invalid values: %j', (wrong, message) => {
    expect(() => withPool({ maxNodes: 10, loadProfile: wrong })).toThrow(message);
  });
});
