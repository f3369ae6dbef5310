import { forEach, isMissing, type Look } from '../look';
import type { PolicyRule } from '../rule';

const holdsValue: Look = ({ values }) =>
  ['data', 'binary_data', 'secret_data'].flatMap((name) => (isMissing(values[name]) ? [] : [`'${name}' must not be set, got a value`]));

/** No Kubernetes secret is written by Terraform. */
export const secretInState: PolicyRule = {
  id: 'secret-in-state',
  severity: 'error',
  title: 'No Kubernetes secret is written by Terraform',
  why: 'its value is in the state and in every plan file, in clear',
  remediation: 'let the External Secrets operator or the Secret Manager add-on make it',
  sources: [],
  check: forEach(['kubernetes_secret', 'kubernetes_secret_v1', 'google_secret_manager_secret_version'], holdsValue),
};
