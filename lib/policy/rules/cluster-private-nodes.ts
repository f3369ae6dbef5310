import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Cluster nodes have no external addresses. */
export const clusterPrivateNodes: PolicyRule = {
  id: 'cluster-private-nodes',
  severity: 'error',
  title: 'Cluster nodes have no external addresses',
  why: 'a node with an external address can be attacked from the internet',
  remediation: 'set private_cluster_config.enable_private_nodes',
  sources: ['CKV_GCP_25', 'CKV_GCP_64', 'CIS GKE 5.6.5', 'gke-policy-automation private_cluster'],
  check: forEach(['google_container_cluster'], mustBe('private_cluster_config.enable_private_nodes', true)),
};
