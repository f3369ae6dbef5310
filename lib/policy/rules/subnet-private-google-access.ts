import { describeViolation, forEach, isBoolean, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const reaches: ResourceCheck = ({ values }) => {
  const isOrdinary = isMissing(values.purpose) || values.purpose === 'PRIVATE';
  return isOrdinary && !isBoolean(true, values, 'private_ip_google_access')
    ? [describeViolation('private_ip_google_access', 'be true', values.private_ip_google_access)]
    : [];
};

/** Subnets have Private Google Access. */
export const subnetPrivateGoogleAccess: PolicyRule = {
  id: 'subnet-private-google-access',
  severity: 'error',
  title: 'Subnets have Private Google Access',
  why: 'without it, private nodes cannot pull images or send logs',
  remediation: 'set private_ip_google_access',
  sources: ['CKV_GCP_74', 'gcpdiag gke/ERR/2022_002'],
  check: forEach(['google_compute_subnetwork'], reaches),
};
