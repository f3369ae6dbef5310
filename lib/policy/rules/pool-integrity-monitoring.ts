import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** A changed boot of a node is noticed. */
export const poolIntegrityMonitoring: PolicyRule = {
  id: 'pool-integrity-monitoring',
  severity: 'warning',
  title: 'A changed boot of a node is noticed',
  why: 'Google compares each boot with the first one',
  remediation: 'leave node_config.shielded_instance_config.enable_integrity_monitoring at true',
  sources: ['CKV_GCP_72', 'CIS GKE 5.5.6'],
  check: forEach(['google_container_node_pool'], mustNotBe('node_config.shielded_instance_config.enable_integrity_monitoring', false)),
};
