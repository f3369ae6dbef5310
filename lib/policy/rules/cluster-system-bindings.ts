import { forEach, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Anonymous and authenticated users have no permissions by default. */
export const clusterSystemBindings: PolicyRule = {
  id: 'cluster-system-bindings',
  severity: 'error',
  title: 'Anonymous and authenticated users have no permissions by default',
  why: 'system:authenticated includes every Google account',
  remediation: 'set both arguments of rbac_binding_config to false',
  sources: ['CIS GKE 4.1.8', 'CIS GKE 4.1.9', 'CIS GKE 4.1.10'],
  check: forEach(
    ['google_container_cluster'],
    mustNotBe('rbac_binding_config.enable_insecure_binding_system_authenticated', true),
    mustNotBe('rbac_binding_config.enable_insecure_binding_system_unauthenticated', true),
  ),
};
