import { listOf } from '../../terraform/values';
import { at, isMissing, wrong } from '../look';
import { forEachContainer } from '../pods';
import type { PolicyRule } from '../rule';

/** No container takes a port of its node. */
export const containerHostPort: PolicyRule = {
  id: 'container-host-port',
  severity: 'error',
  title: 'No container takes a port of its node',
  why: 'it is reached past every service, and two pods cannot share a node',
  remediation: 'leave host_port out, and use a service',
  sources: ['CKV_K8S_26'],
  check: forEachContainer(({ port }) =>
    listOf(port).flatMap((each) =>
      isMissing(at(each, 'host_port')) ? [] : [wrong('port.host_port', 'not be set', at(each, 'host_port'))],
    ),
  ),
};
