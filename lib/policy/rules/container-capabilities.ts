import { toList } from '../../terraform/values';
import { forEachContainer } from '../pods';
import { at, describeViolation } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Containers drop all capabilities and add none. */
export const containerCapabilities: PolicyRule = {
  id: 'container-capabilities',
  severity: 'warning',
  title: 'Containers drop all capabilities and add none',
  why: 'NET_RAW alone allows impersonating another pod',
  remediation: 'set security_context.capabilities.drop to ["ALL"]',
  sources: ['CKV_K8S_25', 'CKV_K8S_28', 'CKV_K8S_37', 'CKV_K8S_39', 'CIS GKE 4.2.7'],
  check: forEachContainer((container) => {
    const [drop, add] = ['drop', 'add'].map((name) => toList(at(container, `security_context.capabilities.${name}`)).map(String));
    const taken = add!.filter((name) => name !== 'NET_BIND_SERVICE');
    return [
      ...(drop!.some((name) => name.toUpperCase() === 'ALL')
        ? []
        : [describeViolation('security_context.capabilities.drop', 'hold ALL', drop)]),
      ...(taken.length > 0 ? [describeViolation('security_context.capabilities.add', 'add no capability', taken)] : []),
    ];
  }),
};
