import type { Severity } from '../verdict';

/** Access that a change gives, or a restriction that it lifts. */
export interface Widening {
  readonly severity: Severity;

  /** Clause, for example `user:a@example.com gets roles/owner`. */
  readonly words: string;
}

export const refuse = (words: string): Widening => ({ severity: 'refuse', words });
export const warn = (words: string): Widening => ({ severity: 'warn', words });
