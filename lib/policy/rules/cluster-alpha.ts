import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** A cluster has no alpha features. */
export const clusterAlpha: PolicyRule = {
  id: 'cluster-alpha',
  severity: 'error',
  title: 'A cluster has no alpha features',
  why: 'an alpha cluster gets no upgrades and is deleted after 30 days',
  remediation: 'leave enable_kubernetes_alpha out',
  sources: ['CKV2_GCP_19', 'CIS GKE 5.10.2'],
  check: forEach(['google_container_cluster'], mustNotBe('enable_kubernetes_alpha', true)),
};
