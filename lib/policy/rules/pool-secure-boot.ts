import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Nodes use Secure Boot. */
export const poolSecureBoot: PolicyRule = {
  id: 'pool-secure-boot',
  severity: 'warning',
  title: 'Nodes use Secure Boot',
  why: 'a modified kernel persists across restarts',
  remediation: 'set node_config.shielded_instance_config.enable_secure_boot',
  sources: ['CKV_GCP_68', 'CIS GKE 5.5.7'],
  check: forEach(['google_container_node_pool'], mustBe('node_config.shielded_instance_config.enable_secure_boot', true)),
};
