/** Argument that protects a resource, its data or its copies, with its safe direction. */
export interface Protection {
  /** Path of the argument, for example `['settings', 'deletion_protection_enabled']`. */
  readonly path: readonly string[];

  /** Values that protect. */
  readonly safe: Safe;

  /** Danger: deletion of the resource, loss of its data or of copies, or an attack. */
  readonly against: 'deletion' | 'data-loss' | 'attack';

  /** Clause for the change to a weaker value: `deletion protection is turned off`. */
  readonly weaker: string;
}

/**
 * Safe values of an argument. A value that is unknown until apply counts as weaker.
 *
 * - `oneOf`: these values protect, and all others do not. `undefined` in the list is an absent value.
 * - `set`: any value protects.
 * - `more`, `less`: a larger or smaller number protects better. `unset` is what an absent value means: no protection, or the best.
 * - `all`: each item of the list protects, so that a shorter list is weaker.
 */
export type Safe =
  | { readonly oneOf: readonly unknown[] }
  | { readonly set: true }
  | { readonly more: string; readonly unset: 'weakest' | 'strongest' }
  | { readonly less: string; readonly unset: 'weakest' | 'strongest' }
  | { readonly all: true };
