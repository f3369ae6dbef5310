import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** The serial console of VM instances is disabled. */
export const instanceSerialPort: PolicyRule = {
  id: 'instance-serial-port',
  severity: 'warning',
  title: 'The serial console of VM instances is disabled',
  why: 'it is reachable from any address, regardless of firewall rules',
  remediation: 'remove serial-port-enable from the metadata',
  sources: ['CKV_GCP_35', 'CIS GCP 4.5'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], mustNotBe('metadata.serial-port-enable', true, 1)),
};
