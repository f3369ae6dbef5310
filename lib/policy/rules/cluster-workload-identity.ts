import { forEach, mustBeThere } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters use Workload Identity Federation. */
export const clusterWorkloadIdentity: PolicyRule = {
  id: 'cluster-workload-identity',
  severity: 'error',
  title: 'Clusters use Workload Identity Federation',
  why: 'without it, every pod has the permissions of its node',
  remediation: 'set workload_identity_config.workload_pool to PROJECT.svc.id.goog',
  sources: ['CIS GKE 5.2.2', 'gke-policy-automation cluster_workload_identity'],
  check: forEach(['google_container_cluster'], mustBeThere('workload_identity_config.workload_pool')),
};
