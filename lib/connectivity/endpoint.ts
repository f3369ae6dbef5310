import type { TerraformProvider } from 'cdktf';
import type { INetwork } from '../network/network-reference';
import type { Port } from '../network/port';

/** Pods of one namespace, by their labels; no label means every pod of it. */
export interface PodsEndpoint {
  readonly kind: 'pods';

  /** Name in Kubernetes of the namespace. */
  readonly namespaceName: string;

  /**
   * What policies in the namespace take its name from: a reference, so that they wait for it.
   *
   * @default - the name; policies wait for nothing
   */
  readonly namespaceReference?: string;
  readonly labels: Readonly<Record<string, string>>;

  /**
   * Whether the pods are Google's and not restricted by us: no policy is written on their side.
   *
   * @default false
   */
  readonly unrestricted?: boolean;

  /** Network of the cluster they run in, and the network tag of its nodes. */
  readonly network: INetwork;
  readonly nodeTag: string;
  readonly kubernetesProvider: TerraformProvider;

  /**
   * Whether the cluster is in a service project of a Shared VPC: GKE may write no firewall rule for its load balancers there.
   *
   * @default false
   */
  readonly sharedVpc?: boolean;
}

/** Virtual machines, known to firewall rules by their service account. */
export interface MachinesEndpoint {
  readonly kind: 'machines';
  readonly network: INetwork;
  readonly serviceAccountEmail: string;

  /** Static internal addresses, or references that resolve to them. */
  readonly addresses: Readonly<Record<string, string>>;

  /**
   * Whether rules are for these addresses alone, and not for every machine of the service account.
   *
   * @default false
   */
  readonly byAddress?: boolean;
}

/** Addresses that are not ours to label. */
export interface RangesEndpoint {
  readonly kind: 'ranges';

  /** In CIDR notation. */
  readonly ranges: readonly string[];

  /**
   * Ranges within them that are not meant. Policies leave them out; firewall rules know no exceptions, so there they are
   * those that `Network` denies the data subnet before (`FirewallPriority.NOT_THE_INTERNET`).
   *
   * @default - none
   */
  readonly except?: readonly string[];

  /**
   * Whether, as a client of pods, they come in through the VPC, whose firewall has to let them pass to the nodes.
   *
   * @default false: GKE lets them in itself, as it does for its load balancers outside of a Shared VPC
   */
  readonly throughVpc?: boolean;

  /**
   * Whether the ranges may lie in the network's own subnets: those of an address that Google keeps there, such as the
   * control plane's private endpoint, which is neither a node nor a pod.
   *
   * @default false
   */
  readonly withinNetwork?: boolean;

  /**
   * Why it cannot call the other or be called by it at the port, when it cannot: what has to be, without what was got.
   *
   * @default - nothing is impossible
   */
  readonly refuses?: (as: 'client' | 'server', other: Endpoint, port: Port) => string | undefined;
}

/** How a peer appears to NetworkPolicies and VPC firewall rules. */
export type Endpoint = PodsEndpoint | MachinesEndpoint | RangesEndpoint;
