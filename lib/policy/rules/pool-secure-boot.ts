import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Nodes boot only signed software. */
export const poolSecureBoot: PolicyRule = {
  id: 'pool-secure-boot',
  severity: 'warning',
  title: 'Nodes boot only signed software',
  why: 'a changed kernel survives every restart',
  remediation: 'set node_config.shielded_instance_config.enable_secure_boot',
  sources: ['CKV_GCP_68', 'CIS GKE 5.5.7'],
  check: forEach(['google_container_node_pool'], mustBe('node_config.shielded_instance_config.enable_secure_boot', true)),
};
