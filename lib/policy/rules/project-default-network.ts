import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Projects have no default network. */
export const projectDefaultNetwork: PolicyRule = {
  id: 'project-default-network',
  severity: 'error',
  title: 'Projects have no default network',
  why: 'it allows SSH and RDP from any address',
  remediation: 'set auto_create_network to false',
  sources: ['CKV_GCP_27', 'CIS GCP 3.1'],
  check: forEach(['google_project'], mustBe('auto_create_network', false)),
};
