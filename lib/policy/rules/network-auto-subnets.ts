import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Subnets are made on purpose. */
export const networkAutoSubnets: PolicyRule = {
  id: 'network-auto-subnets',
  severity: 'error',
  title: 'Subnets are made on purpose',
  why: 'automatic ones take the same ranges in every network, and no two of them can ever be joined',
  remediation: 'set auto_create_subnetworks to false',
  sources: ['CKV2_GCP_2'],
  check: forEach(['google_compute_network'], mustBe('auto_create_subnetworks', false)),
};
