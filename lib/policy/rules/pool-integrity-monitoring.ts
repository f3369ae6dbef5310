import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Nodes have integrity monitoring. */
export const poolIntegrityMonitoring: PolicyRule = {
  id: 'pool-integrity-monitoring',
  severity: 'warning',
  title: 'Nodes have integrity monitoring',
  why: 'it reports when a boot differs from the baseline',
  remediation: 'leave node_config.shielded_instance_config.enable_integrity_monitoring at true',
  sources: ['CKV_GCP_72', 'CIS GKE 5.5.6'],
  check: forEach(['google_container_node_pool'], mustNotBe('node_config.shielded_instance_config.enable_integrity_monitoring', false)),
};
