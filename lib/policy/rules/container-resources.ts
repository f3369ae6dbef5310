import { at, isMissing, wrong } from '../look';
import { forEachContainer } from '../pods';
import type { PolicyRule } from '../rule';

/** Containers say what they need and how much memory they may take. */
export const containerResources: PolicyRule = {
  id: 'container-resources',
  severity: 'warning',
  title: 'Containers say what they need and how much memory they may take',
  why: 'without requests the autoscaler and the scheduler guess, and without a limit one leak takes the node',
  remediation: 'give resources.requests of cpu and memory, and limits of memory; a limit of CPU only slows',
  sources: ['CKV_K8S_10', 'CKV_K8S_12', 'CKV_K8S_13'],
  check: forEachContainer((container) =>
    ['requests.cpu', 'requests.memory', 'limits.memory'].flatMap((name) => {
      const value = at(container, `resources.${name}`);
      return isMissing(value) ? [wrong(`resources.${name}`, 'be set', value)] : [];
    }),
  ),
};
