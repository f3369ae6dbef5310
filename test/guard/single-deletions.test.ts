import { readdirSync } from 'node:fs';
import path from 'node:path';
import { guard } from '../../lib/guard';
import { findResourceType } from '../../lib/resource-types';
import { deleted, plan } from './hand-made';

/** Severest verdict on the deletion of one resource; undefined when there is none. */
function deletionOf(type: string, values: Readonly<Record<string, unknown>> = {}): string | undefined {
  const { isRefused, verdicts } = guard(plan([deleted(`${type}.A`, values)]));
  return isRefused ? 'refuse' : verdicts[0]?.severity;
}

/** Types of a frozen binding. */
function typesOf(provider: string): string[] {
  const folder = path.join(__dirname, `../../node_modules/@cdktf/provider-${provider}/lib`);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(data-.*|provider)$/.test(entry.name))
    .map(({ name }) => `${provider}_${name.replace(/-/g, '_')}`);
}

const BOUND = ['google', 'kubernetes', 'helm'].flatMap(typesOf);

test('every type of the bindings is known, apart from manifests', () => {
  expect(BOUND.length).toBeGreaterThan(1000);
  expect(BOUND.filter((type) => findResourceType(type) === undefined)).toEqual(['kubernetes_manifest']);
});

test('no deletion of a type of the bindings is silent, apart from the harmless ones, which have a reason', () => {
  const silent = BOUND.filter((type) => deletionOf(type) === undefined);
  const harmless = BOUND.filter((type) => {
    const deletion = findResourceType(type)?.deletion;
    return typeof deletion === 'object' && deletion.kind === 'harmless' && deletion.why.length > 10;
  });
  expect(silent).toEqual(harmless);
  expect(silent.length).toBeLessThan(25);
});

/** Types whose deletion is refused, some of them because of their arguments. */
const REFUSED: readonly (readonly [type: string, values: Readonly<Record<string, unknown>>])[] = [
  ['google_alloydb_cluster', {}],
  ['google_alloydb_backup', {}],
  ['google_apigee_environment_keyvaluemaps', {}],
  ['google_apigee_organization', {}],
  ['google_artifact_registry_repository', {}],
  ['google_backup_dr_backup_plan', {}],
  ['google_backup_dr_backup_vault', {}],
  ['google_bigquery_dataset', {}],
  ['google_bigquery_table', {}],
  ['google_bigtable_table', {}],
  ['google_cloud_tasks_queue', {}],
  ['google_composer_environment', {}],
  ['google_compute_address', {}],
  ['google_compute_disk', {}],
  ['google_compute_global_address', {}],
  ['google_compute_instant_snapshot', {}],
  ['google_compute_network', {}],
  ['google_compute_snapshot', {}],
  ['google_container_cluster', {}],
  ['google_container_node_pool', {}],
  ['google_data_fusion_instance', {}],
  ['google_dataproc_cluster', {}],
  ['google_dataproc_metastore_service', {}],
  ['google_discovery_engine_data_store', {}],
  ['google_dns_managed_zone', {}],
  ['google_filestore_instance', {}],
  ['google_firestore_database', {}],
  ['google_healthcare_dicom_store', {}],
  ['google_healthcare_fhir_store', {}],
  ['google_kms_crypto_key', {}],
  ['google_kms_crypto_key_version', {}],
  ['google_logging_project_bucket_config', {}],
  ['google_looker_instance', {}],
  ['google_managed_kafka_cluster', {}],
  ['google_managed_kafka_topic', {}],
  ['google_memcache_instance', {}],
  ['google_netapp_volume', {}],
  ['google_oracle_database_autonomous_database', {}],
  ['google_privateca_certificate_authority', {}],
  ['google_project', {}],
  ['google_pubsub_topic', {}],
  ['google_redis_instance', {}],
  ['google_secret_manager_regional_secret', {}],
  ['google_secret_manager_secret', {}],
  ['google_spanner_database', {}],
  ['google_sql_database', {}],
  ['google_sql_database_instance', {}],
  ['google_storage_bucket', {}],
  ['google_vertex_ai_featurestore', {}],
  ['google_vertex_ai_index', {}],
  ['google_vmwareengine_private_cloud', {}],
  ['google_workbench_instance', {}],
  ['kubernetes_namespace_v1', {}],
  ['kubernetes_persistent_volume_claim_v1', {}],
  ['kubernetes_persistent_volume_v1', {}],
  ['kubernetes_stateful_set_v1', {}],
  ['aws_db_instance', { allocated_storage: 100, skip_final_snapshot: false }],
  ['aws_dynamodb_table', { point_in_time_recovery: [{ enabled: true }] }],
  ['aws_ebs_volume', { size: 100, snapshot_id: '' }],
  ['aws_efs_file_system', { encrypted: true }],
  ['aws_elasticache_replication_group', { snapshot_retention_limit: 5 }],
  ['aws_instance', { root_block_device: [{ volume_size: 20 }] }],
  ['aws_kms_key', { deletion_window_in_days: 30 }],
  ['aws_opensearch_domain', { ebs_options: [{ volume_size: 100 }] }],
  ['aws_rds_cluster', { backup_retention_period: 7 }],
  ['aws_redshift_cluster', { automated_snapshot_retention_period: 1 }],
  ['aws_s3_bucket', { bucket: 'orders', force_destroy: false }],
  ['aws_secretsmanager_secret', { recovery_window_in_days: 30 }],
  ['azurerm_cosmosdb_account', { backup: [{ type: 'Continuous' }] }],
  ['azurerm_key_vault', { purge_protection_enabled: true }],
  ['azurerm_managed_disk', { disk_size_gb: 64 }],
  ['azurerm_mssql_database', { short_term_retention_policy: [{ retention_days: 7 }] }],
  ['azurerm_postgresql_flexible_server', { storage_mb: 32768 }],
  ['azurerm_redis_cache', { capacity: 1 }],
  ['azurerm_resource_group', {}],
  ['azurerm_storage_account', { account_tier: 'Standard' }],
];

const WARNED = [
  'google_access_context_manager_service_perimeter',
  'google_bigquery_routine',
  'google_certificate_manager_certificate',
  'google_cloud_run_v2_service',
  'google_cloudfunctions2_function',
  'google_compute_firewall',
  'google_dataflow_job',
  'google_eventarc_trigger',
  'google_iam_deny_policy',
  'google_kms_key_ring',
  'google_monitoring_alert_policy',
  'google_network_security_firewall_endpoint',
  'google_resource_manager_lien',
  'google_service_account',
  'google_sql_user',
  'google_tags_tag_binding',
  'google_workflows_workflow',
  'kubernetes_config_map_v1',
  'kubernetes_deployment_v1',
  'kubernetes_labels',
  'kubernetes_network_policy_v1',
  'kubernetes_secret_v1',
  'aws_nat_gateway',
  'aws_s3_bucket_public_access_block',
  'azurerm_management_lock',
  'azurerm_network_security_rule',
  'random_password',
  'tls_private_key',
];

test.each(REFUSED)('the deletion of %s is refused: %j', (type, values) => {
  expect(deletionOf(type, values)).toBe('refuse');
});

test.each(WARNED)('the deletion of %s is reported', (type) => {
  expect(deletionOf(type)).toBeDefined();
});

test.each([
  ['google_secret_manager_secret_version', { deletion_policy: 'ABANDON' }],
  ['google_service_networking_connection', { deletion_policy: 'ABANDON' }],
  ['google_firestore_database', { deletion_policy: 'ABANDON' }],
])('%s that is abandoned is reported, and not refused', (type, values) => {
  expect(deletionOf(type, values)).toBe('warn');
  expect(deletionOf(type, { deletion_policy: 'DELETE' })).toBeDefined();
});
