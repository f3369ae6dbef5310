import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Cloud NAT logs translation errors. */
export const natLogging: PolicyRule = {
  id: 'nat-logging',
  severity: 'warning',
  title: 'Cloud NAT logs translation errors',
  why: 'port exhaustion looks like a slow network',
  remediation: 'set log_config with enable',
  sources: [],
  check: forEach(['google_compute_router_nat'], mustBe('log_config.enable', true)),
};
