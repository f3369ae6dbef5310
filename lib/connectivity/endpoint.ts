import type { TerraformProvider } from 'cdktf';
import type { INetwork } from '../network/network-reference';

/** Pods of one namespace, by their labels; no label means every pod of it. */
export interface PodsEndpoint {
  readonly kind: 'pods';

  /** Name in Kubernetes of the namespace, or a reference that resolves to it. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;

  /** Network of the cluster they run in. */
  readonly network: INetwork;
  readonly kubernetesProvider: TerraformProvider;
}

/** Virtual machines, known to firewall rules by their service account. */
export interface MachinesEndpoint {
  readonly kind: 'machines';
  readonly network: INetwork;
  readonly serviceAccountEmail: string;

  /** Static internal addresses, or references that resolve to them. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Addresses that are not ours to label. */
export interface RangesEndpoint {
  readonly kind: 'ranges';

  /** In CIDR notation. */
  readonly ranges: readonly string[];
}

/** How a peer appears to NetworkPolicies and VPC firewall rules. */
export type Endpoint = PodsEndpoint | MachinesEndpoint | RangesEndpoint;
