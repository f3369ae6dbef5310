import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters send metrics to Cloud Monitoring. */
export const clusterMonitoring: PolicyRule = {
  id: 'cluster-monitoring',
  severity: 'warning',
  title: 'Clusters send metrics to Cloud Monitoring',
  why: 'without metrics, no alert fires',
  remediation: 'remove monitoring_service, or set monitoring_config with its components',
  sources: ['CKV_GCP_8', 'CIS GKE 5.7.1'],
  check: forEach(['google_container_cluster'], mustNotBe('monitoring_service', 'none')),
};
