/** Expected kind of difference between two sides. */
export interface KnownDifference {
  /** Printed difference to match. */
  readonly what: RegExp;

  /** Reason for the difference. */
  readonly reason: string;
}

/** Expected differences between the real providers and the sandbox. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: /: block: real \(known after apply\), sandbox \[\]$/,
    reason: "Terraform's checks, which the sandbox leaves on and the real providers switch off, allow no block that is not configured",
  },
  {
    what: /: schema: optional, sandbox computed, real not$/,
    reason: "Terraform's checks, which the sandbox leaves on, take a planned default for computed arguments only",
  },
  {
    what: /: real \(known after apply\), sandbox \(known in part\)$/,
    reason: 'the real providers call a whole list or map unknown when one of its members is',
  },
  {
    what: /: schema: max_items: real ([2-9]|\d{2,}), sandbox 0$/,
    reason: 'the bindings tell one block from many, not how many',
  },
];

/**
 * Expected differences between the plugins of the bindings and newer ones. Users of this library need not act on any of them. See
 * `docs/provider-versions.md`.
 */
export const KNOWN_VERSION_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: /: schema: only in newer$|: new argument: pinned null, newer /,
    reason: 'newer plugins have arguments and attributes that the bindings do not know, and plan them with their defaults',
  },
  {
    what: /: schema: (newer optional, pinned not|pinned required, newer not)$/,
    reason: 'newer plugins let arguments be set that could not be, or be left out that had to be set',
  },
  {
    what: /: schema: optional, newer computed, pinned not$/,
    reason: 'newer plugins take what the API answers for arguments that are not set',
  },
  {
    what: /\.enable_l4_ilb_subsetting: pinned false, newer \(known after apply\)$|\.containerd_config: block: pinned \[\], newer \(known after apply\)$/,
    reason: 'newer plugins take what the API answers for arguments that are not set, and so do not know it in a plan',
  },
  {
    what: /: schema: optional, newer sensitive, pinned not$/,
    reason: 'newer plugins hide the keys of disks',
  },
  {
    what: /^google_compute_subnetwork\.enable_flow_logs: /,
    reason: 'google 7 removed enable_flow_logs of a subnetwork, which no construct sets: flow logs are log_config',
  },
  {
    what: /^google_compute_router\.bgp\.advertised_ip_ranges: schema: nesting_mode: pinned list, newer set$/,
    reason: 'lists became sets, which are written in JSON in the same way',
  },
  {
    what: /^kubernetes_service_v1\.status: schema: type: /,
    reason: 'kubernetes 3 has ip_mode in the status of a service',
  },
];
