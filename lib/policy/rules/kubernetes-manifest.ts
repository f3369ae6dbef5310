import { forEach } from '../look';
import type { PolicyRule } from '../rule';

/** Nothing asks the cluster while it is planned. */
export const kubernetesManifest: PolicyRule = {
  id: 'kubernetes-manifest',
  severity: 'error',
  title: 'Nothing asks the cluster while it is planned',
  why: 'a stack with a manifest cannot be planned before its cluster is there',
  remediation: 'use a typed resource, or a small chart',
  sources: [],
  check: forEach(['kubernetes_manifest'], () => ['it must be a typed resource or a chart, got a manifest']),
};
