import { FIREWALL_TYPES, findInternetExposures } from '../../reachability/internet-exposure';
import { describeViolation, forEach, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Rules without ports, IPv6, and ranges that together cover the internet count too. */
const fromEverywhere: ResourceCheck = ({ type, values }) =>
  findInternetExposures(type, values).map(({ argument, ranges }) => describeViolation(argument, 'name the allowed sources', ranges));

/** Firewall rules do not allow ingress from the whole internet. */
export const firewallOpenToInternet: PolicyRule = {
  id: 'firewall-open-to-internet',
  severity: 'error',
  title: 'Firewall rules do not allow ingress from the whole internet',
  why: 'ports that are open to the internet are scanned within minutes',
  remediation: 'set the source ranges, or use a load balancer or Identity-Aware Proxy',
  sources: ['CKV_GCP_2', 'CKV_GCP_3', 'CKV_GCP_75', 'CKV_GCP_77', 'CKV_GCP_88', 'CKV_GCP_106', 'CKV2_GCP_12', 'CIS GCP 3.6', 'CIS GCP 3.7'],
  check: forEach(FIREWALL_TYPES, fromEverywhere),
};
