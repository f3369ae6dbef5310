import { at, isBoolean, wrong } from '../look';
import { forEachContainer } from '../pods';
import type { PolicyRule } from '../rule';

/** No container runs as root. */
export const containerRootUser: PolicyRule = {
  id: 'container-root-user',
  severity: 'warning',
  title: 'No container runs as root',
  why: 'root in a container is root on the node when the container is left',
  remediation: 'set security_context.run_as_non_root of the pod',
  sources: ['CKV_K8S_29', 'CKV_K8S_30', 'CIS GKE 4.2.6'],
  check: forEachContainer((container, { pod }) => {
    const path = 'security_context.run_as_non_root';
    const decides = at(container, path) === undefined ? pod : container;
    return isBoolean(true, decides, path) ? [] : [wrong(path, 'be true', at(decides, path))];
  }),
};
