import { forEach, mustBeThere, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Node pools have their own service account. */
export const poolServiceAccount: PolicyRule = {
  id: 'pool-service-account',
  severity: 'error',
  title: 'Node pools have their own service account',
  why: 'the default service account may edit the whole project',
  remediation: 'set node_config.service_account',
  sources: ['CIS GKE 5.2.1', 'CKV2_GCP_1', 'gke-policy-automation node_pool_use_default_sa'],
  check: forEach(
    ['google_container_node_pool'],
    mustBeThere('node_config.service_account'),
    mustNotBe('node_config.service_account', 'default'),
  ),
};
