import { toList } from '../../terraform/values';
import { forEachContainer } from '../pods';
import { at, describeViolation, isMissing } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Containers use no host port. */
export const containerHostPort: PolicyRule = {
  id: 'container-host-port',
  severity: 'error',
  title: 'Containers use no host port',
  why: 'it bypasses services, and prevents two pods on one node',
  remediation: 'remove host_port and use a service',
  sources: ['CKV_K8S_26'],
  check: forEachContainer(({ port }) =>
    toList(port).flatMap((each) =>
      isMissing(at(each, 'host_port')) ? [] : [describeViolation('port.host_port', 'not be set', at(each, 'host_port'))],
    ),
  ),
};
