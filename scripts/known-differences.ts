/** A kind of difference between two sides that is meant to be. */
export interface KnownDifference {
  /** How the difference reads, as this program prints it. */
  readonly what: RegExp;

  /** Why it is. */
  readonly reason: string;
}

/** Kinds of differences between the real providers and the sandbox. */
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

/** Kinds of differences between the plugins that the bindings were made for and newer ones, which no user has to act on. */
export const KNOWN_VERSION_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: /: schema: only in newer$/,
    reason: 'newer plugins have arguments that the bindings do not know',
  },
];
