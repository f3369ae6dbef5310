import { readFileSync } from 'node:fs';
import path from 'node:path';
import { argumentRoles, RELEASE_ARGUMENTS } from '../../lib/artifact/checked-arguments';
import { PLANNABLE_DATA_SOURCES, PLANNABLE_TYPES, SECRET_TYPES } from '../../lib/artifact/plannable-types';
import { Bindings, readProviderVersion } from '../../lib/sandbox/bindings';
import type { BlockSchema } from '../../lib/sandbox/schema';

/** Words in the names of arguments that name a file, a host, a program, a credential or a project. */
const SUSPICIOUS = new RegExp(
  `(^|_)(${[
    ...['file', 'files', 'filename', 'path', 'paths', 'dir', 'directory', 'source', 'bundle', 'host', 'hosts', 'hostname', 'url', 'urls'],
    ...[
      'uri',
      'uris',
      'endpoint',
      'endpoints',
      'command',
      'exec',
      'script',
      'program',
      'binary',
      'project',
      'projects',
      'repository',
      'chart',
    ],
    ...['keyring', 'postrender', 'credentials', 'verify', 'server', 'servers'],
  ].join('|')})(_|$)`,
);

/** Reviewed arguments that name something for Google Cloud or for the cluster, which planning does not use, by name. */
const REMOTE: Readonly<Record<string, readonly string[]>> = {
  google: [
    ...['active_directory_config', 'allow_credentials', 'allowed_consumer_projects', 'apt_repository', 'bgp_best_path_selection_mode'],
    ...['binary_authorization', 'binary_log_enabled', 'common_repository', 'consumer_service_project_id', 'container_log_max_files'],
    ...[
      'alternative_name_server_config',
      'bootstrap_server',
      'sql_server_audit_config',
      'target_name_servers',
      'verify_server_certificate',
    ],
    ...['control_plane_endpoints_config', 'custom_repository'],
    ...['default_storage_location_uri', 'default_url_redirect', 'dns_endpoint_config', 'docker_repository', 'dump_file_path'],
    ...['enable_endpoint_independent_mapping', 'enable_private_endpoint', 'enable_private_path_for_google_cloud_services'],
    // Compared with the base branch when a provider block refers to it, see `BaseComparison`.
    'endpoint',
    ...[
      'endpoint_types',
      'expected_output_url',
      'external_endpoints',
      'external_source',
      'field_path',
      'file_format',
      'file_set_spec_type',
    ],
    ...['file_shares', 'file_type', 'filename_datetime_format', 'filename_prefix', 'filename_suffix', 'forwarding_path', 'from_path'],
    ...['full_path_match', 'host', 'host_maintenance_policy', 'host_redirect', 'host_rewrite', 'host_rule', 'hostname', 'hosts'],
    ...['include_host', 'ingestion_data_source_settings', 'ip_endpoints_config', 'ipv6_endpoint_type', 'issuer_uri', 'json_path'],
    ...['json_path_matcher', 'location_uri', 'maven_repository', 'max_connections_per_endpoint', 'max_rate_per_endpoint'],
    ...['metadata_startup_script', 'network_attachment_uri', 'network_endpoint', 'network_endpoint_type', 'network_url', 'npm_repository'],
    ...['on_host_maintenance', 'on_source_disk_delete', 'path', 'path_matcher', 'path_prefix_rewrite', 'path_redirect', 'path_rule'],
    ...['path_template_match', 'path_template_rewrite', 'paths', 'private_endpoint_enforcement_enabled', 'private_endpoint_subnetwork'],
    ...['project_id_or_num', 'project_map', 'psa_write_endpoint', 'public_network_source', 'public_repository', 'push_endpoint'],
    ...['python_repository', 'reference_file_schema_uri', 'remote_repository_config', 'repository', 'repository_base', 'repository_id'],
    ...['repository_path', 'request_path', 'request_uri', 'secret_uri', 'server_ca_mode', 'server_ca_pool', 'server_tls_policy'],
    ...['service_directory_region', 'service_directory_registrations', 'signed_url_cache_max_age_sec', 'source_backup'],
    ...['source_dataset_id', 'source_disk', 'source_disk_encryption_key', 'source_file_share', 'source_format', 'source_image'],
    ...['source_image_encryption_key', 'source_instance', 'source_instance_name', 'source_instance_template', 'source_instant_snapshot'],
    ...['source_ip_ranges', 'source_ip_ranges_to_nat', 'source_md5hash', 'source_nat_active_ips', 'source_nat_active_ranges'],
    ...['source_nat_drain_ips', 'source_nat_drain_ranges', 'source_ranges', 'source_regions', 'source_service_accounts'],
    ...['source_snapshot', 'source_snapshot_encryption_key', 'source_storage_object', 'source_subnetwork_ip_ranges_to_nat'],
    ...['source_subnetwork_ip_ranges_to_nat64', 'source_table_id', 'source_tags', 'source_uri_prefix', 'source_uris', 'storage_uri'],
    ...['success_rate_minimum_hosts', 'upstream_credentials', 'uri', 'url', 'url_map', 'url_mask', 'url_redirect', 'url_rewrite'],
    ...['username_password_credentials', 'virtual_repository_config', 'yum_repository'],
  ],
  kubernetes: [
    ...['azure_file', 'binary_data', 'binary_data_wo', 'binary_data_wo_revision', 'command', 'data_disk_uri', 'device_path', 'directory'],
    ...['empty_dir', 'endpoint', 'endpoints_name', 'exec', 'field_path', 'host', 'host_aliases', 'host_ip', 'host_ipc', 'host_network'],
    ...['host_path', 'host_pid', 'host_port', 'host_process', 'hostname', 'hosts', 'keyring', 'load_balancer_source_ranges', 'mount_path'],
    ...['non_resource_urls', 'path', 'path_type', 'persistent_volume_source', 'repository', 'secret_file', 'server', 'sub_path'],
    ...['sub_path_expr', 'termination_message_path', 'volume_path', 'working_dir'],
  ],
  // See `ChartSources`.
  helm: ['chart', 'repository'],
};

/**
 * Reviewed arguments of these names, by path: disks, instances and URLs in Google Cloud, the text of a workflow, and projects that it grants
 * something to.
 */
const REMOTE_PATHS = [
  ...['google_cloud_scheduler_job.app_engine_http_target.relative_uri', 'google_workflows_workflow.source_contents'],
  ...['google_compute_image.raw_disk.source', 'google_compute_instance.attached_disk.source', 'google_compute_instance.boot_disk.source'],
  ...['google_compute_instance_template.disk.source', 'google_compute_region_instance_template.disk.source'],
  'google_compute_reservation.share_settings.project_map.project_id',
];

const bindings = new Bindings();
const typesOf = (provider: string): string[] => [...PLANNABLE_TYPES].filter((type) => type.startsWith(`${provider}_`));

/** Paths of the arguments in a block, at any depth. */
function argumentsIn({ attributes, blocks }: BlockSchema, prefix = ''): string[] {
  return [
    ...Object.entries(attributes).flatMap(([name, { required, optional, nested }]) => [
      ...(required || optional ? [`${prefix}${name}`] : []),
      ...(nested ? argumentsIn({ attributes: nested.attributes, blocks: {} }, `${prefix}${name}.`) : []),
    ]),
    ...Object.entries(blocks).flatMap(([name, { block }]) => [`${prefix}${name}`, ...argumentsIn(block, `${prefix}${name}.`)]),
  ];
}

describe.each(['google', 'kubernetes', 'helm'] as const)('plannable types of %s', (provider) => {
  const types = typesOf(provider);

  test('exist, at the reviewed version of the provider', () => {
    expect(types.filter((type) => bindings.resource(type) === undefined)).toEqual([]);
    const source = readFileSync(path.join(__dirname, '../../lib/artifact/plannable-types.ts'), 'utf8');
    expect(source).toContain(`${provider} ${readProviderVersion(provider)}`);
  });

  test('have a role or a review for every argument whose name speaks of a file, a host, a program or a project', () => {
    const unreviewed = types.flatMap((type) =>
      argumentsIn(bindings.resource(type)!)
        .filter((argument) => {
          const name = argument.split('.').at(-1)!;
          if (!SUSPICIOUS.test(name) || REMOTE_PATHS.includes(`${type}.${argument}`)) return false;
          const roles = argumentRoles(type);
          const isInRole = Object.keys(roles).some((role) => role === argument || argument.startsWith(`${role}.`));
          return !isInRole && !REMOTE[provider]!.includes(name);
        })
        .map((argument) => `${type}.${argument}`),
    );
    expect(unreviewed).toEqual([]);
  });

  test('have the arguments that a role names', () => {
    const unknown = types.flatMap((type) => {
      const data = PLANNABLE_DATA_SOURCES.has(type) ? bindings.data(type) : undefined;
      const known = [...argumentsIn(bindings.resource(type)!), ...(data === undefined ? [] : argumentsIn(data))];
      return Object.keys(argumentRoles(type))
        .filter((argument) => argument !== 'project' && !type.startsWith('google_bigquery_') && !known.includes(argument))
        .map((argument) => `${type}.${argument}`);
    });
    expect(unknown).toEqual([]);
  });
});

test('every argument of a Helm release is reviewed', () => {
  const known = argumentsIn(bindings.resource('helm_release')!).filter((argument) => !argument.includes('.'));
  const roles = argumentRoles('helm_release');
  expect(known.filter((argument) => !RELEASE_ARGUMENTS.has(argument) && roles[argument] === undefined)).toEqual([]);
});

test('types with a sensitive argument or attribute that a stranger could import are marked', () => {
  expect([...SECRET_TYPES].filter((type) => !PLANNABLE_TYPES.has(type))).toEqual([]);
});

test('plannable data sources exist, and have no sensitive attribute', () => {
  const found = [...PLANNABLE_DATA_SOURCES].map((type) => bindings.data(type));
  expect(found).not.toContain(undefined);
});

test('plannable data sources have a role for each argument that names a file, a host, a program, a project or a link', () => {
  const unreviewed = [...PLANNABLE_DATA_SOURCES].flatMap((type) =>
    argumentsIn(bindings.data(type)!)
      .filter((argument) => (SUSPICIOUS.test(argument) || /link/.test(argument)) && argumentRoles(type)[argument] === undefined)
      .map((argument) => `${type}.${argument}`),
  );
  expect(unreviewed).toEqual([]);
});

test.each(['google_apigee_api', 'google_apigee_sharedflow', 'google_apigee_keystores_aliases_pkcs12', 'google_service_account_key'])(
  '%s is not plannable',
  (type) => {
    expect(bindings.resource(type)).toBeDefined();
    expect(PLANNABLE_TYPES.has(type)).toBe(false);
  },
);

test.each(['kubernetes_manifest', 'kubernetes_token_request_v1', 'kubernetes_secret_v1_data', 'kubernetes_config_map_v1_data'])(
  '%s is not plannable',
  (type) => {
    expect(bindings.resource(type)).toBeDefined();
    expect(PLANNABLE_TYPES.has(type)).toBe(false);
  },
);
