import { forEachPod } from '../pods';
import { at, describeViolation, isMissing } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Pods use the seccomp profile of the container runtime. */
export const podSeccomp: PolicyRule = {
  id: 'pod-seccomp',
  severity: 'warning',
  title: 'Pods use the seccomp profile of the container runtime',
  why: 'all pods of a node share its kernel',
  remediation: 'set security_context.seccomp_profile.type to RuntimeDefault',
  sources: ['CIS GKE 4.6.2'],
  check: forEachPod((pod) => {
    const value = at(pod, 'security_context.seccomp_profile.type');
    return isMissing(value) || value === 'Unconfined'
      ? [describeViolation('security_context.seccomp_profile.type', 'be "RuntimeDefault"', value)]
      : [];
  }),
};
