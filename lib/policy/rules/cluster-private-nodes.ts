import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Nodes of a cluster have no external address. */
export const clusterPrivateNodes: PolicyRule = {
  id: 'cluster-private-nodes',
  severity: 'error',
  title: 'Nodes of a cluster have no external address',
  why: 'a node with an external address can be attacked from the internet',
  remediation: 'set private_cluster_config.enable_private_nodes',
  sources: ['CKV_GCP_25', 'CKV_GCP_64', 'CIS GKE 5.6.5', 'gke-policy-automation private_cluster'],
  check: forEach(['google_container_cluster'], mustBe('private_cluster_config.enable_private_nodes', true)),
};
