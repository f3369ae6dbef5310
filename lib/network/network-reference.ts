import type { ITerraformDependable } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { IProject } from '../core/project';
import { ValidationError } from '../core/validation-error';

/** Reference to a subnet. */
export interface ISubnet {
  /** Name in Google Cloud. */
  readonly subnetName: string;

  /** `projects/P/regions/R/subnetworks/NAME`, or a reference that resolves to it. */
  readonly subnetId: string;

  /** Primary range in CIDR notation. */
  readonly range: string;
}

/** Logging of firewall rules: none, denied connections, or allowed connections as well. */
export type FirewallLogging = (typeof FIREWALL_LOGGING)[number];

/** Levels of firewall logging. */
export const FIREWALL_LOGGING = ['none', 'denied', 'all'] as const;

/** VPC of clusters and VM instances. */
export interface INetwork extends IConstruct {
  /** Project of the network. */
  readonly project: IProject;

  /** Region of the subnets. */
  readonly region: string;

  /** Name of the VPC in Google Cloud. */
  readonly networkName: string;

  /** `projects/P/global/networks/NAME`, or a reference that resolves to it. */
  readonly networkId: string;

  /** Subnet of the cluster's nodes. */
  readonly nodeSubnet: ISubnet;

  /** Range of pods, and the name of its secondary range in the node subnet. */
  readonly podRange: string;
  readonly podRangeName: string;

  /** Range of services, and the name of its secondary range in the node subnet. */
  readonly serviceRange: string;
  readonly serviceRangeName: string;

  /** Subnet of VM instances. Undefined for an imported network without one. */
  readonly dataSubnet?: ISubnet;

  /** Subnet of the control plane's private endpoint. Undefined for a network without one. */
  readonly controlPlaneSubnet?: ISubnet;

  /** Logging of firewall rules. */
  readonly firewallLogging: FirewallLogging;

  /** Dependencies of resources that need egress: NAT, and DNS records of Google APIs. They must be destroyed last. */
  readonly egressReady: readonly ITerraformDependable[];
}

/**
 * Returns the subnet of VM instances.
 *
 * @throws ValidationError for an imported network without one
 */
export function requireDataSubnet(scope: IConstruct, network: INetwork): ISubnet {
  if (network.dataSubnet) return network.dataSubnet;
  throw new ValidationError(scope, `'network' must have a data subnet: set 'dataRange' of ${network.node.path}`);
}
