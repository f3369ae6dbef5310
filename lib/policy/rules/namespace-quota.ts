import { at, forEach, type Look } from '../look';
import type { PolicyRule } from '../rule';

const hasQuota: Look = ({ address, body }, document) => {
  const isOf = (namespace: unknown): boolean =>
    typeof namespace === 'string' && (namespace.includes(`${address}.`) || namespace === at(body, 'metadata.name'));
  const quotas = document.ofType('kubernetes_resource_quota', 'kubernetes_resource_quota_v1');
  return quotas.some((quota) => isOf(at(quota.body, 'metadata.namespace'))) ? [] : ['it must have a resource quota, got none'];
};

/** Every namespace has a quota. */
export const namespaceQuota: PolicyRule = {
  id: 'namespace-quota',
  severity: 'warning',
  title: 'Every namespace has a quota',
  why: 'one namespace can take the whole cluster',
  fix: 'add a kubernetes_resource_quota_v1',
  sources: ['gke-policy-automation'],
  check: forEach(['kubernetes_namespace', 'kubernetes_namespace_v1'], hasQuota),
};
