import { shorten, stableHash } from '../core/physical-name';

/** Longest name of a node pool. */
const NAME_LENGTH = 40;

/** Raised when what is hashed, or how, changes: that renames every pool, and so is a breaking change. */
const ALGORITHM = 'v1';

/** A node pool as it is synthesized, overrides included; nested blocks are objects, or lists of one. */
export type SynthesizedPool = Readonly<Record<string, unknown>>;

/** The service account that the cluster has for its nodes: its address, which may be a reference, counts by its name. */
export interface ServiceAccountNames {
  readonly email: string;
  readonly name: string;
}

/** Arguments of `node_config` that google 6.50 updates in place; every other one replaces the pool. */
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

/** Arguments of `network_config` that replace the pool. */
const REPLACING_NETWORK = [
  'additional_node_network_configs',
  'additional_pod_network_configs',
  'create_pod_range',
  'pod_cidr_overprovision_config',
  'pod_ipv4_cidr_block',
  'pod_range',
];

/** Names under which version 1 hashes arguments, which their names in Terraform must not change. */
const FIRST_NAMES: Readonly<Record<string, string>> = {
  boot_disk_kms_key: 'bootDiskKmsKey',
  min_cpu_platform: 'minCpuPlatform',
  oauth_scopes: 'oauthScopes',
  service_account: 'serviceAccount',
};

/**
 * Name of a pool: its base, and a suffix that changes exactly when the provider would replace the pool.
 *
 * The new pool is there before the old one goes, so it needs another name; a pool that is updated in place must keep
 * its name, since a name is replaced too.
 */
export function nodePoolName(baseName: string, pool: SynthesizedPool, ownAccount: ServiceAccountNames): string {
  const { serviceAccount, ...others } = replacingArguments(pool);
  const replacing = { ...others, serviceAccount: serviceAccount === ownAccount.email ? ownAccount.name : serviceAccount };
  const suffix = stableHash(`${ALGORITHM}:${canonical(replacing)}`);
  return `${shorten(baseName, NAME_LENGTH - suffix.length - 1)}-${suffix}`;
}

/** Arguments that make google 6.50 replace a node pool. An absent one counts for nothing, so a new one renames no pool. */
function replacingArguments(pool: SynthesizedPool): Readonly<Record<string, unknown>> {
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
    ...Object.fromEntries(REPLACING_NETWORK.map((name) => [name, used(network[name])])),
    ...Object.fromEntries(Object.entries(config).map(([name, value]) => [FIRST_NAMES[name] ?? name, used(value)])),
    secureBoot: secureBoot ?? false,
    integrityMonitoring: integrityMonitoring ?? true,
    shielded_instance_config: used(moreShielded),
    localSsdCount: used(localSsdCount),
    ephemeral_storage_local_ssd_config: used(moreLocalSsd),
  };
}

/** The arguments of a nested block. */
function block(value: unknown): Readonly<Record<string, unknown>> {
  const one = single(value);
  return typeof one === 'object' && one !== null && !Array.isArray(one) ? { ...one } : {};
}

/** The argument, unless it is not used: absent, empty, or at its zero value. */
function used(value: unknown): unknown {
  const one = single(value);
  if (one === null || one === false || one === 0 || one === '') return undefined;
  return typeof one === 'object' && Object.values(one).every((member) => used(member) === undefined) ? undefined : one;
}

/** A block, which Terraform takes as a list of one just as well. */
function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'object' ? value[0] : (value ?? undefined);
}

/** JSON with keys in order and absent ones left out: the same text for the same arguments, however they were written. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .join(',')}}`;
}
