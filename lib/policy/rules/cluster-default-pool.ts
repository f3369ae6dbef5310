import { describeViolation, forEach, isBoolean, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const noInlinePool: ResourceCheck = ({ values }) =>
  isMissing(values.node_pool) || isBoolean(true, values, 'remove_default_node_pool')
    ? []
    : [describeViolation('node_pool', 'not be in the cluster', values.node_pool)];

/** The default node pool is removed. */
export const clusterDefaultPool: PolicyRule = {
  id: 'cluster-default-pool',
  severity: 'warning',
  title: 'The default node pool is removed',
  why: 'an inline node pool cannot be changed without the cluster',
  remediation: 'set remove_default_node_pool and define separate node pools',
  sources: ['CKV_GCP_123'],
  check: forEach(['google_container_cluster'], noInlinePool),
};
