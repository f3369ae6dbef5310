/**
 * Resource types that may be planned with credentials, at the provider versions of the library: google 6.50.0, kubernetes 2.38.0, helm 3.1.1.
 *
 * Planning such a resource calls the API of Google Cloud or of the cluster with the identity of the job, and nothing else, except for the
 * arguments in `CHECKED_ARGUMENTS`. The source of the providers was searched for functions that open files, run programs or expand paths
 * (`os.Open`, `os.ReadFile`, `os.Stat`, `exec.Command`, `homedir.Expand`, `PathOrContents`): besides provider blocks, they are in the types
 * that are named at their lines below, in `google_apigee_api`, `google_apigee_sharedflow` and `google_apigee_keystores_aliases_pkcs12`
 * (`config_bundle`, `file`), and in data sources. Those are not in the list, and neither are types of whole organizations and folders, of
 * other clouds, and `kubernetes_manifest`, `kubernetes_secret_v1_data` and similar types, which read objects of any kind.
 */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  google_artifact_registry: ['repository', 'repository_iam_binding', 'repository_iam_member'],
  google_bigquery: ['dataset', 'dataset_iam_member', 'table'],
  google_certificate_manager: ['certificate_map', 'certificate_map_entry', 'dns_authorization'],
  google_cloud_scheduler: ['job'],
  google_compute: [
    ...['address', 'attached_disk', 'autoscaler', 'backend_bucket', 'backend_service', 'disk', 'disk_resource_policy_attachment'],
    ...['firewall', 'forwarding_rule', 'global_address', 'global_forwarding_rule', 'health_check', 'image', 'instance', 'instance_group'],
    ...['instance_group_manager', 'instance_template', 'managed_ssl_certificate', 'network', 'network_endpoint_group'],
    ...['network_firewall_policy', 'network_firewall_policy_association', 'network_firewall_policy_rule', 'network_peering'],
    ...['region_autoscaler', 'region_backend_service', 'region_disk', 'region_disk_resource_policy_attachment', 'region_health_check'],
    ...['region_instance_group_manager', 'region_instance_template', 'region_network_endpoint_group', 'region_security_policy'],
    ...['region_ssl_policy', 'region_target_http_proxy', 'region_target_https_proxy', 'region_url_map', 'reservation'],
    ...['resource_policy', 'resource_policy_attachment', 'route', 'router', 'router_interface', 'router_nat', 'router_peer'],
    ...['security_policy', 'security_policy_rule', 'service_attachment', 'snapshot', 'ssl_policy', 'subnetwork', 'subnetwork_iam_binding'],
    ...['subnetwork_iam_member', 'target_http_proxy', 'target_https_proxy', 'target_tcp_proxy', 'url_map'],
  ],
  google_container: ['cluster', 'node_pool'],
  google_dns: ['managed_zone', 'policy', 'record_set', 'response_policy', 'response_policy_rule'],
  google_filestore: ['backup', 'instance'],
  google_gke_backup: ['backup_plan', 'restore_plan'],
  google_iam: ['workload_identity_pool', 'workload_identity_pool_provider'],
  google_kms: ['crypto_key', 'crypto_key_iam_binding', 'crypto_key_iam_member', 'key_ring', 'key_ring_iam_member'],
  google_logging: ['log_view', 'metric', 'project_bucket_config', 'project_exclusion', 'project_sink'],
  google_monitoring: [
    ...['alert_policy', 'custom_service', 'dashboard', 'group', 'metric_descriptor', 'notification_channel', 'service', 'slo'],
    ...['uptime_check_config'],
  ],
  google_project: ['iam_audit_config', 'iam_binding', 'iam_custom_role', 'iam_member', 'service'],
  google_pubsub: ['schema', 'subscription', 'subscription_iam_member', 'topic', 'topic_iam_binding', 'topic_iam_member'],
  google_redis: ['instance'],
  google_secret_manager: ['secret', 'secret_iam_binding', 'secret_iam_member', 'secret_version'],
  google_service: ['account', 'account_iam_binding', 'account_iam_member', 'networking_connection'],
  google_sql: ['database', 'database_instance', 'user'],
  google_storage: ['bucket', 'bucket_iam_binding', 'bucket_iam_member', 'bucket_object'],
  google_vpc_access: ['connector'],
  google_workflows: ['workflow'],
  helm: ['release'],
  kubernetes: [
    ...['cluster_role', 'cluster_role_binding', 'cluster_role_binding_v1', 'cluster_role_v1', 'config_map', 'config_map_v1', 'cron_job'],
    ...['cron_job_v1', 'daemon_set_v1', 'daemonset', 'deployment', 'deployment_v1', 'endpoint_slice_v1', 'endpoints', 'endpoints_v1'],
    ...['horizontal_pod_autoscaler', 'horizontal_pod_autoscaler_v1', 'horizontal_pod_autoscaler_v2', 'ingress', 'ingress_class'],
    ...['ingress_class_v1', 'ingress_v1', 'job', 'job_v1', 'limit_range', 'limit_range_v1', 'namespace', 'namespace_v1', 'network_policy'],
    ...['network_policy_v1', 'persistent_volume', 'persistent_volume_claim', 'persistent_volume_claim_v1', 'persistent_volume_v1', 'pod'],
    ...['pod_disruption_budget', 'pod_disruption_budget_v1', 'pod_v1', 'priority_class', 'priority_class_v1', 'replication_controller'],
    ...['replication_controller_v1', 'resource_quota', 'resource_quota_v1', 'role', 'role_binding', 'role_binding_v1', 'role_v1'],
    ...['runtime_class_v1', 'secret', 'secret_v1', 'service', 'service_account', 'service_account_v1', 'service_v1', 'stateful_set'],
    ...['stateful_set_v1', 'storage_class', 'storage_class_v1'],
  ],
  terraform: ['data'],
};

/** Types that may be planned. */
export const PLANNABLE_TYPES: ReadonlySet<string> = new Set(
  Object.entries(TYPES).flatMap(([prefix, names]) => names.map((name) => `${prefix}_${name}`)),
);

/** Plannable types whose import would show a secret: what the API returns, metadata of VMs, and values of Helm releases. */
export const SECRET_TYPES: ReadonlySet<string> = new Set([
  'google_compute_instance',
  'google_compute_instance_template',
  'google_compute_region_instance_template',
  'google_container_cluster',
  'google_monitoring_notification_channel',
  'google_monitoring_uptime_check_config',
  'google_redis_instance',
  'google_secret_manager_secret_version',
  'google_sql_database_instance',
  'google_sql_user',
  'helm_release',
  'kubernetes_secret',
  'kubernetes_secret_v1',
]);

/**
 * Data sources without secrets and without side effects. Those of the base branch are allowed too.
 *
 * Others read tokens (`google_client_config`, `google_service_account_access_token`), secrets, states, objects of any kind, or any host
 * (`http`), or run programs (`external`).
 */
export const PLANNABLE_DATA_SOURCES: ReadonlySet<string> = new Set([
  'google_compute_image',
  'google_compute_network',
  'google_compute_regions',
  'google_compute_subnetwork',
  'google_compute_zones',
  'google_container_engine_versions',
  'google_dns_managed_zone',
  'google_netblock_ip_ranges',
  'google_project',
]);
