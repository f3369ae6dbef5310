/**
 * Argument that gives access, to the resource or to what is behind it.
 *
 * - `oneOf`: these values open it. An absent value is `false`; with `isDefault`, it opens as well.
 * - `ranges`: CIDR ranges that may call it; `unset` is the meaning of an absent list.
 * - `members`: principals that may use it; public ones open it.
 * - `set`: it opens when a block or value is added.
 * - `unset`: it opens when the block or value is taken away.
 * - `changed`: another value in place of one may open it.
 */
export interface Opening {
  /** Path of the argument. `*` is any key or index; `**` before one name is any depth. */
  readonly path: readonly string[];
  readonly open:
    | { readonly oneOf: readonly unknown[]; readonly isDefault?: true }
    | { readonly ranges: true; readonly unset: 'all' | 'none' }
    | { readonly members: true }
    | { readonly set: true }
    | { readonly unset: true }
    | { readonly changed: true };

  /** Clause for the change: `the database gets a public address`. */
  readonly words: string;

  /**
   * `warn` for access that is common, or limited by other rules.
   *
   * @default 'refuse'
   */
  readonly severity?: 'warn';

  /**
   * Severity for a new resource: `none` when it is open by default, or closed by others.
   *
   * @default - that of a change
   */
  readonly whenNew?: 'warn' | 'none';

  /**
   * Change that avoids the opening.
   *
   * @default - that of the rule
   */
  readonly remediation?: string;
}
