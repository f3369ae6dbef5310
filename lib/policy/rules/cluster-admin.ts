import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** cluster-admin is not bound. */
export const clusterAdmin: PolicyRule = {
  id: 'cluster-admin',
  severity: 'error',
  title: 'cluster-admin is not bound',
  why: 'it permits everything, including reading all secrets',
  remediation: 'bind a role with the permissions that are needed',
  sources: ['CIS GKE 4.1.1'],
  check: forEach(
    ['kubernetes_cluster_role_binding', 'kubernetes_cluster_role_binding_v1', 'kubernetes_role_binding', 'kubernetes_role_binding_v1'],
    mustNotBe('role_ref.name', 'cluster-admin'),
  ),
};
