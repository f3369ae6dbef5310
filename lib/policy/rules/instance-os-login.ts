import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** VM instances use OS Login. */
export const instanceOsLogin: PolicyRule = {
  id: 'instance-os-login',
  severity: 'warning',
  title: 'VM instances use OS Login',
  why: 'SSH keys in metadata do not belong to an identity and never expire',
  remediation: 'remove enable-oslogin from the metadata, or set it to TRUE',
  sources: ['CKV_GCP_34', 'CIS GCP 4.4'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], mustNotBe('metadata.enable-oslogin', false)),
};
