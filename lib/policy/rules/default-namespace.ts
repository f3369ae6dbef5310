import { POD_TYPES } from '../pods';
import { at, describeViolation, forEach, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const inNamespace: ResourceCheck = ({ type, values }) => {
  const path = type === 'helm_release' ? 'namespace' : 'metadata.namespace';
  const value = at(values, path);
  return isMissing(value) || value === 'default' ? [describeViolation(path, 'be a dedicated namespace', value)] : [];
};

/** The default namespace is not used. */
export const defaultNamespace: PolicyRule = {
  id: 'default-namespace',
  severity: 'warning',
  title: 'The default namespace is not used',
  why: 'it has no quota, owner or policy',
  remediation: 'set metadata.namespace to a dedicated namespace',
  sources: ['CKV_K8S_21', 'CIS GKE 4.6.4'],
  check: forEach([...POD_TYPES, 'helm_release'], inNamespace),
};
