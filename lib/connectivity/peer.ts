import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { Cidr } from '../core/cidr';
import { requireDistinct } from '../core/require';
import { NOT_THE_INTERNET } from '../network/not-the-internet';
import { Port } from '../network/port';
import { Connectable } from './connectable';
import { Connections } from './connections';
import type { Endpoint, RangesEndpoint } from './endpoint';

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
   * Whether the peer and the network reach each other inside the VPC: ranges of the network itself, of a peered one, of
   * another region or an office behind a VPN. As a client of pods the firewall lets it pass to the nodes; as a server it
   * sees pods by their own address.
   *
   * @default false: on the internet, which is a server only, through NAT
   */
  readonly throughVpc?: boolean;
}

/**
 * A client or a server that is no construct of ours: ranges of addresses, with a name.
 *
 * Another network, a place on the internet, or what another stack made: `new Peer(this, 'Office', { ranges: ['10.200.0.0/16'],
 * throughVpc: true })`.
 */
export class Peer extends Connectable {
  /**
   * Google's APIs, where the private zones of `Network` send them: `private.googleapis.com`. One in a stack.
   *
   * Pods whose service account holds roles are let through to it by their namespace.
   */
  public static googleApis(scope: Construct): Peer {
    const stack = TerraformStack.of(scope);
    return existing(stack, 'GoogleApis') ?? new Peer(stack, 'GoogleApis', { ranges: ['199.36.153.8/30'], port: Port.tcp(443) });
  }

  /** Google's proxies and health checks, from which the requests of a `PublicEndpoint` come. One in a stack. */
  public static googleLoadBalancers(scope: Construct): Peer {
    const stack = TerraformStack.of(scope);
    return existing(stack, 'GoogleLoadBalancers') ?? new GoogleLoadBalancers(stack, 'GoogleLoadBalancers');
  }

  /**
   * All of the internet, and nothing that is private or Google's API. One in a stack; it is a server only. Calls leave
   * through the network's NAT. For pods their policy makes the exceptions, for machines a rule of `Network`.
   */
  public static internet(scope: Construct): Peer {
    const stack = TerraformStack.of(scope);
    return existing(stack, 'Internet') ?? new Internet(stack, 'Internet');
  }

  /** Operators, as Identity-Aware Proxy forwards their SSH to virtual machines. One in a scope. */
  public static identityAwareProxy(scope: Construct): Peer {
    return existing(scope, 'Iap') ?? new IdentityAwareProxy(scope, 'Iap');
  }

  public readonly ranges: readonly string[];
  public readonly throughVpc: boolean;
  public readonly connections: Connections;

  constructor(scope: Construct, id: string, props: PeerProps) {
    super(scope, id);
    this.ranges = requireDistinct(this, 'ranges', props.ranges).map((range) => Cidr.parse(this, 'ranges', range).toString());
    this.throughVpc = props.throughVpc ?? false;
    this.connections = new Connections(this, { endpoint: () => this.endpoint(), defaultPort: props.port });
  }

  protected endpoint(): RangesEndpoint {
    const { ranges, throughVpc } = this;
    return { kind: 'ranges', ranges, throughVpc, refuses: (as, other, port) => this.refuses(as, other, port) };
  }

  /** Why it cannot call the other or be called by it, when it cannot. */
  protected refuses(as: 'client' | 'server', other: Endpoint, _port: Port): string | undefined {
    if (as === 'server' || other.kind !== 'pods' || this.throughVpc) return undefined;
    return "'client' must be 'throughVpc' to call pods, since nothing comes to them from outside but through a PublicEndpoint";
  }
}

/** GKE lets them in to the nodes by itself, except in a Shared VPC, where a rule of ours does. */
class GoogleLoadBalancers extends Peer {
  constructor(scope: Construct, id: string) {
    super(scope, id, { ranges: ['130.211.0.0/22', '35.191.0.0/16'] });
  }

  protected override refuses(as: 'client' | 'server'): string | undefined {
    return as === 'server' ? "'server' must not be Google's load balancers, which only call" : undefined;
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
    return as === 'client' ? "'client' must not be the internet: nothing here has a public address, make a PublicEndpoint" : undefined;
  }
}

class IdentityAwareProxy extends Peer {
  constructor(scope: Construct, id: string) {
    // https://cloud.google.com/iap/docs/using-tcp-forwarding
    super(scope, id, { ranges: ['35.235.240.0/20'], port: Port.tcp(22) });
  }

  protected override refuses(as: 'client' | 'server', other: Endpoint, port: Port): string | undefined {
    if (as === 'client' && other.kind === 'machines' && `${port}` === 'tcp/22') return undefined;
    return "'client' must be Identity-Aware Proxy for SSH (tcp/22) to virtual machines only: pods are reached through the Kubernetes API, other ports through SSH";
  }
}

function existing(scope: Construct, id: string): Peer | undefined {
  return scope.node.tryFindChild(id) as Peer | undefined;
}
