import { isBoolean, wrong } from '../look';
import { forEachPod } from '../pods';
import type { PolicyRule } from '../rule';

/** Pods get a token of the API server only when they use it. */
export const podToken: PolicyRule = {
  id: 'pod-token',
  severity: 'warning',
  title: 'Pods get a token of the API server only when they use it',
  why: 'whoever breaks in can ask the API server',
  remediation: 'set automount_service_account_token to false',
  sources: ['CIS GKE 4.1.6'],
  check: forEachPod((pod) =>
    isBoolean(false, pod, 'automount_service_account_token')
      ? []
      : [wrong('automount_service_account_token', 'be false', pod.automount_service_account_token)],
  ),
};
