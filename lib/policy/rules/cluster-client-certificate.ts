import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** A cluster hands out no client certificate. */
export const clusterClientCertificate: PolicyRule = {
  id: 'cluster-client-certificate',
  severity: 'error',
  title: 'A cluster hands out no client certificate',
  why: 'a certificate cannot be taken back, and is good until it expires',
  remediation: 'set master_auth.client_certificate_config.issue_client_certificate to false',
  sources: ['CKV_GCP_13', 'CIS GKE 5.8.2'],
  check: forEach(['google_container_cluster'], mustNotBe('master_auth.client_certificate_config.issue_client_certificate', true)),
};
