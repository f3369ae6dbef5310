import { IAM_GRANTS, mustNotGrant } from '../iam-grants';
import { forEach } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Service account impersonation is not granted on a whole project. */
export const iamImpersonation: PolicyRule = {
  id: 'iam-impersonation',
  severity: 'error',
  title: 'Service account impersonation is not granted on a whole project',
  why: 'it gives the permissions of every service account of the project',
  remediation: 'grant serviceAccountUser and serviceAccountTokenCreator on a single service account',
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
