/** Argument that protects a resource, its data or its copies, with its safe direction. */
export interface Protection {
  /** Path of the argument, for example `['settings', 'deletion_protection_enabled']`. A path continues in the first block of a list. */
  readonly path: readonly string[];

  /** Values that protect. */
  readonly safe: Safe;

  /**
   * Danger:
   *
   * - `deletion`: the resource, or what belongs to it, can be deleted.
   * - `data-loss`: data expires earlier, or becomes unreadable.
   * - `copy-loss`: copies are taken less often, kept for a shorter time, or not taken.
   * - `outage`: it stops for longer when a part of it fails or is maintained.
   * - `attack`: an attacker gets further, or is not noticed.
   */
  readonly against: Danger;

  /**
   * Clause for the change to a weaker value: `deletion protection is turned off`.
   *
   * For `more` and `less`, the clause before the two values: `snapshots are kept`. For `all` and `none`, the clause before the items. For
   * `compare`, a noun phrase for the argument.
   */
  readonly weaker: string;

  /**
   * A new resource with such a value changes what exists already, for example the expiry of documents.
   *
   * @default false
   */
  readonly alsoNew?: true;

  /**
   * Value that may refer to what is created with the resource: in a replacement, unknown parts do not make it weaker.
   *
   * @default false
   */
  readonly createdWithIt?: true;
}

export type Danger = 'deletion' | 'data-loss' | 'copy-loss' | 'outage' | 'attack';

/**
 * Safe values of an argument. A value that is unknown until apply counts as weaker. Empty text is an absent value.
 *
 * - `oneOf`: these values protect equally, and all others do not. `undefined` in the list is an absent value.
 * - `ranked`: groups of values that protect equally, from the best one. All others are weaker than the last group.
 * - `set`: any value protects.
 * - `more`, `less`: a larger or smaller quantity protects better. The text is its unit, and empty for durations and times, which have one.
 *   `unset` is the meaning of an absent value: no protection, or the best. `unlimited` lists values that mean the best. For `less`, an
 *   absent value does not protect.
 * - `all`: each item of the list protects.
 * - `none`: each item of the list is an exception from the protection.
 * - `compare`: lists clauses for what becomes weaker, from the values before and after; both may be absent.
 */
export type Safe =
  | { readonly oneOf: readonly unknown[] }
  | { readonly ranked: readonly (readonly unknown[])[] }
  | { readonly set: true }
  | { readonly more: string; readonly unset: 'weakest' | 'strongest'; readonly unlimited?: readonly unknown[] }
  | { readonly less: string }
  | { readonly all: true }
  | { readonly none: true }
  | Comparison;

/** Comparison of values of which no single number or word is the strength, such as schedules. */
export interface Comparison {
  readonly compare: (before: unknown, after: unknown) => readonly string[];

  /**
   * Meaning of an absent value.
   *
   * @default 'weakest'
   */
  readonly unset?: 'strongest';

  /**
   * Comparison of a value with unknown parts. By default such a value counts as weaker; `absent` compares it without these parts, since
   * most of its arguments have no influence.
   *
   * @default - none
   */
  readonly unknownParts?: 'absent';

  /** A value that protects, and a weaker one. */
  readonly examples: { readonly strong: unknown; readonly weak: unknown };
}
