import { at, forEach, type ResourceCheck, refersTo } from '../resource-check';
import type { PolicyRule } from '../rule';

const hasQuota: ResourceCheck = ({ address, values }, document) => {
  const isOf = (namespace: unknown): boolean => refersTo(namespace, address, at(values, 'metadata.name'));
  const quotas = document.ofType('kubernetes_resource_quota', 'kubernetes_resource_quota_v1');
  return quotas.some((quota) => isOf(at(quota.values, 'metadata.namespace'))) ? [] : ['it must have a resource quota, got none'];
};

/** Namespaces have a resource quota. */
export const namespaceQuota: PolicyRule = {
  id: 'namespace-quota',
  severity: 'warning',
  title: 'Namespaces have a resource quota',
  why: 'one namespace can use the capacity of the whole cluster',
  remediation: 'add a kubernetes_resource_quota_v1',
  sources: ['gke-policy-automation'],
  check: forEach(['kubernetes_namespace', 'kubernetes_namespace_v1'], hasQuota),
};
