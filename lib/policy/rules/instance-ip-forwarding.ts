import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** VM instances do not forward IP packets. */
export const instanceIpForwarding: PolicyRule = {
  id: 'instance-ip-forwarding',
  severity: 'error',
  title: 'VM instances do not forward IP packets',
  why: 'can_ip_forward allows packets with the address of another instance',
  remediation: 'remove can_ip_forward',
  sources: ['CKV_GCP_36', 'CIS GCP 4.6'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], mustNotBe('can_ip_forward', true)),
};
