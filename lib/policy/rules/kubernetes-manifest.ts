import { forEach } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Resources do not query the cluster during planning. */
export const kubernetesManifest: PolicyRule = {
  id: 'kubernetes-manifest',
  severity: 'error',
  title: 'Resources do not query the cluster during planning',
  why: 'a stack with a manifest cannot be planned before its cluster exists',
  remediation: 'use a typed resource, or a small chart',
  sources: [],
  check: forEach(['kubernetes_manifest'], () => ['it must be a typed resource or a chart, got a manifest']),
};
