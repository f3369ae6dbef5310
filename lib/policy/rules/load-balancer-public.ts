import { isUndetermined } from '../../terraform/values';
import { at, describeViolation, forEach, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Checks a forwarding rule. An unset scheme is EXTERNAL; an empty one is that of Private Service Connect. */
const forwardingRule: ResourceCheck = ({ values }) => {
  const scheme = values.load_balancing_scheme ?? 'EXTERNAL';
  return /^EXTERNAL/.test(String(scheme)) ? [describeViolation('load_balancing_scheme', 'be INTERNAL or INTERNAL_MANAGED', scheme)] : [];
};

const INTERNAL = ['networking.gke.io/load-balancer-type', 'cloud.google.com/load-balancer-type'];

const service: ResourceCheck = ({ values }) => {
  if (at(values, 'spec.type') !== 'LoadBalancer') return [];
  const annotations = Object.entries(at(values, 'metadata.annotations') ?? {});
  const isInternal = annotations.some(
    ([name, value]) => INTERNAL.includes(name) && (isUndetermined(value) || /^internal$/i.test(String(value))),
  );
  return isInternal ? [] : [`'metadata.annotations' must have ${INTERNAL[0]}: Internal, got none`];
};

/** Forwarding rules and services have private addresses. */
export const loadBalancerPublic: PolicyRule = {
  id: 'load-balancer-public',
  severity: 'warning',
  title: 'Forwarding rules and services have private addresses',
  why: 'an external load balancer exposes its targets to the internet and bypasses every ingress',
  remediation: 'use an internal load balancer, or an ingress',
  sources: [],
  check: (document) => [
    ...forEach(['google_compute_forwarding_rule', 'google_compute_global_forwarding_rule'], forwardingRule)(document),
    ...forEach(['kubernetes_service', 'kubernetes_service_v1'], service)(document),
  ],
};
