import { block, isBlock, toList } from '../../terraform/values';
import { at, forEach, isMissing, type ResourceCheck, refersTo } from '../resource-check';
import type { PolicyRule } from '../rule';

const denies: ResourceCheck = ({ address, values }, document) => {
  const isOf = (namespace: unknown): boolean => refersTo(namespace, address, at(values, 'metadata.name'));
  const policies = document
    .ofType('kubernetes_network_policy', 'kubernetes_network_policy_v1')
    .filter((policy) => isOf(at(policy.values, 'metadata.namespace')));
  const isDefault = policies.some(({ values: policy }) => {
    const selector = block(policy, 'spec', 'pod_selector') ?? {};
    const isForAll = isMissing(selector.match_labels) && isMissing(selector.match_expressions);
    return (
      isForAll && isMissing(at(policy, 'spec.ingress')) && toList(at(policy, 'spec.policy_types')).includes('Ingress') && isBlock(policy)
    );
  });
  return isDefault ? [] : ['it must have a NetworkPolicy that denies by default, got none'];
};

/** Namespaces deny traffic by default. */
export const namespaceDefaultDeny: PolicyRule = {
  id: 'namespace-default-deny',
  severity: 'warning',
  title: 'Namespaces deny traffic by default',
  why: 'without a policy, every pod of the cluster can connect to every other',
  remediation: 'add a NetworkPolicy for all pods of the namespace, with no rules',
  sources: ['CIS GKE 4.3.2', 'CKV2_K8S_6'],
  check: forEach(['kubernetes_namespace', 'kubernetes_namespace_v1'], denies),
};
