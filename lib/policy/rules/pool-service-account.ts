import { forEach, mustBeThere, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** Nodes have a service account of their own. */
export const poolServiceAccount: PolicyRule = {
  id: 'pool-service-account',
  severity: 'error',
  title: 'Nodes have a service account of their own',
  why: 'the default one may edit the whole project',
  remediation: 'set node_config.service_account',
  sources: ['CIS GKE 5.2.1', 'CKV2_GCP_1', 'gke-policy-automation node_pool_use_default_sa'],
  check: forEach(
    ['google_container_node_pool'],
    mustBeThere('node_config.service_account'),
    mustNotBe('node_config.service_account', 'default'),
  ),
};
