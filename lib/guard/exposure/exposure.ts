import type { Severity } from '../verdict';

/** Access from the network that a change gives. */
export interface Exposure {
  readonly severity: Severity;

  /** Clause, for example `the database gets a public address`. */
  readonly words: string;

  /**
   * Change that avoids it.
   *
   * @default - that of the rule
   */
  readonly remediation?: string;
}

export function refuse(words: string, remediation?: string): Exposure {
  return { severity: 'refuse', words, ...(remediation !== undefined && { remediation }) };
}

export function warn(words: string): Exposure {
  return { severity: 'warn', words };
}
