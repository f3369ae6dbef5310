import { blocks, listOf } from '../../reachability/terraform-document';
import { forEach, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

/** Also from all of IPv6, at whatever port, and where no port is named, which is all of them. */
const fromEverywhere: Look = ({ body }) => {
  if (body.direction === 'EGRESS' || body.disabled === true || blocks(body, 'allow').length === 0) return [];
  const everywhere = listOf(body.source_ranges).filter((range) => /^(0\.0\.0\.0|::)\/0$/.test(String(range)));
  return everywhere.length > 0 ? [wrong('source_ranges', 'name who may come', everywhere)] : [];
};

/** No firewall rule lets the whole internet in. */
export const firewallOpenToInternet: PolicyRule = {
  id: 'firewall-open-to-internet',
  severity: 'error',
  title: 'No firewall rule lets the whole internet in',
  why: 'every port that is open to everybody is tried within minutes',
  fix: 'name the ranges, or put a load balancer or Identity-Aware Proxy in front',
  sources: ['CKV_GCP_2', 'CKV_GCP_3', 'CKV_GCP_75', 'CKV_GCP_77', 'CKV_GCP_88', 'CKV_GCP_106', 'CKV2_GCP_12', 'CIS GCP 3.6', 'CIS GCP 3.7'],
  check: forEach(['google_compute_firewall'], fromEverywhere),
};
