import { shorten, stableHash } from '../core/physical-name';

/** Maximum length of a node pool name. */
const NAME_LENGTH = 40;

/** Version of the hash. A new version renames, and so replaces, each pool: a breaking change. */
const ALGORITHM = 'v1';

/** Synthesized arguments of a node pool, overrides included. Nested blocks are objects, or lists of one. */
export type SynthesizedPool = Readonly<Record<string, unknown>>;

/** Node service account of the cluster. Its name is hashed, because its email address may be a reference. */
export interface ServiceAccountNames {
  readonly email: string;
  readonly name: string;
}

/** Arguments of `node_config` that google 6.50 updates in place. All others are ForceNew. */
const UPDATED_IN_PLACE = new Set([
  'boot_disk',
  'confidential_nodes',
  'containerd_config',
  'disk_size_gb',
  'disk_type',
  'fast_socket',
  'gcfs_config',
  'gvnic',
  'image_type',
  'kubelet_config',
  'labels',
  'linux_node_config',
  'logging_variant',
  'machine_type',
  'resource_labels',
  'resource_manager_tags',
  'storage_pools',
  'tags',
  'taint',
  'windows_node_config',
  'workload_metadata_config',
]);

/** ForceNew arguments of `network_config`. */
const FORCE_NEW_NETWORK = [
  'additional_node_network_configs',
  'additional_pod_network_configs',
  'create_pod_range',
  'pod_cidr_overprovision_config',
  'pod_ipv4_cidr_block',
  'pod_range',
];

/** Names of arguments in version 1 of the hash, where they differ from those of Terraform. */
const FIRST_NAMES: Readonly<Record<string, string>> = {
  boot_disk_kms_key: 'bootDiskKmsKey',
  min_cpu_platform: 'minCpuPlatform',
  oauth_scopes: 'oauthScopes',
  service_account: 'serviceAccount',
};

/**
 * Creates the name of a pool: its base name, and a suffix that changes exactly when the provider would replace the pool.
 *
 * The new pool is created before the old one is destroyed, so it needs another name. A pool that is updated in place must keep
 * its name, because the name is ForceNew too.
 */
export function createNodePoolName(baseName: string, pool: SynthesizedPool, ownAccount: ServiceAccountNames): string {
  const { serviceAccount, ...others } = selectForceNew(pool);
  const hashed = { ...others, serviceAccount: serviceAccount === ownAccount.email ? ownAccount.name : serviceAccount };
  const suffix = stableHash(`${ALGORITHM}:${canonicalize(hashed)}`);
  return `${shorten(baseName, NAME_LENGTH - suffix.length - 1)}-${suffix}`;
}

/** Selects the ForceNew arguments of google 6.50. Absent ones are not hashed, so that new arguments rename no pool. */
function selectForceNew(pool: SynthesizedPool): Readonly<Record<string, unknown>> {
  const network = block(pool.network_config);
  const {
    shielded_instance_config: shielded,
    ephemeral_storage_local_ssd_config: localSsd,
    ...config
  } = Object.fromEntries(Object.entries(block(pool.node_config)).filter(([name]) => !UPDATED_IN_PLACE.has(name)));
  const { enable_secure_boot: secureBoot, enable_integrity_monitoring: integrityMonitoring, ...moreShielded } = block(shielded);
  const { local_ssd_count: localSsdCount, ...moreLocalSsd } = block(localSsd);

  return {
    maxPodsPerNode: pool.max_pods_per_node,
    placement_policy: used(pool.placement_policy),
    queued_provisioning: used(pool.queued_provisioning),
    ...Object.fromEntries(FORCE_NEW_NETWORK.map((name) => [name, used(network[name])])),
    ...Object.fromEntries(Object.entries(config).map(([name, value]) => [FIRST_NAMES[name] ?? name, used(value)])),
    secureBoot: secureBoot ?? false,
    integrityMonitoring: integrityMonitoring ?? true,
    shielded_instance_config: used(moreShielded),
    localSsdCount: used(localSsdCount),
    ephemeral_storage_local_ssd_config: used(moreLocalSsd),
  };
}

/** Arguments of a nested block. */
function block(value: unknown): Readonly<Record<string, unknown>> {
  const one = single(value);
  return typeof one === 'object' && one !== null && !Array.isArray(one) ? { ...one } : {};
}

/** Returns the argument, or undefined when it is absent, empty or zero. */
function used(value: unknown): unknown {
  const one = single(value);
  if (one === null || one === false || one === 0 || one === '') return undefined;
  return typeof one === 'object' && Object.values(one).every((member) => used(member) === undefined) ? undefined : one;
}

/** Unwraps a block that is written as a list of one. */
function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'object' ? value[0] : (value ?? undefined);
}

/** Renders JSON with sorted keys and without absent ones, so that equal arguments have equal text. */
function canonicalize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalize(member)}`)
    .join(',')}}`;
}
