import { isMissing, wrong } from '../look';
import { forEachContainer, isService } from '../pods';
import type { PolicyRule } from '../rule';

/** Kubernetes knows when a container hangs. */
export const containerLiveness: PolicyRule = {
  id: 'container-liveness',
  severity: 'warning',
  title: 'Kubernetes knows when a container hangs',
  why: 'a process that hangs looks alive',
  remediation: 'give liveness_probe',
  sources: ['CKV_K8S_8'],
  check: forEachContainer((container, { resource, isInit }) =>
    isInit || !isService(resource) || !isMissing(container.liveness_probe) ? [] : [wrong('liveness_probe', 'be set', undefined)],
  ),
};
