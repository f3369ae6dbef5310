import { describeViolation, forEach, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Subnets of proxies and of Private Service Connect have no such logs. */
const logs: ResourceCheck = ({ values }) => {
  const isOrdinary = isMissing(values.purpose) || values.purpose === 'PRIVATE';
  return isOrdinary && isMissing(values.log_config) ? [describeViolation('log_config', 'be set', values.log_config)] : [];
};

/** Subnets have flow logs. */
export const subnetFlowLogs: PolicyRule = {
  id: 'subnet-flow-logs',
  severity: 'warning',
  title: 'Subnets have flow logs',
  why: 'without flow logs, past connections cannot be investigated',
  remediation: 'set log_config',
  sources: ['CKV_GCP_26', 'CIS GCP 3.8'],
  check: forEach(['google_compute_subnetwork'], logs),
};
