import { coversInternet } from '../../reachability/open-to-internet';
import { blocks } from '../../terraform/values';
import { at, forEach, isBoolean, isMissing, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const openRanges: Look = ({ values }) => {
  const networks = at(values, 'master_authorized_networks_config');
  const ranges = blocks({ cidr_blocks: at(networks, 'cidr_blocks') }, 'cidr_blocks').map(({ cidr_block }) => cidr_block);
  if (coversInternet(ranges.map(String))) {
    return [wrong('master_authorized_networks_config.cidr_blocks', 'not hold the whole internet', ranges)];
  }
  const isOff = isBoolean(false, values, 'control_plane_endpoints_config.ip_endpoints_config.enabled');
  const isPrivate = isBoolean(true, values, 'private_cluster_config.enable_private_endpoint');
  return isOff || isPrivate || !isMissing(networks)
    ? []
    : [wrong('master_authorized_networks_config', 'name the ranges that may reach the control plane', networks)];
};

/** The addresses of a control plane are off, or open to named ranges only. */
export const clusterControlPlaneOpen: PolicyRule = {
  id: 'cluster-control-plane-open',
  severity: 'error',
  title: 'The addresses of a control plane are off, or open to named ranges only',
  why: 'whoever reaches the API server can try stolen credentials and its next vulnerability',
  remediation:
    'switch IP endpoints off and use the DNS endpoint, which is behind IAM, or name the ranges in master_authorized_networks_config',
  sources: ['CKV_GCP_18', 'CKV_GCP_20', 'CIS GKE 5.6.3', 'CIS GKE 5.6.4', 'gke-policy-automation control_plane_access'],
  check: forEach(['google_container_cluster'], openRanges),
};
