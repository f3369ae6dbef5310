/** A difference between sandbox and real providers that is meant to be. */
export interface KnownDifference {
  /** Resource type and attribute, for example `google_compute_disk.size`. */
  readonly subject: string;

  /** Why the sandbox does not follow. */
  readonly reason: string;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];
