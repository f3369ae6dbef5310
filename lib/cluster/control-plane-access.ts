import type { IConstruct } from 'constructs';
import { Cidr } from '../core/cidr';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import { requireRange } from '../network/ip-plan';
import type { ControlPlaneKind } from './cluster-reference';

/** Maximum number of authorized networks of a cluster. */
const MAX_AUTHORIZED_RANGES = 50;

/** Ranges of RFC 1918: authorized networks of a private endpoint must lie in them. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Authorized networks of the control plane: ranges in CIDR notation by display name. */
export type AuthorizedRanges = Readonly<Record<string, string>>;

/** Options for `ControlPlaneAccess.privateIp`. */
export interface PrivateIpAccessOptions {
  /**
   * Authorized networks, for example `{ vpn: '10.200.0.0/16' }`: at most 50 private ranges. Nodes and pods of the cluster need
   * no entry.
   */
  readonly authorizedRanges: AuthorizedRanges;

  /**
   * Enables global access: clients in other regions can reach the endpoint.
   *
   * @default true
   */
  readonly globalAccess?: boolean;
}

/** Options for `ControlPlaneAccess.peering`. */
export interface PeeringAccessOptions extends PrivateIpAccessOptions {
  /** Range of the control plane, a /28 that overlaps no other range of the network. */
  readonly range: string;
}

/**
 * Access of operators and Terraform to the Kubernetes API.
 *
 * @remarks
 * A change between `dns` and `privateIp` updates the cluster in place, with two conditions. From `dns` to `privateIp` the
 * network must have no `controlPlaneRange`, because the subnet of the private endpoint is immutable and replaces the cluster.
 * From `privateIp` to `dns` the network must keep its `controlPlaneRange`, because the unused endpoint stays in that subnet. A
 * change to or from `peering` always replaces the cluster.
 *
 * @example
 * ```ts
 * const cluster = new PrivateCluster(stack, 'Cluster', {
 *   network,
 *   access: ControlPlaneAccess.privateIp({ authorizedRanges: { vpn: '10.200.0.0/16' } }),
 * });
 * cluster.addNodePool('Apps', { maxNodes: 6 });
 * ```
 */
export class ControlPlaneAccess {
  /**
   * DNS endpoint, the default. **It answers from outside the VPC**: IAM (`container.clusters.connect`) controls access, not
   * the source address. It needs neither bastion nor VPN, and the control plane has no public IP endpoint.
   *
   * The control plane still has a private endpoint, which pods call as `kubernetes.default`. Google documents the node subnet
   * as its default place; for a cluster with only a DNS endpoint this is not confirmed.
   */
  public static dns(): ControlPlaneAccess {
    return new ControlPlaneAccess('dns', 'psc', {}, true);
  }

  /**
   * Private IP endpoint only, in the control-plane subnet of the network, or in the node subnet when the network has no
   * `controlPlaneRange`. Terraform must run in the VPC or behind a VPN.
   */
  public static privateIp(options: PrivateIpAccessOptions): ControlPlaneAccess {
    return new ControlPlaneAccess('privateIp', 'psc', options?.authorizedRanges ?? {}, options?.globalAccess ?? true, undefined, options);
  }

  /**
   * Private IP endpoint of a control plane with VPC peering, as older clusters have. Requests to webhooks come from its /28,
   * which firewall rules must allow. GKE may give a new cluster a Private Service Connect endpoint in that /28 instead.
   */
  public static peering(options: PeeringAccessOptions): ControlPlaneAccess {
    return new ControlPlaneAccess(
      'peering',
      'peering',
      options?.authorizedRanges ?? {},
      options?.globalAccess ?? true,
      options?.range,
      options,
    );
  }

  private constructor(
    public readonly mode: 'dns' | 'privateIp' | 'peering',
    public readonly controlPlaneKind: ControlPlaneKind,
    public readonly authorizedRanges: AuthorizedRanges,
    public readonly globalAccess: boolean,

    /** Range of a control plane with VPC peering, a /28. */
    public readonly peeringRange?: string,
    private readonly options?: PrivateIpAccessOptions | PeeringAccessOptions,
  ) {}

  /** Validates the options. Called by the cluster, whose path messages contain. */
  public requireOptions(scope: IConstruct): void {
    if (this.mode === 'privateIp') requireProps(scope, 'PrivateIpAccessOptions', this.options);
    if (this.mode === 'peering') requireProps(scope, 'PeeringAccessOptions', this.options);
  }
}

/** Validates an access against the limits of GKE, and returns the /28 of a control plane with VPC peering. */
export function requireAccess(scope: IConstruct, access: ControlPlaneAccess): Cidr | undefined {
  access.requireOptions(scope);
  const ranges = Object.entries(access.authorizedRanges);
  if (ranges.length > MAX_AUTHORIZED_RANGES) {
    throw new ValidationError(scope, `'authorizedRanges' must have at most ${MAX_AUTHORIZED_RANGES} entries, got ${ranges.length}`);
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
