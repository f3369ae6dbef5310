import { listOf } from '../../terraform/values';
import { at, wrong } from '../look';
import { forEachContainer } from '../pods';
import type { PolicyRule } from '../rule';

/** Containers give up all capabilities and take none. */
export const containerCapabilities: PolicyRule = {
  id: 'container-capabilities',
  severity: 'warning',
  title: 'Containers give up all capabilities and take none',
  why: 'NET_RAW alone is enough to pretend to be another pod',
  remediation: 'set security_context.capabilities.drop to ["ALL"]',
  sources: ['CKV_K8S_25', 'CKV_K8S_28', 'CKV_K8S_37', 'CKV_K8S_39', 'CIS GKE 4.2.7'],
  check: forEachContainer((container) => {
    const [drop, add] = ['drop', 'add'].map((name) => listOf(at(container, `security_context.capabilities.${name}`)).map(String));
    const taken = add!.filter((name) => name !== 'NET_BIND_SERVICE');
    return [
      ...(drop!.some((name) => name.toUpperCase() === 'ALL') ? [] : [wrong('security_context.capabilities.drop', 'hold ALL', drop)]),
      ...(taken.length > 0 ? [wrong('security_context.capabilities.add', 'add nothing', taken)] : []),
    ];
  }),
};
