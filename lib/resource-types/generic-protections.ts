import { known, numberAt } from '../terraform/values';
import { compareBlocks } from './compare-blocks';
import type { Protection } from './protection';

function deleteAfter(rule: unknown): number | undefined {
  return known(numberAt(rule, 'lifecycle', 'delete_after'));
}

/**
 * Protections by arguments that mean the same in every type, of any provider. They apply to all types, also to those that are unknown. A
 * type with a protection of the same path has its own meaning of it.
 */
export const GENERIC_PROTECTIONS: readonly Protection[] = [
  ...[
    'deletion_protection',
    'deletion_protection_enabled',
    'enable_deletion_protection',
    'delete_protection',
    'delete_protection_enabled',
    'termination_protection',
    'termination_protection_enabled',
    'enable_termination_protection',
    'disable_api_termination',
    'purge_protection_enabled',
  ].map(
    (name): Protection => ({
      path: [name],
      safe: { oneOf: [true, 'PROTECTED', 'ENABLED', 'ACTIVE'] },
      against: 'deletion',
      weaker: 'deletion protection is turned off',
    }),
  ),
  ...['force_destroy', 'force_delete', 'delete_contents_on_destroy', 'recursive_delete'].map(
    (name): Protection => ({
      path: [name],
      safe: { oneOf: [false, undefined] },
      against: 'deletion',
      weaker: 'it can now be deleted with everything in it',
    }),
  ),
  {
    path: ['deletion_policy'],
    safe: { oneOf: ['PREVENT', 'ABANDON', 'DEFAULT', 'RETAIN', 'Retain'] },
    against: 'deletion',
    weaker: 'its deletion policy no longer prevents deletion',
  },
  ...['skip_destroy', 'skip_delete', 'retain_on_delete'].map(
    (name): Protection => ({
      path: [name],
      safe: { oneOf: [true] },
      against: 'deletion',
      weaker: 'it is no longer kept when Terraform deletes it',
    }),
  ),
  { path: ['deletion_allowed'], safe: { oneOf: [false, undefined] }, against: 'deletion', weaker: 'it can now be deleted' },
  {
    path: ['lock_level'],
    safe: { oneOf: ['CanNotDelete', 'ReadOnly'] },
    against: 'deletion',
    weaker: 'the lock no longer prevents deletion',
  },
  ...['recovery_window_in_days', 'deletion_window_in_days', 'soft_delete_retention_days', 'soft_delete_retention_in_days'].map(
    (name): Protection => ({
      path: [name],
      safe: { more: 'days', unset: 'weakest' },
      against: 'deletion',
      weaker: 'after a deletion it can be restored for',
    }),
  ),

  ...['skip_final_snapshot', 'skip_final_backup'].map(
    (name): Protection => ({
      path: [name],
      safe: { oneOf: [false, undefined] },
      against: 'copy-loss',
      weaker: 'no final snapshot is taken before it is deleted',
    }),
  ),
  { path: ['final_snapshot_identifier'], safe: { set: true }, against: 'copy-loss', weaker: 'its final snapshot has no name any more' },
  {
    path: ['delete_automated_backups'],
    safe: { oneOf: [false] },
    against: 'copy-loss',
    weaker: 'its automatic backups are deleted with it',
  },
  ...[
    'backup_retention_period',
    'backup_retention_days',
    'backup_retention_in_days',
    'automatic_backup_retention_days',
    'automated_snapshot_retention_period',
    'manual_snapshot_retention_period',
    'snapshot_retention_limit',
  ].map(
    (name): Protection => ({
      path: [name],
      // -1: kept until they are deleted, for example manual snapshots of Redshift.
      safe: { more: 'days', unset: 'weakest', unlimited: [-1] },
      against: 'copy-loss',
      weaker: 'backups are kept',
    }),
  ),
  ...['backups', 'backups_enabled', 'backup_enabled', 'automatic_backups_enabled', 'enable_backups'].map(
    (name): Protection => ({ path: [name], safe: { oneOf: [true] }, against: 'copy-loss', weaker: 'it is no longer backed up' }),
  ),
  ...[['point_in_time_recovery', 'enabled'], ['point_in_time_recovery_enabled']].map(
    (path): Protection => ({
      path,
      safe: { oneOf: [true] },
      against: 'copy-loss',
      weaker: 'it can no longer be restored to any moment',
    }),
  ),
  {
    path: ['soft_delete_enabled'],
    safe: { oneOf: [true] },
    against: 'copy-loss',
    weaker: 'what is deleted can no longer be restored',
  },
  {
    path: ['data_retention_time_in_days'],
    safe: { more: 'days', unset: 'weakest' },
    against: 'copy-loss',
    weaker: 'it can be restored to any moment of',
  },
  // Rules of a backup plan of AWS. Other types have rules without a lifecycle.
  {
    path: ['rule'],
    safe: compareBlocks({
      key: 'rule_name',
      isWeaker: (was, is) => deleteAfter(was) !== undefined && (is === undefined || (deleteAfter(is) ?? Infinity) < deleteAfter(was)!),
      clause: 'copies are kept for a shorter time, or not taken, by rules',
      examples: {
        strong: [{ rule_name: 'daily', lifecycle: [{ delete_after: 90 }] }],
        weak: [{ rule_name: 'daily', lifecycle: [{ delete_after: 7 }] }],
      },
    }),
    against: 'copy-loss',
    weaker: 'its rules',
  },
  ...['geo_redundant_backup_enabled', 'geo_backup_enabled'].map(
    (name): Protection => ({
      path: [name],
      safe: { oneOf: [true] },
      against: 'copy-loss',
      weaker: 'its backups are no longer kept in a second region',
    }),
  ),
  ...[
    ['versioning', 'enabled'],
    ['versioning_configuration', 'status'],
    ['blob_properties', 'versioning_enabled'],
  ].map(
    (path): Protection => ({
      path,
      safe: { oneOf: [true, 'Enabled'] },
      against: 'copy-loss',
      weaker: 'overwritten and deleted objects are no longer kept',
    }),
  ),
  ...[
    ['blob_properties', 'delete_retention_policy', 'days'],
    ['blob_properties', 'container_delete_retention_policy', 'days'],
  ].map(
    (path): Protection => ({
      path,
      safe: { more: 'days', unset: 'weakest' },
      against: 'copy-loss',
      weaker: 'deleted objects can be restored for',
    }),
  ),

  ...['retention_in_days', 'retention_days', 'retention_period_in_days', 'retention_period_days'].map(
    (name): Protection => ({
      path: [name],
      // 0: kept forever, for example log groups of CloudWatch.
      safe: { more: 'days', unset: 'weakest', unlimited: [0] },
      against: 'data-loss',
      weaker: 'data is kept',
    }),
  ),
  ...['retention_period', 'message_retention_duration'].map(
    (name): Protection => ({ path: [name], safe: { more: '', unset: 'weakest' }, against: 'data-loss', weaker: 'data is kept' }),
  ),
  {
    path: ['message_retention_seconds'],
    safe: { more: 'seconds', unset: 'weakest' },
    against: 'data-loss',
    weaker: 'messages are kept',
  },

  { path: ['ttl', 'enabled'], safe: { oneOf: [false, undefined] }, against: 'data-loss', weaker: 'its items now expire' },
  // Topics of Kafka: -1 keeps records without a limit.
  ...['config', 'configs'].map(
    (name): Protection => ({
      path: [name, 'retention.ms'],
      safe: { more: 'ms', unset: 'weakest', unlimited: [-1] },
      against: 'data-loss',
      weaker: 'records are kept',
    }),
  ),

  { path: ['is_enabled'], safe: { oneOf: [true] }, against: 'outage', weaker: 'it is disabled' },
  ...['multi_az', 'multi_az_enabled', 'automatic_failover_enabled', 'zone_redundant', 'zone_redundancy_enabled'].map(
    (name): Protection => ({
      path: [name],
      safe: { oneOf: [true] },
      against: 'outage',
      weaker: 'it no longer survives the outage of a zone',
    }),
  ),
  ...['auto_repair', 'auto_heal_enabled'].map(
    (name): Protection => ({ path: [name], safe: { oneOf: [true] }, against: 'outage', weaker: 'it is no longer repaired by itself' }),
  ),

  ...[
    'storage_encrypted',
    'encrypted',
    'at_rest_encryption_enabled',
    'encryption_at_host_enabled',
    'infrastructure_encryption_enabled',
  ].map((name): Protection => ({ path: [name], safe: { oneOf: [true] }, against: 'attack', weaker: 'its data is no longer encrypted' })),
  ...['transit_encryption_enabled', 'require_ssl', 'ssl_enforcement_enabled', 'https_only', 'https_traffic_only_enabled'].map(
    (name): Protection => ({
      path: [name],
      safe: { oneOf: [true] },
      against: 'attack',
      weaker: 'connections without encryption are accepted',
    }),
  ),
  ...['min_tls_version', 'minimum_tls_version'].map(
    (name): Protection => ({
      path: [name],
      safe: {
        ranked: [
          ['TLS_1_3', 'TLS1_3', 'Tls13', '1.3'],
          ['TLS_1_2', 'TLS1_2', 'Tls12', '1.2'],
          ['TLS_1_1', 'TLS1_1', 'Tls11', '1.1'],
        ],
      },
      against: 'attack',
      weaker: 'connections with an older version of TLS are accepted',
    }),
  ),
  ...['enable_key_rotation', 'rotation_enabled'].map(
    (name): Protection => ({ path: [name], safe: { oneOf: [true] }, against: 'attack', weaker: 'its key is no longer rotated' }),
  ),
  ...['kms_key_name', 'kms_key', 'kms_key_id', 'kms_key_arn', 'customer_managed_key_id'].map(
    (name): Protection => ({
      path: [name],
      safe: { set: true },
      against: 'attack',
      weaker: 'its data is no longer encrypted with your own key',
    }),
  ),
  ...['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'].map(
    (name): Protection => ({ path: [name], safe: { oneOf: [true] }, against: 'attack', weaker: 'public access is no longer prevented' }),
  ),
  ...['enable_log_file_validation', 'is_multi_region_trail', 'include_global_service_events'].map(
    (name): Protection => ({
      path: [name],
      safe: { oneOf: [true] },
      against: 'attack',
      weaker: 'its audit trail is less complete',
    }),
  ),
  {
    path: ['image_tag_mutability'],
    safe: { oneOf: ['IMMUTABLE'] },
    against: 'attack',
    weaker: 'tags of its images can be overwritten',
  },
  {
    path: ['metadata_options', 'http_tokens'],
    safe: { oneOf: ['required'] },
    against: 'attack',
    weaker: 'its metadata can be read without a token',
  },
  ...['enable_secure_boot', 'enable_vtpm', 'enable_integrity_monitoring'].map(
    (name): Protection => ({
      path: ['shielded_instance_config', name],
      safe: { oneOf: [true] },
      against: 'attack',
      weaker: `${name} is turned off`,
    }),
  ),
  ...['secure_boot_enabled', 'vtpm_enabled'].map(
    (name): Protection => ({ path: [name], safe: { oneOf: [true] }, against: 'attack', weaker: `${name} is turned off` }),
  ),
];
