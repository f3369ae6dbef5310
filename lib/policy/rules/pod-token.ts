import { forEachPod } from '../pods';
import { describeViolation, isBoolean } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Pods mount a service account token only if they use it. */
export const podToken: PolicyRule = {
  id: 'pod-token',
  severity: 'warning',
  title: 'Pods mount a service account token only if they use it',
  why: 'with the token, an attacker can call the API server',
  remediation: 'set automount_service_account_token to false',
  sources: ['CIS GKE 4.1.6'],
  check: forEachPod((pod) =>
    isBoolean(false, pod, 'automount_service_account_token')
      ? []
      : [describeViolation('automount_service_account_token', 'be false', pod.automount_service_account_token)],
  ),
};
