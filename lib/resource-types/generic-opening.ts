import type { Opening } from './opening';

/** Opening of the types whose name matches, at any depth, for types without facts of their own. */
export interface GenericOpening extends Opening {
  /**
   * Pattern of the types.
   *
   * @default - all types
   */
  readonly types?: RegExp;
}

const on = (names: readonly string[], value: boolean, words: string, more: Partial<Opening> = {}): readonly GenericOpening[] =>
  names.map((name) => ({ path: ['**', name], open: { oneOf: [value] }, words, ...more }));

/** Arguments that mean the same in all types that have them. */
const OF_ALL_TYPES: readonly GenericOpening[] = [
  ...on(
    ['publicly_accessible', 'enable_public_ip', 'public_ip_enabled', 'assign_public_ip', 'enable_external_ips'],
    true,
    'it gets a public address',
  ),
  ...on(['associate_public_ip_address', 'map_public_ip_on_launch'], true, 'it gets a public address', { severity: 'warn' }),
  ...on(
    ['public_network_access_enabled', 'public_endpoint_enabled', 'endpoint_public_access'],
    true,
    'it accepts callers from the internet',
    {
      whenNew: 'warn',
    },
  ),
  { path: ['**', 'public_network_access'], open: { oneOf: ['Enabled'] }, words: 'it accepts callers from the internet', whenNew: 'warn' },
  ...on(
    ['no_public_ip', 'disable_public_ip', 'internal_ip_only', 'no_external_ip', 'private_instance', 'private_cluster_enabled'],
    false,
    'it gets a public address',
    { whenNew: 'none' },
  ),
  ...on(['enable_private_endpoint', 'enable_private_environment', 'enable_private_nodes'], false, 'it gets public addresses', {
    whenNew: 'none',
  }),
];

/** Arguments of some types. */
const OF_SOME_TYPES: readonly GenericOpening[] = [
  ...['service_account', 'service_account_email'].map(
    (name): GenericOpening => ({
      types: /^google_(cloud|app|composer|workflows|notebooks|workbench|dataproc|dataflow|vertex)/,
      path: ['**', name],
      open: { changed: true },
      words: 'it gets another service account',
      severity: 'warn',
      whenNew: 'none',
    }),
  ),
  {
    types: /^kubernetes_service_account(_v1)?$/,
    path: ['metadata', 'annotations', 'iam.gke.io/gcp-service-account'],
    open: { changed: true },
    words: 'its pods get another service account of Google Cloud',
    severity: 'warn',
    whenNew: 'none',
  },
  {
    types: /^google_dns_managed_zone$/,
    path: ['visibility'],
    open: { oneOf: ['public'] },
    words: 'the names of the zone become public',
    whenNew: 'none',
  },
  {
    types: /^google_compute_project_metadata_item$/,
    path: ['key'],
    open: { oneOf: ['ssh-keys', 'sshKeys'] },
    words: 'SSH keys are accepted by all VM instances of the project',
    severity: 'warn',
  },
  {
    types: /^google_iap_tunnel_dest_group$/,
    path: ['cidrs'],
    open: { ranges: true, unset: 'none' },
    words: 'the tunnel leads to more addresses',
    severity: 'warn',
  },
  {
    types: /^azurerm_network_interface$/,
    path: ['**', 'public_ip_address_id'],
    open: { set: true },
    words: 'the network interface gets a public address',
  },
  ...['anonymous_pull_enabled', 'allow_blob_public_access'].map(
    (name): GenericOpening => ({
      types: /^azurerm_/,
      path: [name],
      open: { oneOf: [true] },
      words: 'it accepts anonymous callers',
      whenNew: 'warn',
    }),
  ),
  {
    types: /^digitalocean_firewall$/,
    path: ['inbound_rule', 'source_addresses'],
    open: { ranges: true, unset: 'none' },
    words: 'traffic is allowed',
  },
  { types: /^hcloud_firewall$/, path: ['rule', 'source_ips'], open: { ranges: true, unset: 'none' }, words: 'traffic is allowed' },
  {
    types: /^openstack_networking_secgroup_rule_v2$/,
    path: ['remote_ip_prefix'],
    open: { ranges: true, unset: 'none' },
    words: 'traffic is allowed',
    severity: 'warn',
  },
  {
    types: /^google_compute_instance_from_(template|machine_image)$/,
    path: ['network_interface', 'access_config'],
    open: { set: true },
    words: 'the VM instance gets a public address (access_config)',
  },
  ...['special_group', 'iam_member'].map(
    (name): GenericOpening => ({
      types: /^google_bigquery_dataset_access$/,
      path: [name],
      open: { members: true },
      words: 'the dataset may be read',
    }),
  ),
  {
    types: /^google_bigquery_dataset_access$/,
    path: ['domain'],
    open: { set: true },
    words: 'a whole domain may use the dataset',
    severity: 'warn',
  },
  {
    types: /^google_cloud_run_v2_service$/,
    path: ['ingress'],
    open: { oneOf: ['INGRESS_TRAFFIC_ALL'] },
    words: 'the service accepts requests from the internet',
    whenNew: 'none',
  },
  {
    types: /^google_cloud_run_v2_service$/,
    path: ['invoker_iam_disabled'],
    open: { oneOf: [true] },
    words: 'the service accepts requests without authentication',
  },
  {
    types: /^google_cloud_run_v2_service$/,
    path: ['iap_enabled'],
    open: { oneOf: [false] },
    words: 'the service is no longer behind Identity-Aware Proxy',
    whenNew: 'none',
  },
  {
    types: /^google_cloud_run_v2_service$/,
    path: ['default_uri_disabled'],
    open: { oneOf: [false] },
    words: 'the service gets its default address',
    severity: 'warn',
    whenNew: 'none',
  },
  {
    types: /^google_cloud_run_service$/,
    path: ['metadata', 'annotations', 'run.googleapis.com/ingress'],
    open: { oneOf: ['all'], isDefault: true },
    words: 'the service accepts requests from the internet',
    whenNew: 'none',
  },
  {
    types: /^google_cloudfunctions2?_function$/,
    path: ['**', 'ingress_settings'],
    open: { oneOf: ['ALLOW_ALL'] },
    words: 'the function accepts requests from the internet',
    whenNew: 'none',
  },
  {
    types: /^google_cloudfunctions_function$/,
    path: ['https_trigger_security_level'],
    open: { oneOf: ['SECURE_OPTIONAL'] },
    words: 'the function accepts requests without TLS',
    severity: 'warn',
    whenNew: 'none',
  },
  {
    types: /^google_app_engine_firewall_rule$/,
    path: ['source_range'],
    open: { ranges: true, unset: 'none' },
    words: 'a rule of App Engine changes',
    severity: 'warn',
  },
  {
    types: /^google_app_engine_/,
    path: ['**', 'ingress_traffic_allowed'],
    open: { oneOf: ['INGRESS_TRAFFIC_ALLOWED_ALL'] },
    words: 'the service accepts requests from the internet',
    whenNew: 'none',
  },
  {
    types: /^google_app_engine_application$/,
    path: ['iap', 'enabled'],
    open: { oneOf: [false] },
    words: 'the application is no longer behind Identity-Aware Proxy',
    whenNew: 'none',
  },
  {
    types: /^google_composer_environment$/,
    path: ['config', 'web_server_network_access_control', 'allowed_ip_range', 'value'],
    open: { ranges: true, unset: 'all' },
    words: 'the web server of Airflow accepts requests',
    whenNew: 'none',
  },
  {
    types: /^google_dataproc_cluster$/,
    path: ['cluster_config', 'endpoint_config', 'enable_http_port_access'],
    open: { oneOf: [true] },
    words: 'the web interfaces of the cluster are published',
    severity: 'warn',
  },
  {
    types: /^google_(netapp_volume)$/,
    path: ['export_policy', 'rules', 'allowed_clients'],
    open: { ranges: true, unset: 'none' },
    words: 'the volume can be mounted',
  },
  {
    types: /^google_compute_network_attachment$/,
    path: ['connection_preference'],
    open: { oneOf: ['ACCEPT_AUTOMATIC'] },
    words: 'every project may connect to the network',
  },
  {
    types: /^google_dns_policy$/,
    path: ['enable_inbound_forwarding'],
    open: { oneOf: [true] },
    words: 'the names of the network are resolved for other networks',
    severity: 'warn',
  },
  {
    types: /^google_binary_authorization_policy$/,
    path: ['**', 'evaluation_mode'],
    open: { oneOf: ['ALWAYS_ALLOW'] },
    words: 'images of any origin may run',
    whenNew: 'warn',
  },
  {
    types: /^google_binary_authorization_policy$/,
    path: ['**', 'enforcement_mode'],
    open: { oneOf: ['DRYRUN_AUDIT_LOG_ONLY'] },
    words: 'images of any origin may run, and are only logged',
    whenNew: 'warn',
  },
  {
    types: /^google_identity_platform_config$/,
    path: ['sign_in', 'anonymous', 'enabled'],
    open: { oneOf: [true] },
    words: 'anonymous users can sign in',
  },
  {
    types: /^google_apikeys_key$/,
    path: ['restrictions'],
    open: { unset: true },
    words: 'the key may be used for every API, from everywhere',
  },
  {
    types: /^google_compute_project_metadata$/,
    path: ['metadata', 'ssh-keys'],
    open: { set: true },
    words: 'SSH keys are accepted by all VM instances of the project',
    severity: 'warn',
  },
  {
    types: /^(github|gitlab)_(repository|project)$/,
    path: ['visibility'],
    open: { oneOf: ['public'] },
    words: 'the repository becomes public',
    whenNew: 'warn',
  },
  {
    types: /^(github|gitlab)_(repository|project)$/,
    path: ['visibility_level'],
    open: { oneOf: ['public'] },
    words: 'the repository becomes public',
    whenNew: 'warn',
  },
  {
    types: /^mongodbatlas_(project_ip_access_list|project_ip_whitelist)$/,
    path: ['cidr_block'],
    open: { ranges: true, unset: 'none' },
    words: 'the databases of the project accept connections',
  },
  {
    types: /^aws_(default_)?security_group$/,
    path: ['ingress', 'cidr_blocks'],
    open: { ranges: true, unset: 'none' },
    words: 'traffic is allowed',
  },
  {
    types: /^aws_(default_)?security_group$/,
    path: ['ingress', 'ipv6_cidr_blocks'],
    open: { ranges: true, unset: 'none' },
    words: 'traffic is allowed',
  },
  {
    types: /^aws_vpc_security_group_ingress_rule$/,
    path: ['cidr_ipv4'],
    open: { ranges: true, unset: 'none' },
    words: 'traffic is allowed',
  },
  {
    types: /^aws_vpc_security_group_ingress_rule$/,
    path: ['cidr_ipv6'],
    open: { ranges: true, unset: 'none' },
    words: 'traffic is allowed',
  },
  {
    types: /^aws_s3_bucket(_acl)?$/,
    path: ['acl'],
    open: { oneOf: ['public-read', 'public-read-write', 'authenticated-read'] },
    words: 'the bucket becomes public',
  },
  {
    types: /^aws_eks_cluster$/,
    path: ['vpc_config', 'public_access_cidrs'],
    open: { ranges: true, unset: 'none' },
    words: 'the API server accepts calls',
    whenNew: 'warn',
  },
  { types: /^aws_a?lb$/, path: ['internal'], open: { oneOf: [false] }, words: 'the load balancer gets a public address' },
  {
    types: /^aws_lambda_function_url$/,
    path: ['authorization_type'],
    open: { oneOf: ['NONE'] },
    words: 'the function accepts requests without authentication',
  },
  {
    types: /^azurerm_storage_account$/,
    path: ['allow_nested_items_to_be_public'],
    open: { oneOf: [true] },
    words: 'containers of the account may become public',
    whenNew: 'none',
  },
  {
    types: /^azurerm_storage_container$/,
    path: ['container_access_type'],
    open: { oneOf: ['blob', 'container'] },
    words: 'the container becomes public',
  },
  {
    types: /^azurerm_/,
    path: ['**', 'default_action'],
    open: { oneOf: ['Allow'] },
    words: 'it accepts callers from all networks',
    whenNew: 'none',
  },
  {
    types: /^azurerm_kubernetes_cluster$/,
    path: ['**', 'authorized_ip_ranges'],
    open: { ranges: true, unset: 'all' },
    words: 'the API server accepts calls',
    whenNew: 'none',
  },
];

const ALL: readonly GenericOpening[] = [...OF_ALL_TYPES, ...OF_SOME_TYPES];

const BY_TYPE = new Map<string, readonly Opening[]>();

/** Openings of types without facts about what they expose. */
export function findGenericOpenings(type: string): readonly Opening[] {
  const known = BY_TYPE.get(type) ?? ALL.filter(({ types }) => types === undefined || types.test(type));
  BY_TYPE.set(type, known);
  return known;
}

/** Names of the arguments that are read at any depth. */
export const ANY_DEPTH_ARGUMENTS: ReadonlySet<string> = new Set(ALL.flatMap(({ path }) => (path[0] === '**' ? path.slice(1) : [])));
