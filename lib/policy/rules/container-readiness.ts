import { forEachContainer, isService } from '../pods';
import { describeViolation, isMissing } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Containers have a readiness probe. */
export const containerReadiness: PolicyRule = {
  id: 'container-readiness',
  severity: 'warning',
  title: 'Containers have a readiness probe',
  why: 'at every rollout, requests arrive before the container is ready',
  remediation: 'set readiness_probe',
  sources: ['CKV_K8S_9'],
  check: forEachContainer((container, { resource, isInit }) =>
    isInit || !isService(resource) || !isMissing(container.readiness_probe)
      ? []
      : [describeViolation('readiness_probe', 'be set', undefined)],
  ),
};
