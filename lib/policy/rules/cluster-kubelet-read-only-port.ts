import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** Nodes have no port that answers without a login. */
export const clusterKubeletReadOnlyPort: PolicyRule = {
  id: 'cluster-kubelet-read-only-port',
  severity: 'warning',
  title: 'Nodes have no port that answers without a login',
  why: 'port 10255 tells every pod what runs on the node',
  remediation: 'set insecure_kubelet_readonly_port_enabled to FALSE',
  sources: ['CIS GKE 3.2.4'],
  check: forEach(
    ['google_container_cluster'],
    mustNotBe('node_pool_defaults.node_config_defaults.insecure_kubelet_readonly_port_enabled', true),
  ),
};
