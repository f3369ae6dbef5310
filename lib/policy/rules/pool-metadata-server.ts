import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Pods do not reach the metadata of their node. */
export const poolMetadataServer: PolicyRule = {
  id: 'pool-metadata-server',
  severity: 'error',
  title: 'Pods do not reach the metadata of their node',
  why: 'from there they get the token of the node, and its rights',
  remediation: 'set node_config.workload_metadata_config.mode to GKE_METADATA',
  sources: ['CKV_GCP_69', 'CIS GKE 5.4.2'],
  check: forEach(['google_container_node_pool'], mustBe('node_config.workload_metadata_config.mode', 'GKE_METADATA')),
};
