/**
 * Argument that gives access.
 *
 * - `oneOf`: these values open it.
 * - `ranges`: CIDR ranges that may call it; each new range opens it, and `unset` is the meaning of an absent list.
 * - `members`: principals that may use it; public ones open it.
 * - `unset`: it opens when the block or value is taken away.
 */
export interface Opening {
  /** Path of the argument. `*` is any key or index. */
  readonly path: readonly string[];
  readonly open:
    | { readonly oneOf: readonly unknown[] }
    | { readonly ranges: true; readonly unset: 'all' | 'none' }
    | { readonly members: true }
    | { readonly unset: true };

  /** Clause for the change: `it gets a public address`. */
  readonly words: string;
}
