import { createHash } from 'node:crypto';
import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName, sameReference } from '../references';
import type { Cloud, MakeValue, Rule, TypeDescription } from '../type-description';
import { holdsUnknown, isValues, Unknown, type Value } from '../values';
import { countAddresses, overlap, selectAddress } from './cidr';
import { listRanges } from './compute-network';
import { resolveName } from './google';
import { isGranted } from './iam';

export const CONTAINER_API = 'container.googleapis.com';

/** Default version of GKE. */
const DEFAULT_VERSION = '1.33.5-gke.1162000';

/** Creates an error of GKE, whose messages do not name the operation. */
export function gkeError(doing: string, code: number, message: string, reason: string): CloudError {
  return new CloudError(`${doing}googleapi: Error ${code}: ${message}, ${reason}`, '', { code, message, reason });
}

/** Finds the region of a regional or zonal cluster, for example `europe-west1`. */
function findClusterRegion(cluster: CloudResource): string {
  return lastPart(cluster.text('location')).replace(/-[a-z]$/, '');
}

/** Finds the subnet of a cluster's nodes. */
export function findClusterSubnet(cluster: CloudResource, cloud: Cloud): CloudResource | undefined {
  const subnet = cluster.text('subnetwork');
  if (!subnet) return undefined;
  return cloud.get('google_compute_subnetwork', resolveName(cluster, `regions/${findClusterRegion(cluster)}`, 'subnetworks', subnet));
}

/** Finds a secondary range of a subnet by name. */
export function findSecondaryRange(subnet: CloudResource | undefined, name: string): string {
  const ranges = (subnet?.all('secondary_ip_range').flat() ?? []) as { range_name: string; ip_cidr_range: string }[];
  return ranges.find((range) => range.range_name === name)?.ip_cidr_range ?? '';
}

const nameIsAllowed: Rule = ({ resource }) => {
  const name = resource.text('name');
  if (name === '') return;
  if (name.length > 40) throw new CloudError('"name" cannot be longer than 40 characters');
  if (!/^[a-z0-9-]+$/.test(name)) throw new CloudError('"name" can only contain lowercase letters, numbers and hyphens');
  if (!/^[a-z]/.test(name)) throw new CloudError('"name" must start with a letter');
  if (!/[a-z0-9]$/.test(name)) throw new CloudError('"name" must end with a number or a letter');
};

const peeringRangeIsA28: Rule = ({ resource }) => {
  const range = resource.text('private_cluster_config.master_ipv4_cidr_block');
  const length = range.split('/')[1];
  if (range === '' || length === '28') return;
  throw new CloudError(
    `expected "private_cluster_config.0.master_ipv4_cidr_block" to contain a network Value with between 28 and 28 significant bits, got: ${length}`,
  );
};

const networkIsThere: Rule = ({ resource, cloud }) => {
  const network = resolveName(resource, 'global', 'networks', resource.text('network') || 'default');
  if (lastPart(network) !== 'default' && !cloud.get('google_compute_network', network)) {
    throw gkeError('', 404, `Network "${lastPart(network)}" does not exist`, 'notFound');
  }
  if (!resource.text('subnetwork')) return;
  const subnet = findClusterSubnet(resource, cloud);
  if (!subnet) throw gkeError('', 404, `Subnetwork "${lastPart(resource.text('subnetwork'))}" does not exist`, 'notFound');
  for (const purpose of ['cluster', 'services']) {
    const name = resource.text(`ip_allocation_policy.${purpose}_secondary_range_name`);
    if (name === '' || findSecondaryRange(subnet, name)) continue;
    throw gkeError(
      '',
      400,
      `${purpose === 'cluster' ? 'Pod' : 'Services'} secondary range "${name}" not found in subnet "${subnet.text('name')}"`,
      'badRequest',
    );
  }
};

/**
 * Rejects a cluster in a Shared VPC without the grants that the service agents of its project require in the host project.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc
 */
const sharedVpcIsGranted: Rule = ({ resource, cloud }) => {
  const subnet = findClusterSubnet(resource, cloud);
  const project = resource.text('project');
  const [, host] = /^projects\/([^/]+)\//.exec(subnet?.identity ?? '') ?? [];
  if (!subnet || host === undefined || host === project) return;
  if (!cloud.isApiEnabled(host, CONTAINER_API)) {
    const number = cloud.projectNumber(host);
    throw gkeError('', 403, `Kubernetes Engine API has not been used in project ${number} before or it is disabled`, 'accessNotConfigured');
  }
  const isAgent = (email: RegExp) => (member: string) => {
    const [, number] = email.exec(member) ?? [];
    return number !== undefined && cloud.mayBeNumberOf(project, number);
  };
  const gke = isAgent(/^serviceAccount:service-(\d+)@container-engine-robot\.iam\.gserviceaccount\.com$/);
  if (!isGranted(cloud, { role: 'roles/container.hostServiceAgentUser', isMember: gke, project: host })) {
    throw gkeError(
      '',
      403,
      `Kubernetes Engine Service Agent is missing required permissions on this project: required "container.hostServiceAgent.use" permission(s) for "projects/${host}"`,
      'forbidden',
    );
  }
  const googleApis = isAgent(/^serviceAccount:(\d+)@cloudservices\.gserviceaccount\.com$/);
  const endpointSubnet = relativeName(resource.text('private_cluster_config.private_endpoint_subnetwork'));
  for (const used of [subnet.identity, ...(endpointSubnet ? [endpointSubnet] : [])]) {
    for (const [isMember, permission] of [
      [gke, 'compute.subnetworks.get'],
      [googleApis, 'compute.subnetworks.use'],
    ] as const) {
      if (isGranted(cloud, { role: 'roles/compute.networkUser', isMember, project: host, subnet: used })) continue;
      throw new CloudError(
        `Error waiting for creating GKE cluster: Google Compute Engine: Required '${permission}' permission for '${used}'.`,
      );
    }
  }
};

/** Rejects a control plane range (/28) that overlaps with ranges of the network or of other control planes. */
const peeringRangeIsFree: Rule = ({ resource, cloud }) => {
  const range = resource.text('private_cluster_config.master_ipv4_cidr_block');
  if (range === '') return;
  const inNetwork = (other: CloudResource) => sameReference(other.get('network'), resource.get('network'));
  const subnet = cloud
    .list('google_compute_subnetwork')
    .find((other) => inNetwork(other) && listRanges(other).some((taken) => overlap(taken, range)));
  const cluster = cloud
    .list('google_container_cluster')
    .find((other) => inNetwork(other) && overlap(other.text('private_cluster_config.master_ipv4_cidr_block'), range));
  const taker = subnet ?? cluster;
  if (!taker) return;
  throw gkeError(
    '',
    400,
    `The given master_ipv4_cidr ${range} overlaps with an existing range of ${subnet ? 'subnetwork' : 'cluster'} ${taker.text('name')}`,
    'badRequest',
  );
};

const notProtected: Rule = ({ resource }) => {
  if (!resource.flag('deletion_protection')) return;
  throw new CloudError(
    'Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.',
  );
};

const makeVersion: MakeValue = (resource) => {
  const wanted = resource.text('min_master_version');
  if (wanted === '' || wanted === 'latest' || DEFAULT_VERSION.startsWith(`${wanted}.`)) return DEFAULT_VERSION;
  if (wanted.includes('-gke.')) return wanted;
  return wanted.split('.').length === 2 ? `${wanted}.5-gke.1000000` : `${wanted}-gke.1000000`;
};

/** Generates a new name at each creation: a recreated cluster is a different one. */
const makeDnsEndpoint: MakeValue = (resource, cloud) => {
  const made = `${resource.identity} ${cloud.next(`cluster ${resource.identity}`)}`;
  const hash = createHash('sha256').update(made).digest('hex').slice(0, 32);
  return `gke-${hash}-${cloud.projectNumber(resource.text('project'))}.${findClusterRegion(resource)}.gke.goog`;
};

const makePrivateEndpoint: MakeValue = (resource, cloud) => {
  const peering = resource.text('private_cluster_config.master_ipv4_cidr_block');
  const subnet = cloud.find('google_compute_subnetwork', resource.text('private_cluster_config.private_endpoint_subnetwork'));
  return selectAddress(
    peering || subnet?.text('ip_cidr_range') || findClusterSubnet(resource, cloud)?.text('ip_cidr_range') || '10.128.0.0/20',
    2,
  );
};

const makePublicEndpoint: MakeValue = (_, cloud) => `34.76.0.${cloud.next('endpoint')}`;

/** Certificate of the control plane's authority. Clients of the simulation do not verify it. */
const CA_CERTIFICATE = Buffer.from('-----BEGIN CERTIFICATE-----\nMIIsandbox\n-----END CERTIFICATE-----\n').toString('base64');

function listZones(cluster: CloudResource): string[] {
  const location = lastPart(cluster.text('location'));
  if (/-[a-z]$/.test(location)) return [];
  const letters = ['europe-west1', 'us-east1'].includes(location) ? ['b', 'c', 'd'] : ['a', 'b', 'c'];
  return letters.map((letter) => `${location}-${letter}`);
}

const podRange: MakeValue = (resource, cloud) =>
  findSecondaryRange(findClusterSubnet(resource, cloud), resource.text('ip_allocation_policy.cluster_secondary_range_name')) ||
  '10.52.0.0/14';

const serviceRange: MakeValue = (resource, cloud) =>
  findSecondaryRange(findClusterSubnet(resource, cloud), resource.text('ip_allocation_policy.services_secondary_range_name')) ||
  '10.56.0.0/20';

function mergeLabels(resource: CloudResource): Value {
  const own = resource.get('resource_labels');
  if (holdsUnknown(own)) return Unknown.value;
  return { ...resource.provider.labels, ...(isValues(own) ? own : {}) };
}

/** True if IP endpoints are disabled: the provider then sends none of their settings (google 6.50, `expandControlPlaneEndpointsConfig`). */
function hasNoIpEndpoints(_value: Value, resource: CloudResource): boolean {
  return resource.all('control_plane_endpoints_config.ip_endpoints_config.enabled')[0] === false;
}

const cluster: TypeDescription = {
  type: 'google_container_cluster',
  label: 'Cluster',
  api: CONTAINER_API,
  identity: (resource) =>
    `projects/${resource.text('project')}/locations/${lastPart(resource.text('location'))}/clusters/${resource.text('name')}`,
  computed: [
    '{cluster_ipv4_cidr,datapath_provider,default_max_pods_per_node,enable_intranode_visibility,location,logging_service}',
    '{monitoring_service,networking_mode,node_locations,node_version,private_ipv6_google_access,project,subnetwork}',
    'binary_authorization.evaluation_mode',
    'cluster_autoscaling.auto_provisioning_defaults.management.{auto_repair,auto_upgrade}',
    'cluster_autoscaling.auto_provisioning_defaults.oauth_scopes',
    'cluster_autoscaling.auto_provisioning_defaults.upgrade_settings.blue_green_settings.node_pool_soak_duration',
    'cluster_autoscaling.auto_provisioning_defaults.upgrade_settings.blue_green_settings.standard_rollout_policy.{batch_node_count,batch_percentage}',
    'cluster_autoscaling.auto_provisioning_defaults.upgrade_settings.strategy',
    'cluster_autoscaling.{auto_provisioning_locations,enabled}',
    'control_plane_endpoints_config.dns_endpoint_config.endpoint',
    'enterprise_config.desired_tier',
    'ip_allocation_policy.{cluster_ipv4_cidr_block,cluster_secondary_range_name,services_ipv4_cidr_block,services_secondary_range_name}',
    'master_authorized_networks_config.{gcp_public_cidrs_access_enabled,private_endpoint_enforcement_enabled}',
    'monitoring_config.enable_components',
    'node_config.boot_disk.{disk_type,provisioned_iops,provisioned_throughput,size_gb}',
    'node_config.{disk_size_gb,disk_type,image_type,labels,local_ssd_count,logging_variant,machine_type,metadata,min_cpu_platform,oauth_scopes,service_account}',
    'node_config.kubelet_config.{insecure_kubelet_readonly_port_enabled,max_parallel_image_pulls}',
    'node_config.linux_node_config.{cgroup_mode,transparent_hugepage_enabled}',
    'node_pool.autoscaling.location_policy',
    'node_pool.{initial_node_count,max_pods_per_node,name,name_prefix,node_count,node_locations,version}',
    'node_pool.network_config.additional_pod_network_configs.max_pods_per_node',
    'node_pool.network_config.{enable_private_nodes,pod_ipv4_cidr_block,pod_range}',
    'node_pool.node_config.boot_disk.{disk_type,provisioned_iops,provisioned_throughput,size_gb}',
    'node_pool.node_config.{disk_size_gb,disk_type,image_type,labels,local_ssd_count,logging_variant,machine_type,metadata,min_cpu_platform,oauth_scopes,service_account}',
    'node_pool.node_config.kubelet_config.{insecure_kubelet_readonly_port_enabled,max_parallel_image_pulls}',
    'node_pool.node_config.linux_node_config.{cgroup_mode,transparent_hugepage_enabled}',
    'node_pool.upgrade_settings.blue_green_settings.node_pool_soak_duration',
    'node_pool.upgrade_settings.blue_green_settings.standard_rollout_policy.{batch_node_count,batch_percentage,batch_soak_duration}',
    'node_pool.upgrade_settings.{max_surge,max_unavailable}',
    'node_pool_auto_config.linux_node_config.cgroup_mode',
    'node_pool_auto_config.node_kubelet_config.insecure_kubelet_readonly_port_enabled',
    'node_pool_defaults.node_config_defaults.{insecure_kubelet_readonly_port_enabled,logging_variant}',
    'private_cluster_config.master_ipv4_cidr_block',
    'security_posture_config.{mode,vulnerability_mode}',
  ],
  defaults: {
    'cluster_autoscaling.auto_provisioning_defaults.disk_size': 100,
    'cluster_autoscaling.auto_provisioning_defaults.disk_type': 'pd-standard',
    'cluster_autoscaling.auto_provisioning_defaults.image_type': 'COS_CONTAINERD',
    'cluster_autoscaling.auto_provisioning_defaults.service_account': 'default',
    'cluster_autoscaling.auto_provisioning_defaults.shielded_instance_config.enable_integrity_monitoring': true,
    'cluster_autoscaling.auto_provisioning_defaults.shielded_instance_config.enable_secure_boot': false,
    'cluster_autoscaling.auto_provisioning_defaults.upgrade_settings.blue_green_settings.standard_rollout_policy.batch_soak_duration': '0s',
    'cluster_autoscaling.autoscaling_profile': 'BALANCED',
    deletion_protection: true,
    disable_l4_lb_firewall_reconciliation: false,
    'dns_config.cluster_dns': 'PROVIDER_UNSPECIFIED',
    enable_cilium_clusterwide_network_policy: false,
    enable_fqdn_network_policy: false,
    enable_kubernetes_alpha: false,
    enable_l4_ilb_subsetting: false,
    enable_legacy_abac: false,
    enable_multi_networking: false,
    enable_shielded_nodes: true,
    'ip_allocation_policy.stack_type': 'IPV4',
    network: 'default',
    'node_config.preemptible': false,
    'node_config.shielded_instance_config.enable_integrity_monitoring': true,
    'node_config.shielded_instance_config.enable_secure_boot': false,
    'node_config.spot': false,
    'node_config.windows_node_config.osversion': 'OS_VERSION_UNSPECIFIED',
    'node_pool.management.auto_repair': true,
    'node_pool.management.auto_upgrade': true,
    'node_pool.node_config.preemptible': false,
    'node_pool.node_config.shielded_instance_config.enable_integrity_monitoring': true,
    'node_pool.node_config.shielded_instance_config.enable_secure_boot': false,
    'node_pool.node_config.spot': false,
    'node_pool.node_config.windows_node_config.osversion': 'OS_VERSION_UNSPECIFIED',
    'node_pool.upgrade_settings.strategy': 'SURGE',
    'resource_usage_export_config.enable_network_egress_metering': false,
    'resource_usage_export_config.enable_resource_consumption_metering': true,
  },
  forceNew: [
    '{cluster_ipv4_cidr,confidential_nodes,datapath_provider,default_max_pods_per_node,description,enable_autopilot}',
    '{enable_kubernetes_alpha,enable_tpu,initial_node_count,ip_allocation_policy,location,name,network,networking_mode}',
    '{node_config,node_pool,project,subnetwork}',
    'cluster_autoscaling.auto_provisioning_defaults.boot_disk_kms_key',
    'master_auth.client_certificate_config',
    'private_cluster_config.{enable_private_nodes,master_ipv4_cidr_block,private_endpoint_subnetwork}',
    'user_managed_keys_config.{aggregation_ca,cluster_ca,etcd_api_ca,etcd_peer_ca}',
  ],
  sensitive: ['master_auth.client_key'],
  forceNewIf: {
    enable_l4_ilb_subsetting: (before) => before.flag('enable_l4_ilb_subsetting'),
    enable_fqdn_network_policy: (before) => before.flag('enable_fqdn_network_policy'),
  },
  values: {
    self_link: (resource) => `https://container.googleapis.com/v1/${resource.identity}`,
    master_version: makeVersion,
    node_version: (resource) => resource.get('master_version'),
    node_locations: listZones,
    subnetwork: (resource) => `projects/${resource.text('project')}/regions/${findClusterRegion(resource)}/subnetworks/default`,
    'ip_allocation_policy.cluster_ipv4_cidr_block': podRange,
    'ip_allocation_policy.services_ipv4_cidr_block': serviceRange,
    'ip_allocation_policy.cluster_secondary_range_name': (resource) => `gke-${resource.text('name')}-pods`,
    'ip_allocation_policy.services_secondary_range_name': (resource) => `gke-${resource.text('name')}-services`,
    cluster_ipv4_cidr: podRange,
    services_ipv4_cidr: serviceRange,
    tpu_ipv4_cidr_block: '',
    'control_plane_endpoints_config.dns_endpoint_config.endpoint': makeDnsEndpoint,
    'private_cluster_config.master_ipv4_cidr_block': '',
    'private_cluster_config.peering_name': (resource) =>
      resource.text('private_cluster_config.master_ipv4_cidr_block') ? `gke-${resource.text('name')}-peer` : '',
    'private_cluster_config.private_endpoint': makePrivateEndpoint,
    'private_cluster_config.public_endpoint': makePublicEndpoint,
    endpoint: (resource, cloud, block, index) =>
      resource.flag('private_cluster_config.enable_private_endpoint')
        ? resource.get('private_cluster_config.private_endpoint')
        : resource.get('private_cluster_config.public_endpoint') || makePublicEndpoint(resource, cloud, block, index),
    'master_auth.client_certificate': '',
    'master_auth.client_key': '',
    'master_auth.cluster_ca_certificate': CA_CERTIFICATE,
    'master_authorized_networks_config.gcp_public_cidrs_access_enabled': false,
    'master_authorized_networks_config.private_endpoint_enforcement_enabled': false,
    datapath_provider: 'DATAPATH_PROVIDER_UNSPECIFIED',
    default_max_pods_per_node: 110,
    enable_intranode_visibility: (resource) => resource.text('datapath_provider') === 'ADVANCED_DATAPATH',
    logging_service: 'logging.googleapis.com/kubernetes',
    monitoring_service: 'monitoring.googleapis.com/kubernetes',
    'monitoring_config.enable_components': ['SYSTEM_COMPONENTS'],
    networking_mode: 'VPC_NATIVE',
    operation: null,
    private_ipv6_google_access: '',
    'enterprise_config.desired_tier': 'STANDARD',
    'security_posture_config.mode': 'BASIC',
    'security_posture_config.vulnerability_mode': 'VULNERABILITY_MODE_UNSPECIFIED',
    'maintenance_policy.daily_maintenance_window.duration': 'PT4H0M0S',
    'node_pool_defaults.node_config_defaults.insecure_kubelet_readonly_port_enabled': 'FALSE',
    'node_pool_defaults.node_config_defaults.logging_variant': 'DEFAULT',
    ...listNodeConfigDefaults('node_config'),
    ...listNodeConfigDefaults('node_pool.node_config'),
  },
  plannedValues: {
    // Labels of a cluster have a different argument name.
    terraform_labels: mergeLabels,
    effective_labels: mergeLabels,
  },
  addsBlocks: {
    // Optional and computed: a block removed from the configuration stays in the API.
    master_authorized_networks_config: () => [],
    // Read by stacks that configure the kubernetes provider from a cluster.
    master_auth: () => [
      {
        client_certificate: '',
        client_certificate_config: [{ issue_client_certificate: false }],
        client_key: '',
        cluster_ca_certificate: CA_CERTIFICATE,
      },
    ],
    control_plane_endpoints_config: (resource, cloud) => [
      {
        dns_endpoint_config: [
          {
            allow_external_traffic: false,
            enable_k8s_certs_via_dns: false,
            enable_k8s_tokens_via_dns: false,
            endpoint: makeDnsEndpoint(resource, cloud, resource.values, 0),
          },
        ],
        ip_endpoints_config: [{ enabled: true }],
      },
    ],
  },
  notSentWhen: {
    'private_cluster_config.private_endpoint_subnetwork': hasNoIpEndpoints,
    master_authorized_networks_config: hasNoIpEndpoints,
  },
  // A kubelet configuration without the argument disables the enforcement of CPU limits.
  sentAsZero: ['node_config.kubelet_config.cpu_cfs_quota', 'node_pool.node_config.kubelet_config.cpu_cfs_quota'],
  notReadBack: {
    deletion_protection: true,
    min_master_version: null,
    remove_default_node_pool: null,
    'node_config.taint': [],
    'node_pool.node_config.taint': [],
  },
  diffSuppress: {
    location: sameReference,
    network: sameReference,
    subnetwork: sameReference,
    'private_cluster_config.private_endpoint_subnetwork': sameReference,
  },
  holds: [
    { path: 'network', type: 'google_compute_network' },
    { path: 'subnetwork', type: 'google_compute_subnetwork' },
    { path: 'private_cluster_config.private_endpoint_subnetwork', type: 'google_compute_subnetwork' },
  ],
  rules: {
    plan: [nameIsAllowed, peeringRangeIsA28],
    create: [networkIsThere, sharedVpcIsGranted, peeringRangeIsFree],
    delete: [notProtected],
  },
  effects: {
    // Its node pools and all its Kubernetes objects are deleted with it.
    delete: [
      ({ resource, cloud }) => {
        cloud.removeBelow(`${resource.identity}/nodePools/`);
        const hosts = [
          'control_plane_endpoints_config.dns_endpoint_config.endpoint',
          'private_cluster_config.private_endpoint',
          'private_cluster_config.public_endpoint',
          'endpoint',
        ].flatMap((path) => resource.all(path).filter((host) => host !== ''));
        for (const host of hosts) cloud.removeBelow(`https://${host}/`);
      },
    ],
  },
};

/** Lists GKE's defaults of a node configuration, at a path. */
export function listNodeConfigDefaults(path: string): Record<string, Value> {
  return Object.fromEntries(
    Object.entries<Value>({
      'boot_disk.disk_type': 'pd-balanced',
      'boot_disk.provisioned_iops': 0,
      'boot_disk.provisioned_throughput': 0,
      'boot_disk.size_gb': 100,
      disk_size_gb: 100,
      disk_type: 'pd-balanced',
      effective_taints: [],
      image_type: 'COS_CONTAINERD',
      'kubelet_config.insecure_kubelet_readonly_port_enabled': 'FALSE',
      'kubelet_config.max_parallel_image_pulls': 3,
      labels: {},
      'linux_node_config.cgroup_mode': 'CGROUP_MODE_V2',
      'linux_node_config.transparent_hugepage_enabled': 'TRANSPARENT_HUGEPAGE_ENABLED_UNSPECIFIED',
      local_ssd_count: 0,
      logging_variant: 'DEFAULT',
      machine_type: 'e2-medium',
      metadata: { 'disable-legacy-endpoints': 'true' },
      min_cpu_platform: '',
      oauth_scopes: [
        'https://www.googleapis.com/auth/devstorage.read_only',
        'https://www.googleapis.com/auth/logging.write',
        'https://www.googleapis.com/auth/monitoring',
      ],
      service_account: 'default',
    }).map(([name, value]) => [`${path}.${name}`, value]),
  );
}

/** Counts the addresses of the pod range per node: at least twice the maximum number of pods. */
export function countNodeAddresses(maxPods: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(maxPods, 8) * 2));
}

/** Builds the identity of a pool's cluster, from its full name or from its name and the pool's location. */
export function buildClusterIdentity(pool: CloudResource): string {
  const reference = pool.text('cluster');
  if (reference.includes('/')) return relativeName(reference);
  return `projects/${pool.text('project')}/locations/${lastPart(pool.text('location'))}/clusters/${reference}`;
}

/** Counts the addresses of a pod range; unlimited for an unknown range. */
export const countCapacity = (range: string): number => (range ? countAddresses(range) : Number.MAX_SAFE_INTEGER);

export const containerCluster: readonly TypeDescription[] = [cluster];
