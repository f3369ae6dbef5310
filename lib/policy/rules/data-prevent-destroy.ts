import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Types whose data goes with them. */
export const PREVENTED_TYPES: readonly string[] = [
  'google_compute_disk',
  'google_compute_region_disk',
  'google_container_cluster',
  'google_sql_database_instance',
  'google_kms_crypto_key',
  'google_spanner_database',
  'google_bigtable_instance',
  'google_filestore_instance',
];

/** Terraform refuses every plan that deletes data. Not of a plan, which does not show lifecycles. */
export const dataPreventDestroy: PolicyRule = {
  id: 'data-prevent-destroy',
  severity: 'error',
  title: 'Terraform refuses every plan that deletes data',
  why: 'a renamed construct is a deleted disk',
  remediation: 'set lifecycle.prevent_destroy; deletionProtection of this library does',
  sources: ['CKV_GCP_82'],
  check: forEach(PREVENTED_TYPES, mustBe('lifecycle.prevent_destroy', true)),
};
