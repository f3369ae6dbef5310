import { isBoolean, wrong } from '../look';
import { forEachPod } from '../pods';
import type { PolicyRule } from '../rule';

/** No pod shares network, processes or memory with its node. */
export const podHostNamespaces: PolicyRule = {
  id: 'pod-host-namespaces',
  severity: 'error',
  title: 'No pod shares network, processes or memory with its node',
  why: 'it sees what every other pod on the node does',
  remediation: 'leave host_network, host_pid and host_ipc out',
  sources: ['CKV_K8S_17', 'CKV_K8S_18', 'CKV_K8S_19', 'CIS GKE 4.2.2', 'CIS GKE 4.2.3', 'CIS GKE 4.2.4'],
  check: forEachPod((pod) =>
    ['host_network', 'host_pid', 'host_ipc'].flatMap((name) => (isBoolean(true, pod, name) ? [wrong(name, 'not be true', true)] : [])),
  ),
};
