import type { TerraformProvider } from 'cdktf';
import type { INetwork } from '../network/network-reference';
import type { Port } from '../network/port';

/** Pods of one namespace, selected by labels. No labels select all pods of the namespace. */
export interface PodsEndpoint {
  readonly kind: 'pods';

  /** Name of the namespace in Kubernetes. */
  readonly namespaceName: string;

  /**
   * Name of the namespace as a reference, so that policies in it depend on the namespace.
   *
   * @default - namespaceName, without a dependency
   */
  readonly namespaceReference?: string;

  /** Labels of the pods. */
  readonly labels: Readonly<Record<string, string>>;

  /**
   * Creates no policy for these pods, because GKE runs them and their namespace denies nothing.
   *
   * @default false
   */
  readonly unrestricted?: boolean;

  /** Network of the cluster, and the network tag of its nodes. */
  readonly network: INetwork;
  readonly nodeTag: string;

  /** Provider of the cluster, for NetworkPolicies. */
  readonly kubernetesProvider: TerraformProvider;

  /**
   * States that the cluster is in a service project of a Shared VPC, where GKE has no permission to create firewall rules for load
   * balancers.
   *
   * @default false
   */
  readonly sharedVpc?: boolean;
}

/** VM instances, matched by their service accounts. */
export interface InstancesEndpoint {
  readonly kind: 'instances';

  /** Network of the VM instances. */
  readonly network: INetwork;

  /** Email address of their service account, or of each of their accounts; or references that resolve to them. */
  readonly serviceAccountEmail: string | readonly string[];

  /** Static internal addresses, or references that resolve to them. */
  readonly addresses: Readonly<Record<string, string>>;

  /**
   * Restricts rules to the addresses. When false, rules match all VM instances of the service accounts.
   *
   * @default false
   */
  readonly byAddress?: boolean;
}

/** @deprecated Use `InstancesEndpoint`. */
export interface MachinesEndpoint extends Omit<InstancesEndpoint, 'kind'> {
  readonly kind: 'machines';
}

/** Ranges of addresses, for endpoints without labels or service account. */
export interface RangesEndpoint {
  readonly kind: 'ranges';

  /** Ranges in CIDR notation. */
  readonly ranges: readonly string[];

  /**
   * Exceptions from the ranges. NetworkPolicies exclude them. VPC firewall rules have no exceptions: they must be the ranges that
   * `Network` denies to the data subnet at a higher priority (`FirewallPriority.NOT_THE_INTERNET`).
   *
   * @default - none
   */
  readonly except?: readonly string[];

  /**
   * States that, as a client of pods, traffic comes through the VPC, so that a firewall rule to the nodes is needed.
   *
   * @default false: GKE creates the firewall rule, as for load balancers outside of a Shared VPC
   */
  readonly throughVpc?: boolean;

  /**
   * Allows ranges in the subnets of the network, for addresses that are neither nodes nor pods, such as the control plane's private
   * endpoint.
   *
   * @default false
   */
  readonly withinNetwork?: boolean;

  /**
   * Returns the violated rule, as a part of an error message, when the endpoint cannot be a client or server of the other one.
   *
   * @default - all connections are possible
   */
  readonly refuses?: (as: 'client' | 'server', other: Endpoint, port: Port) => string | undefined;
}

/** Client or server, as firewall rules and NetworkPolicies match it. */
export type Endpoint = PodsEndpoint | InstancesEndpoint | RangesEndpoint;
