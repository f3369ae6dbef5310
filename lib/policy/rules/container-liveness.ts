import { forEachContainer, isService } from '../pods';
import { describeViolation, isMissing } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Containers have a liveness probe. */
export const containerLiveness: PolicyRule = {
  id: 'container-liveness',
  severity: 'warning',
  title: 'Containers have a liveness probe',
  why: 'a process that hangs is not restarted',
  remediation: 'set liveness_probe',
  sources: ['CKV_K8S_8'],
  check: forEachContainer((container, { resource, isInit }) =>
    isInit || !isService(resource) || !isMissing(container.liveness_probe)
      ? []
      : [describeViolation('liveness_probe', 'be set', undefined)],
  ),
};
