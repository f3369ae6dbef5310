import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Traffic within a node is seen by the VPC. */
export const clusterIntranodeVisibility: PolicyRule = {
  id: 'cluster-intranode-visibility',
  severity: 'warning',
  title: 'Traffic within a node is seen by the VPC',
  why: 'flow logs and firewall rules miss what never leaves the node',
  remediation: 'set enable_intranode_visibility',
  sources: ['CKV_GCP_61', 'CIS GKE 5.6.1'],
  check: forEach(['google_container_cluster'], mustBe('enable_intranode_visibility', true)),
};
