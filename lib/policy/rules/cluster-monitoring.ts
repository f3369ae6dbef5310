import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** A cluster sends its metrics to Cloud Monitoring. */
export const clusterMonitoring: PolicyRule = {
  id: 'cluster-monitoring',
  severity: 'warning',
  title: 'A cluster sends its metrics to Cloud Monitoring',
  why: 'without them nobody is woken',
  remediation: 'leave monitoring_service out, and monitoring_config with its components',
  sources: ['CKV_GCP_8', 'CIS GKE 5.7.1'],
  check: forEach(['google_container_cluster'], mustNotBe('monitoring_service', 'none')),
};
