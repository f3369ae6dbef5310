import { forEach, mustBeThere } from '../look';
import type { PolicyRule } from '../rule';

/** Pods have addresses of the VPC. */
export const clusterVpcNative: PolicyRule = {
  id: 'cluster-vpc-native',
  severity: 'error',
  title: 'Pods have addresses of the VPC',
  why: 'routes-based clusters reach no private service and meet a limit of routes',
  remediation: 'give ip_allocation_policy',
  sources: ['CKV_GCP_23', 'CIS GKE 5.6.2', 'gke-policy-automation vpc_native_cluster'],
  check: forEach(['google_container_cluster'], mustBeThere('ip_allocation_policy')),
};
