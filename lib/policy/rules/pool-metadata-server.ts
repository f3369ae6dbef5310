import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Nodes run the GKE metadata server. */
export const poolMetadataServer: PolicyRule = {
  id: 'pool-metadata-server',
  severity: 'error',
  title: 'Nodes run the GKE metadata server',
  why: 'otherwise pods can obtain the access token of their node',
  remediation: 'set node_config.workload_metadata_config.mode to GKE_METADATA',
  sources: ['CKV_GCP_69', 'CIS GKE 5.4.2'],
  check: forEach(['google_container_node_pool'], mustBe('node_config.workload_metadata_config.mode', 'GKE_METADATA')),
};
