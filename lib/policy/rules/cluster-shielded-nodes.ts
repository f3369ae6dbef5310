import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Cluster nodes are Shielded GKE Nodes. */
export const clusterShieldedNodes: PolicyRule = {
  id: 'cluster-shielded-nodes',
  severity: 'error',
  title: 'Cluster nodes are Shielded GKE Nodes',
  why: 'otherwise a VM instance outside of the cluster could obtain the credentials of a node',
  remediation: 'remove enable_shielded_nodes, or set it to true',
  sources: ['CKV_GCP_71', 'CIS GKE 5.5.5'],
  check: forEach(['google_container_cluster'], mustNotBe('enable_shielded_nodes', false)),
};
