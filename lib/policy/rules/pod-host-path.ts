import { blocks } from '../../terraform/values';
import { forEachPod } from '../pods';
import { at, describeViolation, isMissing } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Pods do not mount host paths. */
export const podHostPath: PolicyRule = {
  id: 'pod-host-path',
  severity: 'error',
  title: 'Pods do not mount host paths',
  why: 'access to the socket of the container runtime is root access to the node',
  remediation: 'remove host_path from the volumes',
  sources: ['CKV_K8S_27'],
  check: forEachPod((pod) =>
    blocks(pod, 'volume').flatMap((volume) =>
      isMissing(volume.host_path) ? [] : [describeViolation('volume.host_path', 'not be set', at(volume, 'host_path.path'))],
    ),
  ),
};
