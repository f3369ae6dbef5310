import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** VM instances block project-wide SSH keys. */
export const instanceProjectSshKeys: PolicyRule = {
  id: 'instance-project-ssh-keys',
  severity: 'warning',
  title: 'VM instances block project-wide SSH keys',
  why: 'anyone who may write project metadata could log in to every VM instance',
  remediation: 'set block-project-ssh-keys in metadata',
  sources: ['CKV_GCP_32', 'CIS GCP 4.3'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], mustBe('metadata.block-project-ssh-keys', true)),
};
