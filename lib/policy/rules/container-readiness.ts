import { isMissing, wrong } from '../look';
import { forEachContainer, isService } from '../pods';
import type { PolicyRule } from '../rule';

/** Kubernetes knows when a container can answer. */
export const containerReadiness: PolicyRule = {
  id: 'container-readiness',
  severity: 'warning',
  title: 'Kubernetes knows when a container can answer',
  why: 'requests come before it can answer, at every rollout',
  remediation: 'give readiness_probe',
  sources: ['CKV_K8S_9'],
  check: forEachContainer((container, { resource, isInit }) =>
    isInit || !isService(resource) || !isMissing(container.readiness_probe) ? [] : [wrong('readiness_probe', 'be set', undefined)],
  ),
};
