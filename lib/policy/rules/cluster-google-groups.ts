import { forEach, mustBeThere } from '../look';
import type { PolicyRule } from '../rule';

/** Role bindings can name Google groups. */
export const clusterGoogleGroups: PolicyRule = {
  id: 'cluster-google-groups',
  severity: 'warning',
  title: 'Role bindings can name Google groups',
  why: 'bindings of persons stay when the person has left',
  remediation: 'set authenticator_groups_config.security_group',
  sources: ['CKV_GCP_65', 'CIS GKE 5.8.3'],
  check: forEach(['google_container_cluster'], mustBeThere('authenticator_groups_config.security_group')),
};
