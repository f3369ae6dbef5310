import { isUndetermined } from '../../terraform/values';
import { at, describeViolation, forEach, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const ownAccount: ResourceCheck = ({ values }) => {
  const email = at(values, 'service_account.email');
  if (isMissing(values.service_account) || isUndetermined(email)) return [];
  const isDefault = isMissing(email) || /-compute@developer\.gserviceaccount\.com$/.test(String(email));
  return isDefault ? [describeViolation('service_account.email', 'be a dedicated service account', email)] : [];
};

/** VM instances have their own service account. */
export const instanceServiceAccount: PolicyRule = {
  id: 'instance-service-account',
  severity: 'error',
  title: 'VM instances have their own service account',
  why: 'the default service account may edit the whole project',
  remediation: 'set service_account.email',
  sources: ['CKV_GCP_30', 'CKV_GCP_31', 'CIS GCP 4.1', 'CIS GCP 4.2'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], ownAccount),
};
