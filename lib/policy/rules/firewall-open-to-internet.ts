import { FIREWALL_TYPES, internetOpenings } from '../../reachability/open-to-internet';
import { forEach, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

/** Also from all of IPv6, in parts that together are the internet, at whatever port, and where no port is named, which is all of them. */
const fromEverywhere: Look = ({ type, values }) =>
  internetOpenings(type, values).map(({ argument, ranges }) => wrong(argument, 'name who may come', ranges));

/** No firewall rule lets the whole internet in. */
export const firewallOpenToInternet: PolicyRule = {
  id: 'firewall-open-to-internet',
  severity: 'error',
  title: 'No firewall rule lets the whole internet in',
  why: 'every port that is open to everybody is tried within minutes',
  remediation: 'name the ranges, or put a load balancer or Identity-Aware Proxy in front',
  sources: ['CKV_GCP_2', 'CKV_GCP_3', 'CKV_GCP_75', 'CKV_GCP_77', 'CKV_GCP_88', 'CKV_GCP_106', 'CKV2_GCP_12', 'CIS GCP 3.6', 'CIS GCP 3.7'],
  check: forEach(FIREWALL_TYPES, fromEverywhere),
};
