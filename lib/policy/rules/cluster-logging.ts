import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters send logs to Cloud Logging. */
export const clusterLogging: PolicyRule = {
  id: 'cluster-logging',
  severity: 'warning',
  title: 'Clusters send logs to Cloud Logging',
  why: 'without logs, incidents cannot be investigated',
  remediation: 'remove logging_service, or set logging_config with its components',
  sources: ['CKV_GCP_1', 'CIS GKE 5.7.1'],
  check: forEach(['google_container_cluster'], mustNotBe('logging_service', 'none')),
};
