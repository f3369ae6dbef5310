import { forEach, mustBeThere } from '../look';
import type { PolicyRule } from '../rule';

/** GKE maintains a cluster at known hours. */
export const clusterMaintenanceWindow: PolicyRule = {
  id: 'cluster-maintenance-window',
  severity: 'warning',
  title: 'GKE maintains a cluster at known hours',
  why: 'otherwise nodes are replaced in the middle of the day',
  remediation: 'give maintenance_policy a window',
  sources: ['gke-policy-automation maintenance_window', 'gcpdiag gke/WARN/2022_001'],
  check: forEach(['google_container_cluster'], mustBeThere('maintenance_policy')),
};
