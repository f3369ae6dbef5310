import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** A cluster refuses to be deleted. */
export const clusterDeletionProtection: PolicyRule = {
  id: 'cluster-deletion-protection',
  severity: 'error',
  title: 'A cluster refuses to be deleted',
  why: 'everything in it goes with it',
  remediation: 'leave deletion_protection at true; false is the first of the two steps of taking it down',
  sources: [],
  check: forEach(['google_container_cluster'], mustNotBe('deletion_protection', false)),
};
