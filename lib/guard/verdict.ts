import type { Action } from '../terraform/plan';
import type { Acknowledgement } from './acknowledgement';

/** `refuse`: nobody applies this without an acknowledgement. `warn`: whoever reads the plan should know. */
export type Severity = 'refuse' | 'warn';

/** What a rule has to say about one resource of a plan. */
export interface Finding {
  readonly severity: Severity;

  /** Terraform address, or `plan` for what is true of the whole plan. */
  readonly address: string;

  /** What the plan does to the resource. */
  readonly action: Action;

  /** What is wrong, in a sentence. It holds no value that may be a secret. */
  readonly reason: string;

  /** What is gone afterwards; empty when nothing is. */
  readonly impact: string;

  /** What of it comes back, and from where; empty when nothing is lost. */
  readonly recovery: string;

  /** What to do instead. */
  readonly remediation: string;
}

/** What the guard says. */
export interface Verdict extends Finding {
  /** Id of the rule. */
  readonly rule: string;

  /** Where the resource is in the tree of constructs, for example `Cassandra / b / Disk`. */
  readonly constructPath?: string;

  /** Set when somebody took responsibility for it, in writing. It then refuses nothing. */
  readonly acknowledgedBy?: Acknowledgement;
}
