import { forEach, mustBeThere } from '../look';
import type { PolicyRule } from '../rule';

/** A pool scales with its load. */
export const poolAutoscaling: PolicyRule = {
  id: 'pool-autoscaling',
  severity: 'warning',
  title: 'A pool scales with its load',
  why: 'a pool of a fixed size is paid for at night, and too small at noon',
  remediation: 'give autoscaling with its limits',
  sources: ['gke-policy-automation node_pool_autoscaling'],
  check: forEach(['google_container_node_pool'], mustBeThere('autoscaling')),
};
