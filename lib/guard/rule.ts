import type { Subject } from './subject';
import type { Finding, Severity } from './verdict';

/** Check of a plan. Its texts are listed in `docs/guard.md`. */
export interface Rule {
  /** Short name, as in acknowledgements. */
  readonly id: string;

  /** Severities of its findings. */
  readonly severities: readonly Severity[];

  /** Condition that it reports, in a sentence. */
  readonly title: string;

  /** Reason for the rule. */
  readonly why: string;

  /** Change that avoids the problem. A finding may have a more specific one. */
  readonly remediation: string;

  /**
   * False for findings that cannot be acknowledged, since their effect is unknown.
   *
   * @default true
   */
  readonly canBeAcknowledged?: false;

  /**
   * Also checks drift. Its findings are warnings, since they have happened.
   *
   * @default false
   */
  readonly checksDrift?: true;

  check(subject: Subject): readonly Finding[];

  /**
   * Part of the plan that the rule did not check, since an input is missing: a sentence that names the option. Undefined when it checked all.
   */
  notLookedAt?(subject: Subject): string | undefined;
}
