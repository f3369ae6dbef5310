import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** Nodes prove what they are. */
export const clusterShieldedNodes: PolicyRule = {
  id: 'cluster-shielded-nodes',
  severity: 'error',
  title: 'Nodes prove what they are',
  why: 'a machine that is none of the cluster could take the credentials of a node',
  remediation: 'leave enable_shielded_nodes at true',
  sources: ['CKV_GCP_71', 'CIS GKE 5.5.5'],
  check: forEach(['google_container_cluster'], mustNotBe('enable_shielded_nodes', false)),
};
