import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** Who logs in to a virtual machine is up to IAM. */
export const instanceOsLogin: PolicyRule = {
  id: 'instance-os-login',
  severity: 'warning',
  title: 'Who logs in to a virtual machine is up to IAM',
  why: 'keys in metadata belong to nobody and expire never',
  remediation: 'leave enable-oslogin in metadata at TRUE',
  sources: ['CKV_GCP_34', 'CIS GCP 4.4'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], mustNotBe('metadata.enable-oslogin', false)),
};
