import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters issue no client certificate. */
export const clusterClientCertificate: PolicyRule = {
  id: 'cluster-client-certificate',
  severity: 'error',
  title: 'Clusters issue no client certificate',
  why: 'a client certificate cannot be revoked before it expires',
  remediation: 'set master_auth.client_certificate_config.issue_client_certificate to false',
  sources: ['CKV_GCP_13', 'CIS GKE 5.8.2'],
  check: forEach(['google_container_cluster'], mustNotBe('master_auth.client_certificate_config.issue_client_certificate', true)),
};
