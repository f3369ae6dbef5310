/**
 * Schema versions of resource types in the real providers, without those of version 0. States carry them, and a provider refuses a state of a
 * newer version and converts one of an older version.
 *
 * Source: `terraform providers schema -json` with hashicorp/google 6.50.0, hashicorp/kubernetes 2.38.0 and hashicorp/helm 3.1.1. The command
 * `npm run test:providers` compares them with the plugins.
 */
const SCHEMA_VERSIONS: Readonly<Record<string, number>> = {
  google_beyondcorp_app_gateway: 1,
  google_bigquery_job: 1,
  google_bigtable_instance: 1,
  google_billing_budget: 1,
  google_certificate_manager_certificate: 1,
  google_certificate_manager_certificate_issuance_config: 1,
  google_certificate_manager_dns_authorization: 1,
  google_cloud_run_domain_mapping: 1,
  google_cloud_run_service: 2,
  google_cloudbuild_trigger: 2,
  google_compute_backend_service: 1,
  google_compute_firewall: 1,
  google_compute_ha_vpn_gateway: 1,
  google_compute_instance: 6,
  google_compute_instance_group: 2,
  google_compute_instance_template: 1,
  google_compute_region_backend_service: 1,
  google_compute_region_instance_template: 1,
  google_container_cluster: 2,
  google_container_node_pool: 1,
  google_dataflow_job: 1,
  google_dataproc_cluster: 1,
  google_dataproc_workflow_template: 1,
  google_datastream_private_connection: 1,
  google_endpoints_service: 1,
  google_filestore_instance: 1,
  google_gke_hub_membership: 1,
  google_kms_crypto_key: 1,
  google_ml_engine_model: 1,
  google_monitoring_monitored_project: 1,
  google_network_services_grpc_route: 1,
  google_network_services_mesh: 1,
  google_network_services_service_binding: 1,
  google_notebooks_instance: 1,
  google_project: 1,
  google_sql_ssl_cert: 1,
  google_sql_user: 1,
  google_storage_bucket: 3,
  google_workflows_workflow: 1,
  helm_release: 2,
  kubernetes_cron_job: 1,
  kubernetes_daemon_set_v1: 1,
  kubernetes_daemonset: 1,
  kubernetes_deployment: 1,
  kubernetes_deployment_v1: 1,
  kubernetes_ingress: 1,
  kubernetes_job: 1,
  kubernetes_job_v1: 1,
  kubernetes_manifest: 1,
  kubernetes_pod: 1,
  kubernetes_pod_v1: 1,
  kubernetes_replication_controller: 1,
  kubernetes_replication_controller_v1: 1,
  kubernetes_service: 1,
  kubernetes_service_v1: 1,
  kubernetes_stateful_set: 1,
  kubernetes_stateful_set_v1: 1,
};

/** Finds the schema version of a resource type in its real provider. */
export function findSchemaVersion(type: string): number {
  return SCHEMA_VERSIONS[type] ?? 0;
}
