import { forEachContainer } from '../pods';
import { at, describeViolation, isBoolean } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Containers do not run as root. */
export const containerRootUser: PolicyRule = {
  id: 'container-root-user',
  severity: 'warning',
  title: 'Containers do not run as root',
  why: 'root in a container is root on the node after a container escape',
  remediation: 'set security_context.run_as_non_root of the pod',
  sources: ['CKV_K8S_29', 'CKV_K8S_30', 'CIS GKE 4.2.6'],
  check: forEachContainer((container, { pod }) => {
    const path = 'security_context.run_as_non_root';
    const decides = at(container, path) === undefined ? pod : container;
    return isBoolean(true, decides, path) ? [] : [describeViolation(path, 'be true', at(decides, path))];
  }),
};
