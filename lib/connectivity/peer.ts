import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { Cidr } from '../core/cidr';
import { requireDistinct } from '../core/require';
import { requireProps } from '../core/require-props';
import { NOT_THE_INTERNET } from '../network/not-the-internet';
import { Port } from '../network/port';
import { Connectable } from './connectable';
import { Connections } from './connections';
import type { Endpoint, RangesEndpoint } from './endpoint';

/** Properties for `Peer`. */
export interface PeerProps {
  /** Ranges of the peer in CIDR notation: at least one, without repetition. */
  readonly ranges: readonly string[];

  /**
   * Default port of connections to the peer.
   *
   * @default - none: each connection must name its port
   */
  readonly port?: Port;

  /**
   * States that traffic between peer and network stays in the VPC: ranges of the network itself, of a peered network, of another
   * region, or of an office behind a VPN. For a client of pods, a firewall rule allows traffic to the nodes; a server receives
   * traffic with the address of the pod.
   *
   * @default false: the peer is on the internet, and only a server, through NAT
   */
  readonly throughVpc?: boolean;
}

/**
 * Client or server outside of the stack: named ranges of addresses.
 *
 * @remarks
 * A peer is another network, a destination on the internet, or a resource of another stack. Static methods return the peers that
 * each stack has once: Google APIs, Google's load balancers, the internet and Identity-Aware Proxy.
 *
 * @example
 * ```ts
 * const office = new Peer(stack, 'Office', { ranges: ['10.200.0.0/16'], throughVpc: true });
 * billing.allowFrom(office, Port.tcp(8080));
 * billing.allowTo(Peer.internet(stack), { port: Port.tcp(443), reason: 'mail provider' });
 * ```
 */
export class Peer extends Connectable {
  /**
   * Google APIs at the addresses of `private.googleapis.com`, to which the private DNS zones of `Network` resolve. One per stack.
   *
   * Namespaces with project roles allow connections of their pods to it.
   */
  public static googleApis(scope: Construct): Peer {
    const stack = TerraformStack.of(scope);
    return findPeer(stack, 'GoogleApis') ?? new Peer(stack, 'GoogleApis', { ranges: ['199.36.153.8/30'], port: Port.tcp(443) });
  }

  /** Proxies and health checks of Google's load balancers, the clients of a `PublicEndpoint`. One per stack. */
  public static googleLoadBalancers(scope: Construct): Peer {
    const stack = TerraformStack.of(scope);
    return findPeer(stack, 'GoogleLoadBalancers') ?? new GoogleLoadBalancers(stack, 'GoogleLoadBalancers');
  }

  /**
   * Internet, without private ranges and the private endpoints of Google APIs. One per stack, a server only. Egress uses Cloud
   * NAT. NetworkPolicies exclude the exceptions for pods, a deny rule of `Network` for VM instances.
   */
  public static internet(scope: Construct): Peer {
    const stack = TerraformStack.of(scope);
    return findPeer(stack, 'Internet') ?? new Internet(stack, 'Internet');
  }

  /** Identity-Aware Proxy, which forwards SSH of operators to VM instances. One per scope. */
  public static identityAwareProxy(scope: Construct): Peer {
    return findPeer(scope, 'Iap') ?? new IdentityAwareProxy(scope, 'Iap');
  }

  public readonly ranges: readonly string[];
  public readonly throughVpc: boolean;
  public readonly connections: Connections;

  constructor(scope: Construct, id: string, props: PeerProps) {
    super(scope, id);
    requireProps(this, 'PeerProps', props);

    this.ranges = requireDistinct(this, 'ranges', props.ranges).map((range) => Cidr.parse(this, 'ranges', range).toString());
    this.throughVpc = props.throughVpc ?? false;
    this.connections = new Connections(this, { endpoint: () => this.endpoint(), defaultPort: props.port });
  }

  protected endpoint(): RangesEndpoint {
    const { ranges, throughVpc } = this;
    return { kind: 'ranges', ranges, throughVpc, refuses: (as, other, port) => this.refuses(as, other, port) };
  }

  /** Returns the violated rule, as a part of an error message, when the peer cannot be a client or server of the other endpoint. */
  protected refuses(as: 'client' | 'server', other: Endpoint, _port: Port): string | undefined {
    if (as === 'server' || other.kind !== 'pods' || this.throughVpc) return undefined;
    return "'client' must be 'throughVpc' to call pods, since traffic from outside of the VPC reaches them only through a PublicEndpoint";
  }
}

/** Google's load balancers. GKE creates the firewall rule to the nodes, except in a Shared VPC. */
class GoogleLoadBalancers extends Peer {
  constructor(scope: Construct, id: string) {
    super(scope, id, { ranges: ['130.211.0.0/22', '35.191.0.0/16'] });
  }

  protected override refuses(as: 'client' | 'server'): string | undefined {
    return as === 'server' ? "'server' must not be Google's load balancers, which are clients only" : undefined;
  }
}

class Internet extends Peer {
  constructor(scope: Construct, id: string) {
    super(scope, id, { ranges: ['0.0.0.0/0'] });
  }

  protected override endpoint(): RangesEndpoint {
    return { ...super.endpoint(), except: NOT_THE_INTERNET };
  }

  protected override refuses(as: 'client' | 'server'): string | undefined {
    return as === 'client' ? "'client' must not be the internet: no resource has a public address, create a PublicEndpoint" : undefined;
  }
}

class IdentityAwareProxy extends Peer {
  constructor(scope: Construct, id: string) {
    // https://cloud.google.com/iap/docs/using-tcp-forwarding
    super(scope, id, { ranges: ['35.235.240.0/20'], port: Port.tcp(22) });
  }

  protected override refuses(as: 'client' | 'server', other: Endpoint, port: Port): string | undefined {
    if (as === 'client' && other.kind === 'instances' && `${port}` === 'tcp/22') return undefined;
    return "'client' must be Identity-Aware Proxy for SSH (tcp/22) to virtual machines only: pods are reached through the Kubernetes API, other ports through SSH";
  }
}

function findPeer(scope: Construct, id: string): Peer | undefined {
  return scope.node.tryFindChild(id) as Peer | undefined;
}
