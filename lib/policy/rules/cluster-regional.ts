import { forEach, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const regional: Look = ({ values }) => (/-[a-z]$/.test(String(values.location)) ? [wrong('location', 'be a region', values.location)] : []);

/** A control plane is in several zones. */
export const clusterRegional: PolicyRule = {
  id: 'cluster-regional',
  severity: 'warning',
  title: 'A control plane is in several zones',
  why: 'a zonal control plane is away while its zone is, and while it is upgraded',
  remediation: 'give a region as location',
  sources: ['gke-policy-automation control_plane_redundancy'],
  check: forEach(['google_container_cluster'], regional),
};
