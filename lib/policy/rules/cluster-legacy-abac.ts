import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters do not use attribute-based access control. */
export const clusterLegacyAbac: PolicyRule = {
  id: 'cluster-legacy-abac',
  severity: 'error',
  title: 'Clusters do not use attribute-based access control',
  why: 'it grants permissions to every service account of the cluster, which no role binding shows',
  remediation: 'remove enable_legacy_abac',
  sources: ['CKV_GCP_7', 'CIS GKE 5.8.4'],
  check: forEach(['google_container_cluster'], mustNotBe('enable_legacy_abac', true)),
};
