import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Node auto-upgrade is enabled. */
export const poolAutoUpgrade: PolicyRule = {
  id: 'pool-auto-upgrade',
  severity: 'warning',
  title: 'Node auto-upgrade is enabled',
  why: 'nodes that are too old cannot register with the control plane',
  remediation: 'leave management.auto_upgrade at true',
  sources: ['CKV_GCP_10', 'CIS GKE 5.5.3', 'gke-policy-automation node_pool_autoupgrade'],
  check: forEach(['google_container_node_pool'], mustBe('management.auto_upgrade', true)),
};
