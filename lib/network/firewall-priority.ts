/**
 * Priorities of the VPC's firewall rules: the smaller number wins, and a deny wins over an allow of the same number.
 *
 * GKE's own rules for nodes have 1000 too and only admit; 65535 is what Google Cloud does without rules: nothing comes
 * in, everything goes out.
 */
export const FirewallPriority = {
  /** Connections that are declared. */
  DECLARED: 1000,

  /** What is private, to machines that reach the internet: a firewall rule has no exceptions, so they come before it. */
  NOT_THE_INTERNET: 2000,

  /** The internet, of which a rule says 0.0.0.0/0. */
  INTERNET: 3000,

  /** What nobody declared: after every other rule, so that a rule written by hand comes before it. */
  UNDECLARED: 65000,
} as const;
