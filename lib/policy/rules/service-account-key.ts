import { forEach } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Service accounts have no keys. */
export const serviceAccountKey: PolicyRule = {
  id: 'service-account-key',
  severity: 'error',
  title: 'Service accounts have no keys',
  why: 'a key is a long-lived password in a file, and in the state',
  remediation: 'use Workload Identity, or impersonation',
  sources: ['CIS GCP 1.4', 'gke-policy-automation'],
  check: forEach(['google_service_account_key'], () => ['it must not be there, got a key']),
};
