import { forEach, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const holdsValue: ResourceCheck = ({ values }) =>
  ['data', 'binary_data', 'secret_data'].flatMap((name) => (isMissing(values[name]) ? [] : [`'${name}' must not be set, got a value`]));

/** Terraform writes no Kubernetes secret. */
export const secretInState: PolicyRule = {
  id: 'secret-in-state',
  severity: 'error',
  title: 'Terraform writes no Kubernetes secret',
  why: 'its value is stored in the state and in every plan, in clear text',
  remediation: 'create it with the External Secrets operator or the Secret Manager add-on',
  sources: [],
  check: forEach(['kubernetes_secret', 'kubernetes_secret_v1', 'google_secret_manager_secret_version'], holdsValue),
};
