/**
 * Priorities of VPC firewall rules. The lowest number wins, and deny wins over allow at the same number.
 *
 * Rules of GKE for nodes have 1000 too and only allow. The implied rules of Google Cloud have 65535: deny ingress, allow egress.
 */
export const FirewallPriority = {
  /** Allow declared connections. */
  DECLARED: 1000,

  /** Deny private ranges to VM instances that may reach the internet, before the rule for it: firewall rules have no exceptions. */
  NOT_THE_INTERNET: 2000,

  /** Allow the internet, 0.0.0.0/0. */
  INTERNET: 3000,

  /** Deny all undeclared connections, after all other rules, so that rules of users come first. */
  UNDECLARED: 65000,
} as const;
