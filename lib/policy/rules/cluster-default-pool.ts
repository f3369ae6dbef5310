import { forEach, isBoolean, isMissing, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const noInlinePool: Look = ({ values }) =>
  isMissing(values.node_pool) || isBoolean(true, values, 'remove_default_node_pool')
    ? []
    : [wrong('node_pool', 'not be in the cluster', values.node_pool)];

/** The pool that GKE makes by itself is removed. */
export const clusterDefaultPool: PolicyRule = {
  id: 'cluster-default-pool',
  severity: 'warning',
  title: 'The pool that GKE makes by itself is removed',
  why: 'a pool inside of the cluster cannot be changed without the cluster',
  remediation: 'set remove_default_node_pool and give pools of their own',
  sources: ['CKV_GCP_123'],
  check: forEach(['google_container_cluster'], noInlinePool),
};
