import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Intranode visibility is enabled. */
export const clusterIntranodeVisibility: PolicyRule = {
  id: 'cluster-intranode-visibility',
  severity: 'warning',
  title: 'Intranode visibility is enabled',
  why: 'flow logs and firewall rules do not see traffic between pods on the same node',
  remediation: 'set enable_intranode_visibility',
  sources: ['CKV_GCP_61', 'CIS GKE 5.6.1'],
  check: forEach(['google_container_cluster'], mustBe('enable_intranode_visibility', true)),
};
