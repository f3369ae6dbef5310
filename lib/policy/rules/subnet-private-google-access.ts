import { forEach, isBoolean, isMissing, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const reaches: Look = ({ values }) => {
  const isOrdinary = isMissing(values.purpose) || values.purpose === 'PRIVATE';
  return isOrdinary && !isBoolean(true, values, 'private_ip_google_access')
    ? [wrong('private_ip_google_access', 'be true', values.private_ip_google_access)]
    : [];
};

/** Machines without an external address reach the APIs of Google. */
export const subnetPrivateGoogleAccess: PolicyRule = {
  id: 'subnet-private-google-access',
  severity: 'error',
  title: 'Machines without an external address reach the APIs of Google',
  why: 'private nodes cannot pull images or send logs without it',
  remediation: 'set private_ip_google_access',
  sources: ['CKV_GCP_74', 'gcpdiag gke/ERR/2022_002'],
  check: forEach(['google_compute_subnetwork'], reaches),
};
