import { at, isBoolean, wrong } from '../look';
import { forEachContainer } from '../pods';
import type { PolicyRule } from '../rule';

/** Containers cannot write to their own files. */
export const containerRootFileSystem: PolicyRule = {
  id: 'container-root-file-system',
  severity: 'warning',
  title: 'Containers cannot write to their own files',
  why: 'what breaks in cannot stay',
  remediation: 'set security_context.read_only_root_filesystem, and give an empty_dir for what is written',
  sources: ['CKV_K8S_22'],
  check: forEachContainer((container) => {
    const value = at(container, 'security_context.read_only_root_filesystem');
    return isBoolean(true, container, 'security_context.read_only_root_filesystem')
      ? []
      : [wrong('security_context.read_only_root_filesystem', 'be true', value)];
  }),
};
