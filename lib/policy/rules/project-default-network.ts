import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** A project has no default network. */
export const projectDefaultNetwork: PolicyRule = {
  id: 'project-default-network',
  severity: 'error',
  title: 'A project has no default network',
  why: 'it is open to SSH and RDP from everywhere',
  remediation: 'set auto_create_network to false',
  sources: ['CKV_GCP_27', 'CIS GCP 3.1'],
  check: forEach(['google_project'], mustBe('auto_create_network', false)),
};
