import type { IConstruct } from 'constructs';
import { Cidr } from '../core/cidr';
import { ValidationError } from '../core/validation-error';

/** The ranges of a network, in CIDR notation. */
export interface IpPlanProps {
  /**
   * Nodes of the cluster: one address each, and four that Google Cloud keeps.
   *
   * @default 10.0.0.0/20 - 4092 nodes
   */
  readonly nodeRange?: string;

  /**
   * Virtual machines.
   *
   * @default 10.0.16.0/22 - 1020 machines
   */
  readonly dataRange?: string;

  /**
   * Subnet of the control plane's private endpoint, for `ControlPlaneAccess.privateIp`. Nothing else uses it.
   *
   * @default - no such subnet: the endpoint is in the node subnet
   */
  readonly controlPlaneRange?: string;

  /**
   * Services of the cluster.
   *
   * @default 10.0.32.0/20 - 4096 services
   */
  readonly serviceRange?: string;

  /**
   * Pods. Every node takes a block of at least twice its pods out of it, so it bounds the number of nodes.
   *
   * @default 10.4.0.0/14 - 2048 nodes of up to 64 pods
   */
  readonly podRange?: string;
}

type RangeName = keyof IpPlanProps;

/**
 * Prefix lengths each range may have. Compute Engine takes no subnet smaller than /29, GKE no pod range smaller than
 * /24 and no service range outside /16 to /28.
 */
const PREFIXES: Record<RangeName, { readonly largest: number; readonly smallest: number }> = {
  nodeRange: { largest: 8, smallest: 29 },
  dataRange: { largest: 8, smallest: 29 },
  controlPlaneRange: { largest: 8, smallest: 28 },
  serviceRange: { largest: 16, smallest: 28 },
  podRange: { largest: 9, smallest: 24 },
};

/** Range of virtual machines in a network that is made here. */
export const DEFAULT_DATA_RANGE = '10.0.16.0/22';

const DEFAULTS: Required<Omit<IpPlanProps, 'controlPlaneRange' | 'dataRange'>> = {
  nodeRange: '10.0.0.0/20',
  serviceRange: '10.0.32.0/20',
  podRange: '10.4.0.0/14',
};

/** What no subnet may hold: https://cloud.google.com/vpc/docs/subnets#prohibited-ipv4-ranges */
const PROHIBITED = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '199.36.153.4/30', '199.36.153.8/30', '224.0.0.0/4'];

/**
 * The ranges of a network, each of a size its use takes, none over another.
 *
 * A range cannot be changed once a cluster uses it, so a wrong one is found here and not when addresses run out.
 */
export class IpPlan {
  public readonly nodeRange: Cidr;
  public readonly dataRange: Cidr | undefined;
  public readonly controlPlaneRange: Cidr | undefined;
  public readonly serviceRange: Cidr;
  public readonly podRange: Cidr;

  constructor(scope: IConstruct, props: IpPlanProps) {
    const range = (name: keyof typeof DEFAULTS) => requireRange(scope, name, props[name] ?? DEFAULTS[name], PREFIXES[name]);
    this.nodeRange = range('nodeRange');
    const given = (name: keyof typeof PREFIXES) => {
      const text = props[name];
      return text === undefined ? undefined : requireRange(scope, name, text, PREFIXES[name]);
    };
    this.dataRange = given('dataRange');
    this.controlPlaneRange = given('controlPlaneRange');
    this.serviceRange = range('serviceRange');
    this.podRange = range('podRange');
    requireNoOverlap(scope, Object.fromEntries(Object.entries(this)));
  }
}

/** Reads a range and checks its size and that Google Cloud lets it be used. */
export function requireRange(
  scope: IConstruct,
  prop: string,
  text: string,
  prefix: { readonly largest: number; readonly smallest: number },
): Cidr {
  const range = Cidr.parse(scope, prop, text);
  if (range.prefixLength < prefix.largest || range.prefixLength > prefix.smallest) {
    const allowed = prefix.largest === prefix.smallest ? `a /${prefix.largest}` : `from /${prefix.largest} to /${prefix.smallest}`;
    throw new ValidationError(scope, `'${prop}' must be ${allowed}, got '${text}'`);
  }
  for (const prohibited of PROHIBITED) {
    if (range.overlaps(Cidr.parse(scope, prop, prohibited))) {
      throw new ValidationError(scope, `'${prop}' must not touch ${prohibited}, which Google Cloud keeps, got '${text}'`);
    }
  }
  return range;
}

/** Fails with both names when two ranges have an address in common. */
export function requireNoOverlap(scope: IConstruct, ranges: Readonly<Record<string, Cidr | undefined>>): void {
  const named = Object.entries(ranges).flatMap(([name, range]): [string, Cidr][] => (range ? [[name, range]] : []));
  named.forEach(([name, range], i) => {
    for (const [other, otherRange] of named.slice(0, i)) {
      if (range.overlaps(otherRange)) {
        throw new ValidationError(scope, `'${name}' must not overlap '${other}' (${otherRange}), got '${range}'`);
      }
    }
  });
}

/** Addresses a node takes out of the pod range: the power of two that holds twice its pods, at least 16. */
export function podAddressesPerNode(maxPodsPerNode: number): number {
  return 2 ** Math.max(4, Math.ceil(Math.log2(2 * maxPodsPerNode)));
}

/** Addresses of a subnet that machines can have: Google Cloud keeps four. */
export function usableAddresses(range: Cidr): number {
  return range.size - 4;
}
