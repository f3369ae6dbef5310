import { forEachContainer } from '../pods';
import { at, describeViolation, isBoolean } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Containers have a read-only root file system. */
export const containerRootFileSystem: PolicyRule = {
  id: 'container-root-file-system',
  severity: 'warning',
  title: 'Containers have a read-only root file system',
  why: 'an attacker cannot persist in the container',
  remediation: 'set security_context.read_only_root_filesystem, and mount an empty_dir for files that are written',
  sources: ['CKV_K8S_22'],
  check: forEachContainer((container) => {
    const value = at(container, 'security_context.read_only_root_filesystem');
    return isBoolean(true, container, 'security_context.read_only_root_filesystem')
      ? []
      : [describeViolation('security_context.read_only_root_filesystem', 'be true', value)];
  }),
};
