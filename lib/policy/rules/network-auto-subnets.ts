import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Networks have no automatic subnets. */
export const networkAutoSubnets: PolicyRule = {
  id: 'network-auto-subnets',
  severity: 'error',
  title: 'Networks have no automatic subnets',
  why: 'automatic subnets have the same ranges in every network, so the networks can never be peered',
  remediation: 'set auto_create_subnetworks to false',
  sources: ['CKV2_GCP_2'],
  check: forEach(['google_compute_network'], mustBe('auto_create_subnetworks', false)),
};
