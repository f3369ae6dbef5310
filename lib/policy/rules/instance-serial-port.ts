import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** The serial console of a virtual machine is not open. */
export const instanceSerialPort: PolicyRule = {
  id: 'instance-serial-port',
  severity: 'warning',
  title: 'The serial console of a virtual machine is not open',
  why: 'it is reached from everywhere, past every firewall rule',
  remediation: 'leave serial-port-enable out of metadata',
  sources: ['CKV_GCP_35', 'CIS GCP 4.5'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], mustNotBe('metadata.serial-port-enable', true, 1)),
};
