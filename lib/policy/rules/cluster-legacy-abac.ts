import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** A cluster has no attribute-based access control. */
export const clusterLegacyAbac: PolicyRule = {
  id: 'cluster-legacy-abac',
  severity: 'error',
  title: 'A cluster has no attribute-based access control',
  why: 'it gives every service account of the cluster rights that no role binding shows',
  remediation: 'leave enable_legacy_abac out',
  sources: ['CKV_GCP_7', 'CIS GKE 5.8.4'],
  check: forEach(['google_container_cluster'], mustNotBe('enable_legacy_abac', true)),
};
