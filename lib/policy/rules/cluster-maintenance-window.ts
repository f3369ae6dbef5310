import { forEach, mustBeThere } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters have a maintenance window. */
export const clusterMaintenanceWindow: PolicyRule = {
  id: 'cluster-maintenance-window',
  severity: 'warning',
  title: 'Clusters have a maintenance window',
  why: 'otherwise nodes may be replaced at peak load',
  remediation: 'set a window in maintenance_policy',
  sources: ['gke-policy-automation maintenance_window', 'gcpdiag gke/WARN/2022_001'],
  check: forEach(['google_container_cluster'], mustBeThere('maintenance_policy')),
};
