import { forEachContainer } from '../pods';
import { at, describeViolation, isMissing } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Containers have resource requests and a memory limit. */
export const containerResources: PolicyRule = {
  id: 'container-resources',
  severity: 'warning',
  title: 'Containers have resource requests and a memory limit',
  why: 'without requests, the autoscaler and the scheduler cannot plan; without a limit, a memory leak exhausts the node',
  remediation: 'set resources.requests of cpu and memory, and limits of memory; a CPU limit only throttles',
  sources: ['CKV_K8S_10', 'CKV_K8S_12', 'CKV_K8S_13'],
  check: forEachContainer((container) =>
    ['requests.cpu', 'requests.memory', 'limits.memory'].flatMap((name) => {
      const value = at(container, `resources.${name}`);
      return isMissing(value) ? [describeViolation(`resources.${name}`, 'be set', value)] : [];
    }),
  ),
};
