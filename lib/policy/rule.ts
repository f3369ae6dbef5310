import type { TerraformDocument } from '../terraform/document';

/** One thing that a stack must not have, or should have. */
export interface PolicyRule {
  /** Short name, as waivers have it. */
  readonly id: string;

  /** `error` fails synth, `warning` is shown. */
  readonly severity: 'error' | 'warning';

  /** What holds where the rule is kept, in a sentence. */
  readonly title: string;
  readonly why: string;
  readonly remediation: string;

  /** Ids of the same in other rule sets; none for what only this library asks. */
  readonly sources: readonly string[];

  check(document: TerraformDocument): readonly PolicyProblem[];
}

/** Where a rule is broken. */
export interface PolicyProblem {
  /** Terraform address; `stack` for what is of none. */
  readonly address: string;

  /** Which argument, what it must be, and what it is. */
  readonly problem: string;
}
