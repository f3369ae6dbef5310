import type { IConstruct } from 'constructs';
import { Cidr } from '../core/cidr';
import { ValidationError } from '../core/validation-error';
import { requireRange } from '../network/ip-plan';
import type { ControlPlaneKind } from './cluster-reference';

/** GKE takes no more authorized ranges than this. */
const MAX_AUTHORIZED_RANGES = 50;

/** A private endpoint takes no other ranges than these of RFC 1918. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Who may reach the control plane's private address: ranges in CIDR notation by a name of your choice. */
export type AuthorizedRanges = Readonly<Record<string, string>>;

/** Options for `ControlPlaneAccess.privateIp`. */
export interface PrivateIpAccessOptions {
  /**
   * Private ranges whose machines may reach the control plane, by name, for example `{ vpn: '10.200.0.0/16' }`. Nodes
   * and pods of the cluster need no entry.
   */
  readonly authorizedRanges: AuthorizedRanges;

  /**
   * Whether machines of other regions may reach it too.
   *
   * @default true
   */
  readonly globalAccess?: boolean;
}

/** Options for `ControlPlaneAccess.peering`. */
export interface PeeringAccessOptions extends PrivateIpAccessOptions {
  /** The /28 of the control plane, apart from every other range of the network. */
  readonly range: string;
}

/**
 * How operators and Terraform reach the Kubernetes API.
 *
 * Moving a cluster between `dns` and `privateIp` updates it in place, with two conditions. From `dns` to `privateIp` the
 * network must have no `controlPlaneRange`: an endpoint subnet of its own is an argument that GKE takes at creation only,
 * and replaces the cluster. From `privateIp` to `dns` the network must keep its `controlPlaneRange`: the endpoint stays
 * in that subnet, unused. Moving to or from `peering` always replaces the cluster.
 */
export class ControlPlaneAccess {
  /**
   * By a DNS name of Google's, the default. **The name answers from outside the VPC too**: what guards it is IAM
   * (`container.clusters.connect`), not an address. In return there is no bastion and no VPN to keep, and no address of
   * the control plane is open to anybody.
   *
   * The control plane still has a private endpoint, which pods call as `kubernetes.default`. Google documents the node
   * subnet as its default place; for a cluster with a DNS endpoint alone this is not confirmed.
   */
  public static dns(): ControlPlaneAccess {
    return new ControlPlaneAccess('dns', 'psc', {}, true);
  }

  /**
   * By its private address only, in the network's control-plane subnet, or in the node subnet when the network has no
   * `controlPlaneRange`. Terraform has to run where the address can be reached: in the VPC or behind a VPN.
   */
  public static privateIp(options: PrivateIpAccessOptions): ControlPlaneAccess {
    return new ControlPlaneAccess('privateIp', 'psc', options.authorizedRanges, options.globalAccess ?? true);
  }

  /**
   * By the private address of a control plane that is joined by VPC peering, as older clusters are. Its requests to
   * webhooks come from its own /28, so their ports have to be opened to it. GKE may give a new cluster a Private Service
   * Connect endpoint in that /28 instead.
   */
  public static peering(options: PeeringAccessOptions): ControlPlaneAccess {
    return new ControlPlaneAccess('peering', 'peering', options.authorizedRanges, options.globalAccess ?? true, options.range);
  }

  private constructor(
    public readonly mode: 'dns' | 'privateIp' | 'peering',
    public readonly controlPlaneKind: ControlPlaneKind,
    public readonly authorizedRanges: AuthorizedRanges,
    public readonly globalAccess: boolean,

    /** The /28 of a peering control plane. */
    public readonly peeringRange?: string,
  ) {}
}

/** Checks an access against what GKE takes; returns the /28 of a peering control plane. */
export function checkedAccess(scope: IConstruct, access: ControlPlaneAccess): Cidr | undefined {
  const ranges = Object.entries(access.authorizedRanges);
  if (ranges.length > MAX_AUTHORIZED_RANGES) {
    throw new ValidationError(scope, `'authorizedRanges' must be at most ${MAX_AUTHORIZED_RANGES}, got ${ranges.length}`);
  }
  for (const [name, range] of ranges) {
    const prop = `authorizedRanges.${name}`;
    const authorized = requireRange(scope, prop, range, { largest: 8, smallest: 32 });
    if (!PRIVATE.some((block) => Cidr.parse(scope, prop, block).contains(authorized))) {
      throw new ValidationError(scope, `'${prop}' must lie in one of ${PRIVATE.join(', ')}, got '${range}'`);
    }
  }
  if (access.peeringRange === undefined) return undefined;
  return requireRange(scope, 'range', access.peeringRange, { largest: 28, smallest: 28 });
}
