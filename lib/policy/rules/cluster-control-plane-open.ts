import { coversInternet } from '../../reachability/internet-exposure';
import { blocks } from '../../terraform/values';
import { at, describeViolation, forEach, isBoolean, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const openRanges: ResourceCheck = ({ values }) => {
  const networks = at(values, 'master_authorized_networks_config');
  const ranges = blocks({ cidr_blocks: at(networks, 'cidr_blocks') }, 'cidr_blocks').map(({ cidr_block }) => cidr_block);
  if (coversInternet(ranges.map(String))) {
    return [describeViolation('master_authorized_networks_config.cidr_blocks', 'not hold the whole internet', ranges)];
  }
  const isOff = isBoolean(false, values, 'control_plane_endpoints_config.ip_endpoints_config.enabled');
  const isPrivate = isBoolean(true, values, 'private_cluster_config.enable_private_endpoint');
  return isOff || isPrivate || !isMissing(networks)
    ? []
    : [describeViolation('master_authorized_networks_config', 'name the ranges that may reach the control plane', networks)];
};

/** IP endpoints of a control plane are disabled, or limited to authorized networks. */
export const clusterControlPlaneOpen: PolicyRule = {
  id: 'cluster-control-plane-open',
  severity: 'error',
  title: 'IP endpoints of a control plane are disabled, or limited to authorized networks',
  why: 'with network access to the API server, stolen credentials and unpatched vulnerabilities can be used',
  remediation: 'disable the IP endpoints and use the DNS endpoint, which is protected by IAM, or set master_authorized_networks_config',
  sources: ['CKV_GCP_18', 'CKV_GCP_20', 'CIS GKE 5.6.3', 'CIS GKE 5.6.4', 'gke-policy-automation control_plane_access'],
  check: forEach(['google_container_cluster'], openRanges),
};
