import type { Action } from '../terraform/plan';
import type { Acknowledgement } from './acknowledgement';

/** `refuse`: is not applied without an acknowledgement. `warn`: is only reported. */
export type Severity = 'refuse' | 'warn';

/** Result of a rule for one resource of a plan. */
export interface Finding {
  readonly severity: Severity;

  /** Terraform address, or `plan` for the plan as a whole. */
  readonly address: string;

  /** Action that the plan takes on the resource. */
  readonly action: Action;

  /** Problem, in a sentence. It contains no value that may be a secret. */
  readonly reason: string;

  /**
   * Data or service that is lost.
   *
   * @default - none
   */
  readonly impact?: string;

  /**
   * Part of it that can be recovered, and its source.
   *
   * @default - none, since nothing is lost
   */
  readonly recovery?: string;

  /**
   * Change that avoids the problem.
   *
   * @default - that of the rule
   */
  readonly remediation?: string;
}

/** Finding of the guard, with its rule. */
export interface Verdict extends Required<Finding> {
  /** Id of the rule. */
  readonly rule: string;

  /** Terraform type of the resource; absent for a plan as a whole. */
  readonly type?: string;

  /** Names of the resource in the texts, the longest first. Verdicts that differ only in them are folded in reports. */
  readonly names: readonly string[];

  /** Path of the construct, for example `Cassandra / b / Disk`. */
  readonly constructPath?: string;

  /** Acknowledgement that accepts it. An acknowledged finding refuses nothing. */
  readonly acknowledgedBy?: Acknowledgement;
}
