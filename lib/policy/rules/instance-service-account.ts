import { isUndetermined } from '../../terraform/values';
import { at, forEach, isMissing, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const ownAccount: Look = ({ values }) => {
  const email = at(values, 'service_account.email');
  if (isMissing(values.service_account) || isUndetermined(email)) return [];
  const isDefault = isMissing(email) || /-compute@developer\.gserviceaccount\.com$/.test(String(email));
  return isDefault ? [wrong('service_account.email', 'be an account of its own', email)] : [];
};

/** A virtual machine has a service account of its own. */
export const instanceServiceAccount: PolicyRule = {
  id: 'instance-service-account',
  severity: 'error',
  title: 'A virtual machine has a service account of its own',
  why: 'the default one may edit the whole project',
  remediation: 'set service_account.email',
  sources: ['CKV_GCP_30', 'CKV_GCP_31', 'CIS GCP 4.1', 'CIS GCP 4.2'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], ownAccount),
};
