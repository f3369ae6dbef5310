import { forEach, type ResourceCheck, refersTo } from '../resource-check';
import type { PolicyRule } from '../rule';

const hasRules: ResourceCheck = ({ address, values }, document) => {
  const rules = document.ofType(
    'google_compute_firewall',
    'google_compute_network_firewall_policy_association',
    'google_compute_firewall_policy_association',
  );
  const concerns = ({ network, attachment_target }: Readonly<Record<string, unknown>>): boolean =>
    [network, attachment_target].some((value) => refersTo(value, address, values.name));
  return rules.some((rule) => concerns(rule.values)) ? [] : ['it must have firewall rules, got none in this stack'];
};

/** Networks have firewall rules. */
export const networkWithoutFirewall: PolicyRule = {
  id: 'network-without-firewall',
  severity: 'warning',
  title: 'Networks have firewall rules',
  why: 'without rules, the allowed sources are not defined',
  remediation: 'add a google_compute_firewall',
  sources: ['CKV2_GCP_18'],
  check: forEach(['google_compute_network'], hasRules),
};
