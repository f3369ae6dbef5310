import { forEachPod } from '../pods';
import { describeViolation, isMissing } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Pods have their own service account. */
export const podServiceAccount: PolicyRule = {
  id: 'pod-service-account',
  severity: 'warning',
  title: 'Pods have their own service account',
  why: 'permissions of the default service account apply to the whole namespace',
  remediation: 'set service_account_name',
  sources: ['CKV_K8S_41', 'CIS GKE 4.1.5'],
  check: forEachPod(({ service_account_name: name }) =>
    isMissing(name) || name === 'default' ? [describeViolation('service_account_name', 'be a dedicated service account', name)] : [],
  ),
};
