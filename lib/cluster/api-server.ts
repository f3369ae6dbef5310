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
   * @default - every place that the endpoint may have
   */
  readonly range?: string;

  /** Whether machines of the VPC can call the endpoint, or only nodes and pods of the cluster. */
  readonly answersMachines: boolean;
}

/**
 * The Kubernetes API as a server of pods.
 *
 * Pods call the ClusterIP of `kubernetes.default`, the first address of the service range. Dataplane V2 judges egress
 * after it has translated that address to the private endpoint. Where the endpoint's range is not known, policies allow
 * both the ClusterIP and the node subnet, which is Google's default place for the endpoint, and the control-plane subnet
 * of a network that has one. Under Dataplane V2 a range never means nodes or pods, so nothing else is opened.
 */
export class ApiServer extends Peer {
  private readonly answersMachines: boolean;

  constructor(scope: Construct, id: string, { network, range, answersMachines }: ApiServerProps) {
    super(scope, id, { ranges: range === undefined ? possibleRanges(scope, network) : [range], port: Port.tcp(443) });
    this.answersMachines = answersMachines;
  }

  protected override endpoint(): RangesEndpoint {
    return { ...super.endpoint(), withinNetwork: true };
  }

  protected override refuses(as: 'client' | 'server', other: Endpoint, port: Port): string | undefined {
    if (as === 'server' && other.kind === 'machines' && !this.answersMachines) {
      return "'client' must be pods: without IP endpoints the private address of the Kubernetes API answers nodes and pods only";
    }
    return super.refuses(as, other, port);
  }
}

function possibleRanges(scope: Construct, network: INetwork): string[] {
  const clusterIp = Cidr.parse(scope, 'serviceRange', network.serviceRange).address(1);
  return [network.nodeSubnet.range, ...(network.controlPlaneSubnet ? [network.controlPlaneSubnet.range] : []), `${clusterIp}/32`];
}
