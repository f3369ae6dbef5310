import { forEach, mustBeThere } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Pods have VPC addresses (VPC-native cluster). */
export const clusterVpcNative: PolicyRule = {
  id: 'cluster-vpc-native',
  severity: 'error',
  title: 'Pods have VPC addresses (VPC-native cluster)',
  why: 'routes-based clusters cannot use private services, and are limited by the route quota',
  remediation: 'set ip_allocation_policy',
  sources: ['CKV_GCP_23', 'CIS GKE 5.6.2', 'gke-policy-automation vpc_native_cluster'],
  check: forEach(['google_container_cluster'], mustBeThere('ip_allocation_policy')),
};
