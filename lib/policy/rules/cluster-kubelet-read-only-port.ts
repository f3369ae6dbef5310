import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** The kubelet read-only port is disabled. */
export const clusterKubeletReadOnlyPort: PolicyRule = {
  id: 'cluster-kubelet-read-only-port',
  severity: 'warning',
  title: 'The kubelet read-only port is disabled',
  why: 'port 10255 shows the workloads of the node to every pod, without authentication',
  remediation: 'set insecure_kubelet_readonly_port_enabled to FALSE',
  sources: ['CIS GKE 3.2.4'],
  check: forEach(
    ['google_container_cluster'],
    mustNotBe('node_pool_defaults.node_config_defaults.insecure_kubelet_readonly_port_enabled', true),
  ),
};
