import { forEachPod } from '../pods';
import { describeViolation, isBoolean } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Pods do not share the network, process or IPC namespaces of their node. */
export const podHostNamespaces: PolicyRule = {
  id: 'pod-host-namespaces',
  severity: 'error',
  title: 'Pods do not share the network, process or IPC namespaces of their node',
  why: 'such a pod sees the other pods on the node',
  remediation: 'remove host_network, host_pid and host_ipc',
  sources: ['CKV_K8S_17', 'CKV_K8S_18', 'CKV_K8S_19', 'CIS GKE 4.2.2', 'CIS GKE 4.2.3', 'CIS GKE 4.2.4'],
  check: forEachPod((pod) =>
    ['host_network', 'host_pid', 'host_ipc'].flatMap((name) =>
      isBoolean(true, pod, name) ? [describeViolation(name, 'not be true', true)] : [],
    ),
  ),
};
