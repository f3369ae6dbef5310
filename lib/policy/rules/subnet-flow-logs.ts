import { forEach, isMissing, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

/** Subnets of proxies and of Private Service Connect have no such logs. */
const logs: Look = ({ body }) => {
  const isOrdinary = isMissing(body.purpose) || body.purpose === 'PRIVATE';
  return isOrdinary && isMissing(body.log_config) ? [wrong('log_config', 'be set', body.log_config)] : [];
};

/** A subnet logs its flows. */
export const subnetFlowLogs: PolicyRule = {
  id: 'subnet-flow-logs',
  severity: 'warning',
  title: 'A subnet logs its flows',
  why: 'without them nobody can say afterwards who spoke with whom',
  fix: 'give log_config',
  sources: ['CKV_GCP_26', 'CIS GCP 3.8'],
  check: forEach(['google_compute_subnetwork'], logs),
};
