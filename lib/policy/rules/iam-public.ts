import type { Resource } from '../../terraform/document';
import { iamGrants } from '../iam-grants';
import { wrong } from '../look';
import type { PolicyProblem, PolicyRule } from '../rule';

/** Nothing is granted to everybody. */
export const iamPublic: PolicyRule = {
  id: 'iam-public',
  severity: 'error',
  title: 'Nothing is granted to everybody',
  why: 'allUsers is the internet, and allAuthenticatedUsers everybody with a Google account',
  remediation: 'name the members',
  sources: ['CKV_GCP_28', 'CIS GCP 5.1'],
  check: (document) =>
    document.resources
      .filter(({ type }) => /_iam_(member|binding|policy)$|^google_storage_.*_access_control$/.test(type))
      .flatMap(everybody),
};

function everybody(resource: Resource): PolicyProblem[] {
  return iamGrants(resource)
    .flatMap(({ members }) => members)
    .filter((member) => member === 'allUsers' || member === 'allAuthenticatedUsers')
    .map((member) => ({ address: resource.address, problem: wrong('member', 'be somebody', member) }));
}
