import type { Resource } from '../../terraform/document';
import { readIamGrants } from '../iam-grants';
import { describeViolation } from '../resource-check';
import type { PolicyProblem, PolicyRule } from '../rule';

/** No role is granted to the public. */
export const iamPublic: PolicyRule = {
  id: 'iam-public',
  severity: 'error',
  title: 'No role is granted to the public',
  why: 'allUsers is the internet, and allAuthenticatedUsers is every Google account',
  remediation: 'name the members',
  sources: ['CKV_GCP_28', 'CIS GCP 5.1'],
  check: (document) =>
    document.resources
      .filter(({ type }) => /_iam_(member|binding|policy)$|^google_storage_.*_access_control$/.test(type))
      .flatMap(findPublicMembers),
};

function findPublicMembers(resource: Resource): PolicyProblem[] {
  return readIamGrants(resource)
    .flatMap(({ members }) => members)
    .filter((member) => member === 'allUsers' || member === 'allAuthenticatedUsers')
    .map((member) => ({ address: resource.address, problem: describeViolation('member', 'be a user, group or service account', member) }));
}
