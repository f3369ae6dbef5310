import { blocks } from '../../terraform/values';
import { at, isMissing, wrong } from '../look';
import { forEachPod } from '../pods';
import type { PolicyRule } from '../rule';

/** No pod mounts files of its node. */
export const podHostPath: PolicyRule = {
  id: 'pod-host-path',
  severity: 'error',
  title: 'No pod mounts files of its node',
  why: 'with the socket of the container runtime it owns the node',
  remediation: 'leave host_path out of volumes',
  sources: ['CKV_K8S_27'],
  check: forEachPod((pod) =>
    blocks(pod, 'volume').flatMap((volume) =>
      isMissing(volume.host_path) ? [] : [wrong('volume.host_path', 'not be set', at(volume, 'host_path.path'))],
    ),
  ),
};
