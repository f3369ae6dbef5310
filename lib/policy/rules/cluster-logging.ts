import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** A cluster sends its logs to Cloud Logging. */
export const clusterLogging: PolicyRule = {
  id: 'cluster-logging',
  severity: 'warning',
  title: 'A cluster sends its logs to Cloud Logging',
  why: 'without them nobody can say afterwards what happened',
  remediation: 'leave logging_service out, and logging_config with its components',
  sources: ['CKV_GCP_1', 'CIS GKE 5.7.1'],
  check: forEach(['google_container_cluster'], mustNotBe('logging_service', 'none')),
};
