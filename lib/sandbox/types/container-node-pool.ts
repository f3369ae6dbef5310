import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart } from '../references';
import type { Cloud, Rule, TypeDescription } from '../type-description';
import {
  buildClusterIdentity,
  CONTAINER_API,
  countCapacity,
  countNodeAddresses,
  findClusterSubnet,
  findSecondaryRange,
  gkeError,
  listNodeConfigDefaults,
} from './container-cluster';

const CREATING = 'error creating NodePool: ';

function requireCluster(pool: CloudResource, cloud: Cloud): CloudResource {
  const identity = buildClusterIdentity(pool);
  const cluster = cloud.get('google_container_cluster', identity);
  if (!cluster) throw gkeError(CREATING, 404, `Not found: ${identity}.`, 'notFound');
  if (lastPart(cluster.text('location')) !== lastPart(pool.text('location'))) {
    const wanted = `projects/${pool.text('project')}/locations/${lastPart(pool.text('location'))}/clusters/${cluster.text('name')}`;
    throw gkeError(CREATING, 404, `Not found: ${wanted}.`, 'notFound');
  }
  return cluster;
}

const nameIsAllowed: Rule = ({ resource }) => {
  const name = resource.text('name');
  if (/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) return;
  throw gkeError(
    CREATING,
    400,
    `Invalid value for field "node_pool.name": "${name}". Must be 1 to 40 lowercase letters, numbers or hyphens, start with a letter and end with a letter or number.`,
    'badRequest',
  );
};

const podRangeIsThere: Rule = ({ resource, cloud }) => {
  const cluster = requireCluster(resource, cloud);
  const name = resource.text('network_config.pod_range');
  if (name === '' || resource.flag('network_config.create_pod_range')) return;
  const subnet = findClusterSubnet(cluster, cloud);
  if (!subnet || findSecondaryRange(subnet, name)) return;
  throw gkeError(CREATING, 400, `Pod secondary range "${name}" not found in subnet "${subnet.text('name')}"`, 'badRequest');
};

/** Finds the pod range of a pool, with its name. */
function findPodRange(pool: CloudResource, cluster: CloudResource, cloud: Cloud): { name: string; range: string } {
  const own = pool.text('network_config.pod_range');
  const name = own || cluster.text('ip_allocation_policy.cluster_secondary_range_name');
  const range = findSecondaryRange(findClusterSubnet(cluster, cloud), name);
  return { name, range: range || (own ? '' : cluster.text('ip_allocation_policy.cluster_ipv4_cidr_block')) };
}

/** Counts the pod addresses of a pool's initial nodes. */
function countAddresses(pool: CloudResource, cluster: CloudResource): number {
  const maxPods = pool.number('max_pods_per_node') || cluster.number('default_max_pods_per_node') || 110;
  return countNodes(pool, cluster) * countNodeAddresses(maxPods);
}

function countNodes(pool: CloudResource, cluster: CloudResource): number {
  return nodesPerZone(pool) * listPoolZones(pool, cluster).length;
}

function nodesPerZone(pool: CloudResource): number {
  const least = pool.number('autoscaling.min_node_count');
  return Math.max(pool.number('node_count') || pool.number('initial_node_count'), least);
}

function listPoolZones(pool: CloudResource, cluster: CloudResource): string[] {
  const own = pool.all('node_locations').flat().map(String);
  if (own.length > 0) return own;
  const ofCluster = cluster.all('node_locations').flat().map(String);
  return ofCluster.length > 0 ? ofCluster : [lastPart(cluster.text('location'))];
}

const podsFit: Rule = ({ resource, cloud }) => {
  const cluster = requireCluster(resource, cloud);
  const { name, range } = findPodRange(resource, cluster, cloud);
  const neighbours = cloud
    .list('google_container_node_pool')
    .filter((pool) => pool.identity !== resource.identity && buildClusterIdentity(pool) === cluster.identity)
    .filter((pool) => findPodRange(pool, cluster, cloud).name === name);
  const taken = [resource, ...neighbours].reduce((sum, pool) => sum + countAddresses(pool, cluster), 0);
  if (taken <= countCapacity(range)) return;
  const subnet = findClusterSubnet(cluster, cloud);
  throw new CloudError(
    `Error waiting for creating GKE NodePool: Google Compute Engine: [IP_SPACE_EXHAUSTED_WITH_DETAILS]: Instance 'gke-${cluster.text('name')}-${resource.text('name')}' creation failed: IP space of '${subnet?.identity ?? cluster.identity}-${name}' is exhausted.`,
  );
};

const ofCluster =
  (read: (cluster: CloudResource, pool: CloudResource, cloud: Cloud) => string | number | boolean | string[]) =>
  (pool: CloudResource, cloud: Cloud) => {
    const cluster = cloud.get('google_container_cluster', buildClusterIdentity(pool));
    return cluster ? read(cluster, pool, cloud) : '';
  };

const groups = (collection: string) =>
  ofCluster((cluster, pool) =>
    listPoolZones(pool, cluster).map(
      (zone) =>
        `https://www.googleapis.com/compute/v1/projects/${pool.text('project')}/zones/${zone}/${collection}/gke-${cluster.text('name')}-${pool.text('name')}-grp`,
    ),
  );

const nodePool: TypeDescription = {
  type: 'google_container_node_pool',
  label: 'NodePool',
  api: CONTAINER_API,
  providerDefaults: ['project'],
  identity: (resource) => `${buildClusterIdentity(resource)}/nodePools/${resource.text('name')}`,
  computed: [
    '{initial_node_count,location,max_pods_per_node,name,name_prefix,node_count,node_locations,project,version}',
    'autoscaling.location_policy',
    'network_config.additional_pod_network_configs.max_pods_per_node',
    'network_config.{enable_private_nodes,pod_ipv4_cidr_block,pod_range}',
    'node_config.boot_disk.{disk_type,provisioned_iops,provisioned_throughput,size_gb}',
    'node_config.{disk_size_gb,disk_type,image_type,labels,local_ssd_count,logging_variant,machine_type,metadata,min_cpu_platform,oauth_scopes,service_account}',
    'node_config.kubelet_config.{insecure_kubelet_readonly_port_enabled,max_parallel_image_pulls}',
    'node_config.linux_node_config.{cgroup_mode,transparent_hugepage_enabled}',
    'upgrade_settings.blue_green_settings.node_pool_soak_duration',
    'upgrade_settings.blue_green_settings.standard_rollout_policy.{batch_node_count,batch_percentage,batch_soak_duration}',
    'upgrade_settings.{max_surge,max_unavailable}',
  ],
  defaults: {
    'management.auto_repair': true,
    'management.auto_upgrade': true,
    'node_config.preemptible': false,
    'node_config.shielded_instance_config.enable_integrity_monitoring': true,
    'node_config.shielded_instance_config.enable_secure_boot': false,
    'node_config.spot': false,
    'node_config.windows_node_config.osversion': 'OS_VERSION_UNSPECIFIED',
    'upgrade_settings.strategy': 'SURGE',
  },
  forceNew: [
    '{cluster,initial_node_count,location,max_pods_per_node,name,name_prefix,node_config,placement_policy,project}',
    'queued_provisioning',
    'network_config.{additional_node_network_configs,additional_pod_network_configs,create_pod_range,pod_cidr_overprovision_config,pod_ipv4_cidr_block,pod_range}',
  ],
  updatesInPlace: [
    'node_config.{boot_disk,confidential_nodes,containerd_config,disk_size_gb,disk_type,fast_socket,gcfs_config,gvnic,image_type}',
    'node_config.{kubelet_config,labels,linux_node_config,logging_variant,machine_type,resource_labels,resource_manager_tags}',
    'node_config.{storage_pools,tags,taint,windows_node_config,workload_metadata_config}',
  ],
  values: {
    name_prefix: '',
    'autoscaling.location_policy': (pool) => (pool.flag('node_config.spot') ? 'ANY' : 'BALANCED'),
    initial_node_count: 1,
    node_count: (pool) => nodesPerZone(pool),
    node_locations: ofCluster((cluster, pool) => listPoolZones(pool, cluster)),
    max_pods_per_node: ofCluster((cluster) => cluster.number('default_max_pods_per_node') || 110),
    version: ofCluster((cluster) => cluster.text('master_version')),
    instance_group_urls: groups('instanceGroupManagers'),
    managed_instance_group_urls: groups('instanceGroups'),
    operation: null,
    'network_config.additional_pod_network_configs.max_pods_per_node': 110,
    'network_config.enable_private_nodes': ofCluster((cluster) => cluster.flag('private_cluster_config.enable_private_nodes')),
    'network_config.pod_range': ofCluster((cluster) => cluster.text('ip_allocation_policy.cluster_secondary_range_name')),
    'network_config.pod_ipv4_cidr_block': ofCluster((cluster, pool, cloud) => findPodRange(pool, cluster, cloud).range),
    'network_config.subnetwork': ofCluster((cluster) => cluster.text('subnetwork')),
    'upgrade_settings.blue_green_settings.node_pool_soak_duration': '3600s',
    'upgrade_settings.blue_green_settings.standard_rollout_policy.batch_node_count': 1,
    'upgrade_settings.blue_green_settings.standard_rollout_policy.batch_percentage': 0,
    'upgrade_settings.blue_green_settings.standard_rollout_policy.batch_soak_duration': '0s',
    'upgrade_settings.max_surge': (pool) => (pool.text('upgrade_settings.strategy') === 'BLUE_GREEN' ? 0 : 1),
    'upgrade_settings.max_unavailable': 0,
    ...listNodeConfigDefaults('node_config'),
  },
  // A network configuration without the argument gives nodes public addresses, whatever the default of the cluster.
  sentAsZero: ['network_config.enable_private_nodes', 'node_config.kubelet_config.cpu_cfs_quota'],
  // An import sets the cluster's name, from the import id. A configuration with the cluster's id then replaces the pool.
  notReadBack: { cluster: (pool) => lastPart(pool.text('cluster')), 'network_config.create_pod_range': null, 'node_config.taint': [] },
  rules: {
    create: [nameIsAllowed, podRangeIsThere, podsFit],
  },
};

export const containerNodePool: readonly TypeDescription[] = [nodePool];
