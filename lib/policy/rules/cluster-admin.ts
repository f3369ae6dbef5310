import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** Nobody is bound to cluster-admin. */
export const clusterAdmin: PolicyRule = {
  id: 'cluster-admin',
  severity: 'error',
  title: 'Nobody is bound to cluster-admin',
  why: 'it may do everything to everything, secrets included',
  remediation: 'bind a role that names what is needed',
  sources: ['CIS GKE 4.1.1'],
  check: forEach(
    ['kubernetes_cluster_role_binding', 'kubernetes_cluster_role_binding_v1', 'kubernetes_role_binding', 'kubernetes_role_binding_v1'],
    mustNotBe('role_ref.name', 'cluster-admin'),
  ),
};
