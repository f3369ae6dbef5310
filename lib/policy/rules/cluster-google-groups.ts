import { forEach, mustBeThere } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Role bindings can use Google groups. */
export const clusterGoogleGroups: PolicyRule = {
  id: 'cluster-google-groups',
  severity: 'warning',
  title: 'Role bindings can use Google groups',
  why: 'bindings of users remain when the users leave the organization',
  remediation: 'set authenticator_groups_config.security_group',
  sources: ['CKV_GCP_65', 'CIS GKE 5.8.3'],
  check: forEach(['google_container_cluster'], mustBeThere('authenticator_groups_config.security_group')),
};
