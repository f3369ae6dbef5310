import { isMissing, wrong } from '../look';
import { forEachPod } from '../pods';
import type { PolicyRule } from '../rule';

/** Pods have a service account of their own. */
export const podServiceAccount: PolicyRule = {
  id: 'pod-service-account',
  severity: 'warning',
  title: 'Pods have a service account of their own',
  why: 'whatever the default one is given, everything in the namespace has',
  remediation: 'set service_account_name',
  sources: ['CKV_K8S_41', 'CIS GKE 4.1.5'],
  check: forEachPod(({ service_account_name: name }) =>
    isMissing(name) || name === 'default' ? [wrong('service_account_name', 'be one of its own', name)] : [],
  ),
};
