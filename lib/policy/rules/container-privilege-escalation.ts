import { at, isBoolean, wrong } from '../look';
import { forEachContainer } from '../pods';
import type { PolicyRule } from '../rule';

/** No container can become more than it is. */
export const containerPrivilegeEscalation: PolicyRule = {
  id: 'container-privilege-escalation',
  severity: 'error',
  title: 'No container can become more than it is',
  why: 'a setuid program makes root of anybody',
  remediation: 'set security_context.allow_privilege_escalation to false',
  sources: ['CKV_K8S_20', 'CIS GKE 4.2.5'],
  check: forEachContainer((container) => {
    const value = at(container, 'security_context.allow_privilege_escalation');
    return isBoolean(false, container, 'security_context.allow_privilege_escalation')
      ? []
      : [wrong('security_context.allow_privilege_escalation', 'be false', value)];
  }),
};
