import type { IConstruct } from 'constructs';
import { Cidr } from '../core/cidr';
import { ValidationError } from '../core/validation-error';
import { NOT_THE_INTERNET } from './not-the-internet';

/** Ranges of a network in CIDR notation. They must not overlap. */
export interface IpPlanProps {
  /**
   * Range of the nodes, from /8 to /29: one address per node, and four that Google Cloud reserves.
   *
   * @default 10.0.0.0/20 - 4092 nodes
   */
  readonly nodeRange?: string;

  /**
   * Range of the VM instances, from /8 to /29.
   *
   * @default 10.0.16.0/22 - 1020 VM instances
   */
  readonly dataRange?: string;

  /**
   * Range of the subnet of the control plane's private endpoint, from /8 to /28, for `ControlPlaneAccess.privateIp`.
   *
   * @default - no control-plane subnet: the endpoint is in the node subnet
   */
  readonly controlPlaneRange?: string;

  /**
   * Range of Kubernetes Services, from /16 to /28.
   *
   * @default 10.0.32.0/20 - 4096 services
   */
  readonly serviceRange?: string;

  /**
   * Range of the pods, from /9 to /24. Each node takes a block of at least twice its maximum number of pods, so that the range
   * limits the number of nodes.
   *
   * @default 10.4.0.0/14 - 2048 nodes of up to 64 pods
   */
  readonly podRange?: string;
}

type RangeName = keyof IpPlanProps;

/**
 * Valid prefix lengths of each range. The minimum subnet of Compute Engine is a /29. GKE requires a pod range of at least a /24
 * and a service range from /16 to /28.
 */
const PREFIXES: Record<RangeName, { readonly largest: number; readonly smallest: number }> = {
  nodeRange: { largest: 8, smallest: 29 },
  dataRange: { largest: 8, smallest: 29 },
  controlPlaneRange: { largest: 8, smallest: 28 },
  serviceRange: { largest: 16, smallest: 28 },
  podRange: { largest: 9, smallest: 24 },
};

/** Default range of the data subnet. */
export const DEFAULT_DATA_RANGE = '10.0.16.0/22';

const DEFAULTS: Required<Omit<IpPlanProps, 'controlPlaneRange' | 'dataRange'>> = {
  nodeRange: '10.0.0.0/20',
  serviceRange: '10.0.32.0/20',
  podRange: '10.4.0.0/14',
};

/** Private ranges that are large enough for a network, for messages. */
const PRIVATE = '10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 198.18.0.0/15 or 240.0.0.0/4';

/** Prohibited ranges of subnets: https://cloud.google.com/vpc/docs/subnets#prohibited-ipv4-ranges */
const PROHIBITED = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '199.36.153.4/30', '199.36.153.8/30', '224.0.0.0/4'];

/**
 * Ranges of a network, validated: each has a valid size, and none overlap.
 *
 * Ranges are immutable once a cluster uses them, so they are validated before anything is created.
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
    const ranges: Record<string, Cidr | undefined> = Object.fromEntries(Object.entries(this));
    requireNoOverlap(scope, ranges);
  }

  /**
   * Refuses public ranges of nodes, pods, services and the control plane of a network that is created: hosts of the internet with the same
   * addresses could not be reached, and rules for the internet would match the range. A network that exists may use them privately. A
   * public data range is allowed; connections that cannot work with it are refused.
   */
  public requirePrivate(scope: IConstruct): void {
    const { nodeRange, controlPlaneRange, serviceRange, podRange } = this;
    for (const [name, range] of Object.entries({ nodeRange, controlPlaneRange, serviceRange, podRange })) {
      if (range === undefined || NOT_THE_INTERNET.some((each) => Cidr.parse(scope, name, each).contains(range))) continue;
      throw new ValidationError(scope, `'${name}' must lie in a private range (${PRIVATE}), got '${range}'`);
    }
  }
}

/**
 * Parses a range.
 *
 * @throws ValidationError when its size is invalid or it overlaps a prohibited range of Google Cloud
 */
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
      throw new ValidationError(scope, `'${prop}' must not overlap ${prohibited}, which Google Cloud reserves, got '${text}'`);
    }
  }
  return range;
}

/**
 * Validates that ranges are disjoint.
 *
 * @throws ValidationError with both names when two ranges overlap
 */
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

/** Number of addresses of the pod range that a node takes: twice its pods, rounded up to a power of two, at least 16. */
export function countPodAddresses(maxPodsPerNode: number): number {
  return 2 ** Math.max(4, Math.ceil(Math.log2(2 * maxPodsPerNode)));
}

/** Number of usable addresses of a subnet: Google Cloud reserves four. */
export function countUsableAddresses(range: Cidr): number {
  return range.size - 4;
}
