import { describeViolation, forEach, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const regional: ResourceCheck = ({ values }) =>
  /-[a-z]$/.test(String(values.location)) ? [describeViolation('location', 'be a region', values.location)] : [];

/** Control planes are regional. */
export const clusterRegional: PolicyRule = {
  id: 'cluster-regional',
  severity: 'warning',
  title: 'Control planes are regional',
  why: 'a zonal control plane is unavailable during a zone outage and during upgrades',
  remediation: 'set location to a region',
  sources: ['gke-policy-automation control_plane_redundancy'],
  check: forEach(['google_container_cluster'], regional),
};
