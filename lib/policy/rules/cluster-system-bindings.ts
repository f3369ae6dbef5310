import { forEach, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** Nobody gets rights by being anonymous or by having a Google account. */
export const clusterSystemBindings: PolicyRule = {
  id: 'cluster-system-bindings',
  severity: 'error',
  title: 'Nobody gets rights by being anonymous or by having a Google account',
  why: 'system:authenticated is everybody with a Google account',
  remediation: 'set both arguments of rbac_binding_config to false',
  sources: ['CIS GKE 4.1.8', 'CIS GKE 4.1.9', 'CIS GKE 4.1.10'],
  check: forEach(
    ['google_container_cluster'],
    mustNotBe('rbac_binding_config.enable_insecure_binding_system_authenticated', true),
    mustNotBe('rbac_binding_config.enable_insecure_binding_system_unauthenticated', true),
  ),
};
