import { IAM_GRANTS, mustNotGrant } from '../iam-grants';
import { forEach } from '../look';
import type { PolicyRule } from '../rule';

/** Nobody may be every service account of a project. */
export const iamImpersonation: PolicyRule = {
  id: 'iam-impersonation',
  severity: 'error',
  title: 'Nobody may be every service account of a project',
  why: 'with it all rights of all of them are open',
  remediation: 'grant serviceAccountUser and serviceAccountTokenCreator on the one account',
  sources: ['CKV_GCP_41', 'CKV_GCP_49', 'CIS GCP 1.6'],
  check: forEach(
    IAM_GRANTS,
    mustNotGrant(
      'roles/iam.serviceAccountUser',
      'roles/iam.serviceAccountTokenCreator',
      'roles/iam.serviceAccountKeyAdmin',
      'roles/iam.workloadIdentityUser',
    ),
  ),
};
