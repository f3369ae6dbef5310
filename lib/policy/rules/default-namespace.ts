import { at, forEach, isMissing, type Look, wrong } from '../look';
import { POD_TYPES } from '../pods';
import type { PolicyRule } from '../rule';

const inNamespace: Look = ({ type, values }) => {
  const path = type === 'helm_release' ? 'namespace' : 'metadata.namespace';
  const value = at(values, path);
  return isMissing(value) || value === 'default' ? [wrong(path, 'be a namespace of its own', value)] : [];
};

/** Nothing runs in the default namespace. */
export const defaultNamespace: PolicyRule = {
  id: 'default-namespace',
  severity: 'warning',
  title: 'Nothing runs in the default namespace',
  why: 'it has no quota, no owner and no policy',
  remediation: 'give metadata.namespace one of its own',
  sources: ['CKV_K8S_21', 'CIS GKE 4.6.4'],
  check: forEach([...POD_TYPES, 'helm_release'], inNamespace),
};
