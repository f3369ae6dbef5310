import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { Cidr } from '../core/cidr';
import { requireDistinct } from '../core/require';
import { Port } from '../network/port';
import { Connectable } from './connectable';
import { Connections } from './connections';

/** Properties for `Peer`. */
export interface PeerProps {
  /** Addresses of the peer, in CIDR notation: at least one, none twice. */
  readonly ranges: readonly string[];

  /**
   * Port clients mean when they name none.
   *
   * @default - clients must name one
   */
  readonly port?: Port;

  /**
   * Whether, as a client of pods, it comes in through the VPC: the firewall then lets it pass to the nodes. For ranges
   * of this network and of those connected to it.
   *
   * @default false
   */
  readonly throughVpc?: boolean;
}

/** A client or a server that is no construct of ours: ranges of addresses, with a name. */
export class Peer extends Connectable {
  /**
   * Google's APIs, where the private zones of `Network` send them: `private.googleapis.com`. One in a stack.
   *
   * Pods whose service account holds roles are let through to it by their namespace.
   */
  public static googleApis(scope: Construct): Peer {
    return Peer.once(scope, 'GoogleApis', { ranges: ['199.36.153.8/30'], port: Port.tcp(443) });
  }

  /** Google's proxies and health checks, from which the requests of a `PublicEndpoint` come. One in a stack. */
  public static googleLoadBalancers(scope: Construct): Peer {
    return Peer.once(scope, 'GoogleLoadBalancers', { ranges: ['130.211.0.0/22', '35.191.0.0/16'] });
  }

  private static once(scope: Construct, id: string, props: PeerProps): Peer {
    const stack = TerraformStack.of(scope);
    return (stack.node.tryFindChild(id) as Peer | undefined) ?? new Peer(stack, id, props);
  }

  public readonly ranges: readonly string[];
  public readonly throughVpc: boolean;
  public readonly connections: Connections;

  constructor(scope: Construct, id: string, props: PeerProps) {
    super(scope, id);
    this.ranges = requireDistinct(this, 'ranges', props.ranges).map((range) => Cidr.parse(this, 'ranges', range).toString());
    this.throughVpc = props.throughVpc ?? false;
    this.connections = new Connections(this, {
      endpoint: () => ({ kind: 'ranges', ranges: this.ranges, throughVpc: this.throughVpc }),
      defaultPort: props.port,
    });
  }
}
