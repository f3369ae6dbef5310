/**
 * Types that Terraform recreates from the configuration without a loss: rules, bindings, names, and workloads whose data is in
 * resources of other types. The guard warns of types that are neither here nor in `STATEFUL_TYPES`.
 */
const STATELESS: readonly RegExp[] = [
  /^google_.+_iam_(member|binding|policy|audit_config)$/,
  matchNames('google_', [
    'project_service',
    'project_service_identity',
    '(project|organization)_iam_custom_role',
    '(project|folder|organization)_organization_policy',
    'org_policy_policy',
    'service_account',
    'compute_firewall',
    'compute_(region_)?(network_)?firewall_policy(_rule|_association|_with_rules)?',
    'compute_(region_)?security_policy(_rule)?',
    'compute_route',
    'compute_router(_nat|_peer|_interface)?',
    'compute_network_peering(_routes_config)?',
    'compute_shared_vpc_(host|service)_project',
    'compute_(ha_)?vpn_gateway',
    'compute_external_vpn_gateway',
    'compute_vpn_tunnel',
    'compute_(global_)?forwarding_rule',
    'compute_(region_)?(target_\\w+_proxy|url_map|backend_service|health_check|autoscaler|instance_template)',
    'compute_https?_health_check',
    'compute_target_(instance|pool)',
    'compute_service_attachment',
    'compute_instance_group(_membership)?',
    'compute_(global_|region_)?network_endpoint(_group|s)?',
    'compute_managed_ssl_certificate',
    'compute_(region_)?ssl_policy',
    'compute_project_metadata(_item)?',
    'compute_(region_)?disk_resource_policy_attachment',
    'compute_attached_disk',
    'service_networking_connection',
    'vpc_access_connector',
    'dns_(record_set|policy|response_policy|response_policy_rule)',
    'monitoring_(alert_policy|notification_channel|dashboard|uptime_check_config|group|service|custom_service|slo)',
    'logging_(metric|(project|folder|organization|billing_account)_(sink|exclusion))',
    'billing_budget',
    'gke_backup_restore_plan',
    'gke_hub_(membership|feature|feature_membership)',
    'cloud_scheduler_job',
    'storage_notification',
    'storage_(bucket|object|default_object)_(acl|access_control)',
    // Google keeps a key ring for ever: Terraform only forgets it.
    'kms_key_ring',
  ]),
  matchNames('kubernetes_', [
    '(cluster_)?role(_binding)?',
    '(default_)?service_account',
    'service',
    'endpoints?(_slice)?',
    'ingress(_class)?',
    'gateway',
    'gateway_class',
    '(http|grpc)_route',
    'reference_grant',
    'network_policy',
    'resource_quota',
    'limit_range',
    'priority_class',
    'runtime_class',
    'storage_class',
    'csi_driver',
    'config_map(_data)?',
    'labels',
    'annotations',
    'env',
    'node_taint',
    'deployment',
    'daemon_?set',
    'replica_set',
    'replication_controller',
    'pod',
    'job',
    'cron_job',
    'horizontal_pod_autoscaler',
    'pod_disruption_budget',
    'api_service',
    '(mutating|validating)_(webhook_configuration|admission_policy|admission_policy_binding)',
  ]),
  /^(terraform_data|null_resource|time_(sleep|static|offset|rotating)|random_(id|pet|integer|shuffle|string|uuid))$/,
];

/** Types whose deletion has its own rule, which reports their contents. */
const HAVE_OWN_RULE = /^(google_container_node_pool|helm_release|kubernetes_namespace(_v1)?|kubernetes_custom_resource_definition(_v1)?)$/;

/** Tests that a type holds no data, or has its own rule. */
export function isKnownStateless(type: string): boolean {
  return HAVE_OWN_RULE.test(type) || STATELESS.some((pattern) => pattern.test(type));
}

/** Creates a pattern of type names. Kubernetes types may end with the version of their API. */
function matchNames(prefix: string, alternatives: readonly string[]): RegExp {
  return new RegExp(`^${prefix}(${alternatives.join('|')})(_v\\d+((alpha|beta)\\d+)?)?$`);
}
