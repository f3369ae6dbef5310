import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Node auto-repair is enabled. */
export const poolAutoRepair: PolicyRule = {
  id: 'pool-auto-repair',
  severity: 'warning',
  title: 'Node auto-repair is enabled',
  why: 'pods stay on a node that does not respond',
  remediation: 'leave management.auto_repair at true',
  sources: ['CKV_GCP_9', 'CIS GKE 5.5.2', 'gke-policy-automation node_pool_autorepair'],
  check: forEach(['google_container_node_pool'], mustBe('management.auto_repair', true)),
};
