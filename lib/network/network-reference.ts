import type { ITerraformDependable } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { IProject } from '../core/project';
import { ValidationError } from '../core/validation-error';

/** A subnet as others refer to it. */
export interface ISubnet {
  readonly subnetName: string;

  /** `projects/P/regions/R/subnetworks/NAME`, or a reference that resolves to it. */
  readonly subnetId: string;

  /** Primary range in CIDR notation. */
  readonly range: string;
}

/** Which decisions of firewall rules are logged: none, connections turned away, or those let through as well. */
export type FirewallLogging = (typeof FIREWALL_LOGGING)[number];

export const FIREWALL_LOGGING = ['none', 'denied', 'all'] as const;

/** The VPC that clusters and virtual machines live in. */
export interface INetwork extends IConstruct {
  readonly project: IProject;
  readonly region: string;
  readonly networkName: string;

  /** `projects/P/global/networks/NAME`, or a reference that resolves to it. */
  readonly networkId: string;

  /** Subnet of the cluster's nodes. */
  readonly nodeSubnet: ISubnet;

  /** Range of pods, and the name of the node subnet's secondary range that holds it. */
  readonly podRange: string;
  readonly podRangeName: string;

  /** Range of services, and the name of the node subnet's secondary range that holds it. */
  readonly serviceRange: string;
  readonly serviceRangeName: string;

  /** Subnet of virtual machines, when there is one. */
  readonly dataSubnet?: ISubnet;

  /** Subnet of the control plane's private endpoint, when there is one. */
  readonly controlPlaneSubnet?: ISubnet;

  /** Which decisions of firewall rules in the network are logged. */
  readonly firewallLogging: FirewallLogging;

  /** What must stay until everything that needs the way out (NAT, Google's private addresses) is gone. */
  readonly egressReady: readonly ITerraformDependable[];
}

/** Returns the subnet of virtual machines; fails for a network that was named without one. */
export function requireDataSubnet(scope: IConstruct, network: INetwork): ISubnet {
  if (network.dataSubnet) return network.dataSubnet;
  throw new ValidationError(scope, `'network' must have a subnet of virtual machines: give 'dataRange' to ${network.node.path}, got none`);
}
