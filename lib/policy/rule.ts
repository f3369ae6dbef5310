import type { TerraformDocument } from '../terraform/document';

/** Check of a synthesized stack. Its texts are listed in `docs/policy.md`. */
export interface PolicyRule {
  /** Short name, as in waivers. */
  readonly id: string;

  /** `error` fails synth, `warning` is reported. */
  readonly severity: 'error' | 'warning';

  /** Condition that it requires, in a sentence. */
  readonly title: string;

  /** Reason for the rule. */
  readonly why: string;

  /** Change that satisfies the rule. */
  readonly remediation: string;

  /** Ids of the same check in other rule sets; empty for checks of this library alone. */
  readonly sources: readonly string[];

  check(document: TerraformDocument): readonly PolicyProblem[];
}

/** Violation of a rule. */
export interface PolicyProblem {
  /** Terraform address; `stack` without one. */
  readonly address: string;

  /** Argument, required value and actual value. */
  readonly problem: string;
}
