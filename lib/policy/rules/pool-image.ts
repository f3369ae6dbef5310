import { isUndetermined } from '../../terraform/values';
import { at, describeViolation, forEach, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const containerOptimized: ResourceCheck = ({ values }) => {
  const image = at(values, 'node_config.image_type');
  return isMissing(image) || isUndetermined(image) || /^cos/i.test(String(image))
    ? []
    : [describeViolation('node_config.image_type', 'begin with COS', image)];
};

/** Nodes run Container-Optimized OS. */
export const poolImage: PolicyRule = {
  id: 'pool-image',
  severity: 'warning',
  title: 'Nodes run Container-Optimized OS',
  why: 'it is read-only, minimal and updated by Google',
  remediation: 'set node_config.image_type to COS_CONTAINERD',
  sources: ['CKV_GCP_22', 'CIS GKE 5.5.1', 'gke-policy-automation node_pool_use_cos'],
  check: forEach(['google_container_node_pool'], containerOptimized),
};
