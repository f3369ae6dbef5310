import { forEach, mustBeThere, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** VM instances are Shielded VMs. */
export const instanceShielded: PolicyRule = {
  id: 'instance-shielded',
  severity: 'warning',
  title: 'VM instances are Shielded VMs',
  why: 'a modified kernel persists across restarts',
  remediation: 'set shielded_instance_config, with enable_vtpm and enable_integrity_monitoring',
  sources: ['CKV_GCP_39', 'CIS GCP 4.8'],
  check: forEach(
    ['google_compute_instance', 'google_compute_instance_template'],
    mustBeThere('shielded_instance_config'),
    mustNotBe('shielded_instance_config.enable_vtpm', false),
    mustNotBe('shielded_instance_config.enable_integrity_monitoring', false),
  ),
};
