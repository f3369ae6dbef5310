import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Buckets are not public. */
export const bucketPublic: PolicyRule = {
  id: 'bucket-public',
  severity: 'error',
  title: 'Buckets are not public',
  why: 'a single wrong grant publishes all objects',
  remediation: 'set uniform_bucket_level_access, and public_access_prevention to enforced',
  sources: ['CKV_GCP_29', 'CKV_GCP_114'],
  check: forEach(['google_storage_bucket'], mustBe('uniform_bucket_level_access', true), mustBe('public_access_prevention', 'enforced')),
};
