import { IAM_GRANTS, mustNotGrant } from '../iam-grants';
import { forEach } from '../look';
import type { PolicyRule } from '../rule';

/** Nobody is owner or editor of a project. */
export const iamBasicRoles: PolicyRule = {
  id: 'iam-basic-roles',
  severity: 'error',
  title: 'Nobody is owner or editor of a project',
  why: 'basic roles hold thousands of rights that nobody needs at once',
  remediation: 'give the roles of the services that are used',
  sources: ['CKV_GCP_117', 'CIS GCP 1.5'],
  check: forEach(IAM_GRANTS, mustNotGrant('roles/owner', 'roles/editor')),
};
