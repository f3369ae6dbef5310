import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** A virtual machine sends as itself only. */
export const instanceIpForwarding: PolicyRule = {
  id: 'instance-ip-forwarding',
  severity: 'error',
  title: 'A virtual machine sends as itself only',
  why: 'with can_ip_forward it can pretend to be another one',
  remediation: 'leave can_ip_forward out',
  sources: ['CKV_GCP_36', 'CIS GCP 4.6'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], mustNotBe('can_ip_forward', true)),
};
