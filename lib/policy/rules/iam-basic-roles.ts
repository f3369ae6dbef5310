import { IAM_GRANTS, mustNotGrant } from '../iam-grants';
import { forEach } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Owner and editor are not granted. */
export const iamBasicRoles: PolicyRule = {
  id: 'iam-basic-roles',
  severity: 'error',
  title: 'Owner and editor are not granted',
  why: 'basic roles contain thousands of permissions, most of which are not needed',
  remediation: 'grant the roles of the services that are used',
  sources: ['CKV_GCP_117', 'CIS GCP 1.5'],
  check: forEach(IAM_GRANTS, mustNotGrant('roles/owner', 'roles/editor')),
};
