import { forEach, mustBeThere } from '../look';
import type { PolicyRule } from '../rule';

/** Pods have identities of their own. */
export const clusterWorkloadIdentity: PolicyRule = {
  id: 'cluster-workload-identity',
  severity: 'error',
  title: 'Pods have identities of their own',
  why: 'without it every pod has the rights of the node it runs on',
  remediation: 'set workload_identity_config.workload_pool to PROJECT.svc.id.goog',
  sources: ['CIS GKE 5.2.2', 'gke-policy-automation cluster_workload_identity'],
  check: forEach(['google_container_cluster'], mustBeThere('workload_identity_config.workload_pool')),
};
