import { forEachContainer } from '../pods';
import { at, describeViolation, isBoolean } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Containers cannot escalate privileges. */
export const containerPrivilegeEscalation: PolicyRule = {
  id: 'container-privilege-escalation',
  severity: 'error',
  title: 'Containers cannot escalate privileges',
  why: 'a setuid program gives root permissions to any user',
  remediation: 'set security_context.allow_privilege_escalation to false',
  sources: ['CKV_K8S_20', 'CIS GKE 4.2.5'],
  check: forEachContainer((container) => {
    const value = at(container, 'security_context.allow_privilege_escalation');
    return isBoolean(false, container, 'security_context.allow_privilege_escalation')
      ? []
      : [describeViolation('security_context.allow_privilege_escalation', 'be false', value)];
  }),
};
