import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters have no alpha features. */
export const clusterAlpha: PolicyRule = {
  id: 'cluster-alpha',
  severity: 'error',
  title: 'Clusters have no alpha features',
  why: 'an alpha cluster is not upgraded, and is deleted after 30 days',
  remediation: 'remove enable_kubernetes_alpha',
  sources: ['CKV2_GCP_19', 'CIS GKE 5.10.2'],
  check: forEach(['google_container_cluster'], mustNotBe('enable_kubernetes_alpha', true)),
};
