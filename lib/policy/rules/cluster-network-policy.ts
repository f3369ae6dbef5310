import { describeViolation, forEach, isBoolean, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const enforced: ResourceCheck = ({ values }) => {
  if (isBoolean(true, values, 'network_policy.enabled') || isBoolean(true, values, 'enable_autopilot')) return [];
  return values.datapath_provider === 'ADVANCED_DATAPATH'
    ? []
    : [describeViolation('datapath_provider', 'be "ADVANCED_DATAPATH"', values.datapath_provider)];
};

/** Clusters enforce network policies. */
export const clusterNetworkPolicy: PolicyRule = {
  id: 'cluster-network-policy',
  severity: 'error',
  title: 'Clusters enforce network policies',
  why: 'without Dataplane V2 or Calico, NetworkPolicies are accepted and not enforced',
  remediation: 'set datapath_provider to ADVANCED_DATAPATH, which is only possible at creation',
  sources: ['CKV_GCP_12', 'CIS GKE 5.6.7', 'gke-policy-automation network_policies_engine'],
  check: forEach(['google_container_cluster'], enforced),
};
