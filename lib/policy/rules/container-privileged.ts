import { isBoolean, wrong } from '../look';
import { forEachContainer } from '../pods';
import type { PolicyRule } from '../rule';

/** No container is privileged. */
export const containerPrivileged: PolicyRule = {
  id: 'container-privileged',
  severity: 'error',
  title: 'No container is privileged',
  why: 'a privileged container is root on its node',
  remediation: 'leave security_context.privileged out',
  sources: ['CKV_K8S_16', 'CIS GKE 4.2.1'],
  check: forEachContainer((container) =>
    isBoolean(true, container, 'security_context.privileged') ? [wrong('security_context.privileged', 'not be true', true)] : [],
  ),
};
