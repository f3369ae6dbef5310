import { at, forEach, isMissing, type Look } from '../look';
import type { PolicyRule } from '../rule';

/** Nobody logs in to a cluster with a password. */
export const clusterBasicAuth: PolicyRule = {
  id: 'cluster-basic-auth',
  severity: 'error',
  title: 'Nobody logs in to a cluster with a password',
  why: 'a password of the cluster is in the state and is known to nobody in particular',
  remediation: 'leave master_auth.username and password out',
  sources: ['CKV_GCP_19', 'CIS GKE 5.8.1'],
  check: forEach(['google_container_cluster'], mustBeEmpty('master_auth.username')),
};

function mustBeEmpty(path: string): Look {
  return ({ values }) => (isMissing(at(values, path)) ? [] : [`'${path}' must not be set, got a value`]);
}
