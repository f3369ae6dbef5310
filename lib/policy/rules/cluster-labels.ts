import { blocks } from '../../terraform/values';
import { describeViolation, forEach, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const labelled: ResourceCheck = ({ values }, { providers }) => {
  const byProvider = blocks(providers, 'google').some(({ default_labels }) => !isMissing(default_labels));
  return byProvider || !isMissing(values.resource_labels) ? [] : [describeViolation('resource_labels', 'be set', values.resource_labels)];
};

/** Clusters have labels. */
export const clusterLabels: PolicyRule = {
  id: 'cluster-labels',
  severity: 'warning',
  title: 'Clusters have labels',
  why: 'billing reports and inventories select resources by label',
  remediation: 'set resource_labels, or default_labels of the provider',
  sources: ['CKV_GCP_21'],
  check: forEach(['google_container_cluster'], labelled),
};
