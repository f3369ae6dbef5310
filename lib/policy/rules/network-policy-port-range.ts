import { findPortRangePolicies } from '../../reachability/network-policy-reader';
import type { PolicyRule } from '../rule';

/** Network policies name single ports. */
export const networkPolicyPortRange: PolicyRule = {
  id: 'network-policy-port-range',
  severity: 'warning',
  title: 'Network policies name single ports',
  why: 'Cilium before 1.16, used by Dataplane V2 of older GKE versions, opens only the first port of a range',
  remediation: 'list the ports, remove ports to allow every port, or waive it where nodes run Cilium 1.16 or later',
  sources: [],
  check: (document) =>
    findPortRangePolicies(document).map(({ address }) => ({ address, problem: 'ports.end_port must not be set, got a range of ports' })),
};
