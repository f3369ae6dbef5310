import type { Construct } from 'constructs';
import type { Endpoint, RangesEndpoint } from '../connectivity/endpoint';
import { Peer } from '../connectivity/peer';
import { Cidr } from '../core/cidr';
import type { INetwork } from '../network/network-reference';
import { Port } from '../network/port';

/** Properties for `ApiServer`. */
export interface ApiServerProps {
  readonly network: INetwork;

  /**
   * Range of the control plane's private endpoint.
   *
   * @default - all subnets that the endpoint may be in, and the ClusterIP of `kubernetes.default`
   */
  readonly range?: string;

  /** True when VM instances of the VPC can call the endpoint, false when only nodes and pods of the cluster can. */
  readonly answersInstances: boolean;
}

/**
 * Kubernetes API as a server of pods.
 *
 * Pods call the ClusterIP of `kubernetes.default`, the first address of the service range. Dataplane V2 evaluates egress
 * policies after it has translated that address to the private endpoint. Where the range of the endpoint is unknown, policies
 * allow the ClusterIP, the node subnet, which is Google's default place for the endpoint, and the control-plane subnet of a
 * network that has one. Under Dataplane V2 a range never matches nodes or pods, so that nothing else is allowed.
 */
export class ApiServer extends Peer {
  private readonly answersInstances: boolean;

  constructor(scope: Construct, id: string, { network, range, answersInstances }: ApiServerProps) {
    super(scope, id, { ranges: range === undefined ? listPossibleRanges(scope, network) : [range], port: Port.tcp(443) });
    this.answersInstances = answersInstances;
  }

  protected override endpoint(): RangesEndpoint {
    return { ...super.endpoint(), withinNetwork: true };
  }

  protected override refuses(as: 'client' | 'server', other: Endpoint, port: Port): string | undefined {
    if (as === 'server' && other.kind === 'instances' && !this.answersInstances) {
      return "'client' must be pods: without IP endpoints the private address of the Kubernetes API answers nodes and pods only";
    }
    return super.refuses(as, other, port);
  }
}

function listPossibleRanges(scope: Construct, network: INetwork): string[] {
  const clusterIp = Cidr.parse(scope, 'serviceRange', network.serviceRange).address(1);
  return [network.nodeSubnet.range, ...(network.controlPlaneSubnet ? [network.controlPlaneSubnet.range] : []), `${clusterIp}/32`];
}
