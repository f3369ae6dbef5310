import { forEachContainer } from '../pods';
import { describeViolation, isBoolean } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Containers are not privileged. */
export const containerPrivileged: PolicyRule = {
  id: 'container-privileged',
  severity: 'error',
  title: 'Containers are not privileged',
  why: 'a privileged container is root on its node',
  remediation: 'remove security_context.privileged',
  sources: ['CKV_K8S_16', 'CIS GKE 4.2.1'],
  check: forEachContainer((container) =>
    isBoolean(true, container, 'security_context.privileged')
      ? [describeViolation('security_context.privileged', 'not be true', true)]
      : [],
  ),
};
