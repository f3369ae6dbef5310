import { at, isMissing, wrong } from '../look';
import { forEachPod } from '../pods';
import type { PolicyRule } from '../rule';

/** Pods call only what the container runtime lets them. */
export const podSeccomp: PolicyRule = {
  id: 'pod-seccomp',
  severity: 'warning',
  title: 'Pods call only what the container runtime lets them',
  why: 'the kernel is shared by all pods of a node',
  remediation: 'set security_context.seccomp_profile.type to RuntimeDefault',
  sources: ['CIS GKE 4.6.2'],
  check: forEachPod((pod) => {
    const value = at(pod, 'security_context.seccomp_profile.type');
    return isMissing(value) || value === 'Unconfined' ? [wrong('security_context.seccomp_profile.type', 'be "RuntimeDefault"', value)] : [];
  }),
};
