import { forEach, isBoolean, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const enforced: Look = ({ values }) => {
  if (isBoolean(true, values, 'network_policy.enabled') || isBoolean(true, values, 'enable_autopilot')) return [];
  return values.datapath_provider === 'ADVANCED_DATAPATH'
    ? []
    : [wrong('datapath_provider', 'be "ADVANCED_DATAPATH"', values.datapath_provider)];
};

/** A cluster enforces network policies. */
export const clusterNetworkPolicy: PolicyRule = {
  id: 'cluster-network-policy',
  severity: 'error',
  title: 'A cluster enforces network policies',
  why: 'without Dataplane V2 or Calico every NetworkPolicy is accepted and none is enforced',
  remediation: 'set datapath_provider to ADVANCED_DATAPATH, which has to be done when the cluster is made',
  sources: ['CKV_GCP_12', 'CIS GKE 5.6.7', 'gke-policy-automation network_policies_engine'],
  check: forEach(['google_container_cluster'], enforced),
};
