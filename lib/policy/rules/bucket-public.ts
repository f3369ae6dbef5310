import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Buckets are not open to the internet. */
export const bucketPublic: PolicyRule = {
  id: 'bucket-public',
  severity: 'error',
  title: 'Buckets are not open to the internet',
  why: 'one wrong grant publishes everything in it',
  remediation: 'set uniform_bucket_level_access, and public_access_prevention to enforced',
  sources: ['CKV_GCP_29', 'CKV_GCP_114'],
  check: forEach(['google_storage_bucket'], mustBe('uniform_bucket_level_access', true), mustBe('public_access_prevention', 'enforced')),
};
