import { PRIVATE } from './addresses';
import type { Endpoint } from './endpoint';

export function isInside({ kind }: Endpoint): boolean {
  return kind === 'pods' || kind === 'machine' || kind === 'node';
}

export function isOutside({ kind, location }: Endpoint): boolean {
  return kind === 'internet' || (kind === 'range' && !PRIVATE.contains(location.addresses));
}

/** True for pods and VMs of the stack. */
export function isDeclared({ kind, platform }: Endpoint): boolean {
  return !platform && (kind === 'pods' || kind === 'machine');
}

export function isOfCluster({ cluster: one }: Endpoint, { cluster: other }: Endpoint): boolean {
  return one?.key === other?.key;
}

/** True for a load balancer whose clients are not evaluated. */
export function isNotEvaluated({ isInternal, otherClass }: Endpoint): boolean {
  return isInternal === true || otherClass !== undefined;
}

/** True for pods that reach the pods of a service directly: kube-proxy on the node translates its address. */
export function isTranslatedOnNode(client: Endpoint, balancer: Endpoint): boolean {
  return client.kind === 'pods' && balancer.passesCallers !== undefined && client.cluster?.key === balancer.cluster?.key;
}
