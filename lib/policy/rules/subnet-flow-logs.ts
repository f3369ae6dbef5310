import { forEach, isMissing, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

/** Subnets of proxies and of Private Service Connect have no such logs. */
const logs: Look = ({ values }) => {
  const isOrdinary = isMissing(values.purpose) || values.purpose === 'PRIVATE';
  return isOrdinary && isMissing(values.log_config) ? [wrong('log_config', 'be set', values.log_config)] : [];
};

/** A subnet logs its flows. */
export const subnetFlowLogs: PolicyRule = {
  id: 'subnet-flow-logs',
  severity: 'warning',
  title: 'A subnet logs its flows',
  why: 'without them nobody can say afterwards who spoke with whom',
  remediation: 'give log_config',
  sources: ['CKV_GCP_26', 'CIS GCP 3.8'],
  check: forEach(['google_compute_subnetwork'], logs),
};
