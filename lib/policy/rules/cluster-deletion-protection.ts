import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters have deletion protection. */
export const clusterDeletionProtection: PolicyRule = {
  id: 'cluster-deletion-protection',
  severity: 'error',
  title: 'Clusters have deletion protection',
  why: 'deleting a cluster deletes everything in it',
  remediation: 'leave deletion_protection at true; setting it to false is the first of the two steps of a deletion',
  sources: [],
  check: forEach(['google_container_cluster'], mustNotBe('deletion_protection', false)),
};
