import { at, forEach, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters have no basic authentication. */
export const clusterBasicAuth: PolicyRule = {
  id: 'cluster-basic-auth',
  severity: 'error',
  title: 'Clusters have no basic authentication',
  why: 'the password is stored in the state and belongs to no user',
  remediation: 'remove master_auth.username and password',
  sources: ['CKV_GCP_19', 'CIS GKE 5.8.1'],
  check: forEach(['google_container_cluster'], mustBeEmpty('master_auth.username')),
};

function mustBeEmpty(path: string): ResourceCheck {
  return ({ values }) => (isMissing(at(values, path)) ? [] : [`'${path}' must not be set, got a value`]);
}
