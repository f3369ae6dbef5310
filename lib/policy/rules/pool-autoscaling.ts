import { forEach, mustBeThere } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Node pools autoscale. */
export const poolAutoscaling: PolicyRule = {
  id: 'pool-autoscaling',
  severity: 'warning',
  title: 'Node pools autoscale',
  why: 'a pool of a fixed size costs too much at low load, and is too small at high load',
  remediation: 'set autoscaling with its limits',
  sources: ['gke-policy-automation node_pool_autoscaling'],
  check: forEach(['google_container_node_pool'], mustBeThere('autoscaling')),
};
