import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Keys of the whole project open no virtual machine. */
export const instanceProjectSshKeys: PolicyRule = {
  id: 'instance-project-ssh-keys',
  severity: 'warning',
  title: 'Keys of the whole project open no virtual machine',
  why: 'whoever may write the project metadata could log in everywhere',
  remediation: 'set block-project-ssh-keys in metadata',
  sources: ['CKV_GCP_32', 'CIS GCP 4.3'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], mustBe('metadata.block-project-ssh-keys', true)),
};
