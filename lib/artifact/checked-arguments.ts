/**
 * Role of an argument:
 *
 * - `asset`: a file that the provider reads, which must be an asset of the stack
 * - `project`: a project, which must be one of the base branch
 * - `link`: a resource in any project, in a form that only the provider understands, which must be as in the base branch
 * - `local`: a file, a program, a host or a credential that planning uses, which must be as in the base branch
 */
export type ArgumentRole = 'asset' | 'project' | 'link' | 'local';

/** Roles of arguments by their path below the body, without indexes, for types whose name begins with the key. */
const ROLES: readonly (readonly [types: RegExp, arguments: Readonly<Record<string, ArgumentRole>>])[] = [
  // Implicit argument of nearly every type and data source of Google Cloud.
  [/^google_/, { project: 'project' }],
  // data_source_google_project.go: the project that is read.
  [/^google_project$/, { project_id: 'project' }],
  // data_source_google_compute_subnetwork.go: the project and the name are read from any URL.
  [/^google_compute_subnetwork$/, { self_link: 'link' }],
  // resource_storage_bucket_object.go: os.Open(source), and its hash while planning.
  [/^google_storage_bucket_object$/, { source: 'asset' }],
  // resource_container_cluster.go, resource_compute_instance.go and its templates, resource_vpc_access_connector.go: host projects.
  [/^google_container_cluster$/, { 'fleet.project': 'project' }],
  [/^google_compute_(region_)?instance(_template)?$/, { 'network_interface.subnetwork_project': 'project' }],
  [/^google_vpc_access_connector$/, { 'subnet.project_id': 'project' }],
  // resource_dns_record_set.go: projects of load balancers.
  [
    /^google_dns_record_set$/,
    {
      'routing_policy.geo.health_checked_targets.internal_load_balancers.project': 'project',
      'routing_policy.primary_backup.backup_geo.health_checked_targets.internal_load_balancers.project': 'project',
      'routing_policy.primary_backup.primary.internal_load_balancers.project': 'project',
      'routing_policy.wrr.health_checked_targets.internal_load_balancers.project': 'project',
    },
  ],
  // resource_sql_database_instance.go: the project of the backup that a database is restored from.
  [/^google_sql_database_instance$/, { 'restore_backup_context.project': 'project' }],
  // resource_bigquery_table.go, resource_bigquery_dataset.go: projects of replicated and authorized tables.
  [
    /^google_bigquery_/,
    {
      'access.dataset.dataset.project_id': 'project',
      'access.routine.project_id': 'project',
      'access.view.project_id': 'project',
      'table_constraints.foreign_keys.referenced_table.project_id': 'project',
      'table_replication_info.source_project_id': 'project',
    },
  ],
  // resource_helm_release.go: programs, files, downloads while planning, and credentials for a chart repository. For `chart` and
  // `repository`, see `ChartSources`.
  [
    /^helm_release$/,
    {
      postrender: 'local',
      dependency_update: 'local',
      verify: 'local',
      repository_key_file: 'local',
      repository_cert_file: 'local',
      repository_ca_file: 'local',
      keyring: 'local',
      pass_credentials: 'local',
      repository_username: 'local',
      repository_password: 'local',
    },
  ],
];

/** Roles of the arguments of a type, by their path. */
export function argumentRoles(type: string): Readonly<Record<string, ArgumentRole>> {
  return Object.assign({}, ...ROLES.flatMap(([types, roles]) => (types.test(type) ? [roles] : []))) as Record<string, ArgumentRole>;
}

/** Projects of public images, which every identity can read. */
export const PUBLIC_IMAGE_PROJECTS: readonly string[] = [
  ...['centos-cloud', 'cos-cloud', 'debian-cloud', 'fedora-coreos-cloud', 'opensuse-cloud', 'rhel-cloud', 'rocky-linux-cloud'],
  ...['suse-cloud', 'ubuntu-os-cloud', 'ubuntu-os-pro-cloud', 'windows-cloud'],
];

/** Arguments of a Helm release that name no file, program, host or credential, and meta-arguments. Others are refused, or have a role. */
export const RELEASE_ARGUMENTS: ReadonlySet<string> = new Set([
  ...['//', 'count', 'depends_on', 'for_each', 'lifecycle', 'provider', 'dynamic'],
  ...['atomic', 'chart', 'cleanup_on_fail', 'create_namespace', 'description', 'devel', 'disable_crd_hooks', 'disable_openapi_validation'],
  ...['disable_webhooks', 'force_update', 'lint', 'max_history', 'name', 'namespace', 'recreate_pods', 'render_subchart_notes'],
  ...[
    'replace',
    'repository',
    'reset_values',
    'reuse_values',
    'set',
    'set_list',
    'set_sensitive',
    'set_wo',
    'set_wo_revision',
    'skip_crds',
  ],
  ...['take_ownership', 'timeout', 'timeouts', 'upgrade_install', 'values', 'version', 'wait', 'wait_for_jobs'],
]);
