import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Nodes follow their control plane. */
export const poolAutoUpgrade: PolicyRule = {
  id: 'pool-auto-upgrade',
  severity: 'warning',
  title: 'Nodes follow their control plane',
  why: 'nodes that are too old stop to register',
  remediation: 'leave management.auto_upgrade at true',
  sources: ['CKV_GCP_10', 'CIS GKE 5.5.3', 'gke-policy-automation node_pool_autoupgrade'],
  check: forEach(['google_container_node_pool'], mustBe('management.auto_upgrade', true)),
};
