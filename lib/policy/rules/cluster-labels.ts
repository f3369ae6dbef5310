import { blocks } from '../../terraform/values';
import { forEach, isMissing, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const labelled: Look = ({ values }, { providers }) => {
  const byProvider = blocks(providers, 'google').some(({ default_labels }) => !isMissing(default_labels));
  return byProvider || !isMissing(values.resource_labels) ? [] : [wrong('resource_labels', 'be set', values.resource_labels)];
};

/** A cluster has labels. */
export const clusterLabels: PolicyRule = {
  id: 'cluster-labels',
  severity: 'warning',
  title: 'A cluster has labels',
  why: 'bills and inventories find things by them',
  remediation: 'set resource_labels, or default_labels of the provider',
  sources: ['CKV_GCP_21'],
  check: forEach(['google_container_cluster'], labelled),
};
