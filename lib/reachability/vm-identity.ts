import type { Answer } from './answer';

/** Identity of a VM, as firewall rules and routes match it. */
export interface VmIdentity {
  readonly tags: readonly string[];

  /** Email of its service account; empty without one, which matches no rule. */
  readonly serviceAccount: string;

  /** Has an external IP address of its own. */
  readonly external: Answer;

  /** Subnet of its first network interface, as the subnets of a NAT are named. */
  readonly subnetwork: string;

  /** Region of the subnet; empty when it is not known. */
  readonly region: string;
}
