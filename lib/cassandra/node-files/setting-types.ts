import type { SettingValue } from '../cassandra-configuration';

/** Settings that are true or false and whose names do not end in `_enabled`, which all others have. */
const FLAGS = names(`
  auto_optimise_full_repair_streams auto_optimise_inc_repair_streams auto_optimise_preview_repair_streams auto_snapshot
  automatic_sstable_upgrade block_for_peers_in_remote_dcs cdc_block_writes check_for_duplicate_rows_during_compaction
  check_for_duplicate_rows_during_reads credentials_cache_active_update dynamic_snitch incremental_backups inter_dc_tcp_nodelay
  internode_timeout key_cache_migrate_during_compaction permissions_cache_active_update roles_cache_active_update rpc_keepalive
  snapshot_before_compaction stream_entire_sstables transfer_hints_on_decommission traverse_auth_from_root trickle_fsync
`);

/** Settings that are whole numbers. */
const WHOLE_NUMBERS = names(`
  columns_per_table_fail_threshold columns_per_table_warn_threshold concurrent_compactors concurrent_counter_writes
  concurrent_index_builders concurrent_materialized_view_builders concurrent_materialized_view_writes concurrent_merkle_tree_requests
  concurrent_reads concurrent_validations concurrent_writes counter_cache_keys_to_save credentials_cache_max_entries
  default_keyspace_rf fields_per_udt_fail_threshold fields_per_udt_warn_threshold key_cache_keys_to_save keyspaces_fail_threshold
  keyspaces_warn_threshold max_concurrent_automatic_sstable_upgrades max_hints_delivery_threads memtable_flush_writers
  native_transport_max_auth_threads native_transport_max_concurrent_connections native_transport_max_concurrent_connections_per_ip
  native_transport_max_requests_per_second native_transport_max_threads permissions_cache_max_entries repair_session_max_tree_depth
  roles_cache_max_entries row_cache_keys_to_save secondary_indexes_per_table_fail_threshold secondary_indexes_per_table_warn_threshold
  snapshot_links_per_second streaming_connections_per_host tables_fail_threshold tables_warn_threshold tombstone_failure_threshold
  tombstone_warn_threshold
`);

/** Settings with a unit, such as `10s`, `64MiB` or `64MiB/s`. Cassandra 5.0 rejects them without one. */
const WITH_UNIT = names(`
  cas_contention_timeout commitlog_segment_size commitlog_total_space compaction_throughput counter_cache_size
  counter_write_request_timeout credentials_update_interval credentials_validity hinted_handoff_throttle
  inter_dc_stream_throughput_outbound key_cache_size max_hint_window max_hints_file_size max_hints_size_per_host memtable_heap_space
  memtable_offheap_space native_transport_idle_timeout native_transport_max_frame_size permissions_update_interval permissions_validity
  range_request_timeout read_request_timeout request_timeout roles_update_interval roles_validity row_cache_size
  slow_query_log_timeout stream_throughput_outbound truncate_request_timeout write_request_timeout
`);

/** Returns the violated rule of a setting whose value has another type than Cassandra's, undefined for valid and other values. */
export function findTypeProblem(name: string, value: SettingValue): string | undefined {
  if (name.endsWith('_enabled') || FLAGS.has(name)) return /^(true|false)$/.test(`${value}`) ? undefined : 'true or false';
  if (WHOLE_NUMBERS.has(name)) return /^-?\d+$/.test(`${value}`) ? undefined : 'a whole number';
  if (WITH_UNIT.has(name)) return /^\d+\s*[a-zµ]+(\/s)?$/i.test(`${value}`) ? undefined : 'a number with a unit, such as 10s or 64MiB';
  return undefined;
}

/** Settings that let a role leave Cassandra's permission system or run programs on the node, with the values that are allowed. */
export const UNSAFE_SETTINGS: Readonly<Record<string, SettingValue>> = {
  allow_extra_insecure_udfs: false,
  allow_insecure_udfs: false,
  scripted_user_defined_functions_enabled: false,
  user_defined_functions_threads_enabled: true,
};

function names(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
