import { forEach, mustBe } from '../look';
import type { PolicyRule } from '../rule';

/** Cloud NAT logs what it could not translate. */
export const natLogging: PolicyRule = {
  id: 'nat-logging',
  severity: 'warning',
  title: 'Cloud NAT logs what it could not translate',
  why: 'ports that ran out look like a slow internet',
  remediation: 'give log_config with enable',
  sources: [],
  check: forEach(['google_compute_router_nat'], mustBe('log_config.enable', true)),
};
