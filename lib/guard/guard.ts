import { isExpired } from '../core/rule-exemption';
import { Redaction } from '../redaction';
import { Plan, PlanFormatError } from '../terraform/plan';
import { type Acknowledgement, type AcknowledgementUse, requireAcknowledgements } from './acknowledgement';
import { listNames } from './resource-names';
import type { Rule } from './rule';
import { RULES } from './rules';
import { unknownPlan } from './rules/unknown-plan';
import { Subject, type SubjectOptions } from './subject';
import type { Finding, Verdict } from './verdict';

/** Properties for `guard`. */
export interface GuardOptions extends SubjectOptions {
  /**
   * Accepted findings.
   *
   * @default - none
   */
  readonly acknowledgements?: readonly Acknowledgement[];

  /**
   * Time at which the expiry of acknowledgements is checked.
   *
   * @default - now
   */
  readonly now?: Date;
}

/** Findings on a plan. */
export interface GuardReport {
  /** Refusals first, then warnings, then acknowledged findings; each by rule and address. */
  readonly verdicts: readonly Verdict[];
  readonly acknowledgements: readonly AcknowledgementUse[];

  /** True when a refusal is not acknowledged. */
  readonly isRefused: boolean;

  /**
   * Rules that did not check all of the plan, since an input is missing.
   *
   * @default - none
   */
  readonly notLookedAt?: readonly NotLookedAt[];
}

/** Part of a plan that a rule did not check. */
export interface NotLookedAt {
  /** Id of the rule. */
  readonly rule: string;

  /** Missing input, and its effect, in a sentence. */
  readonly reason: string;
}

/**
 * Checks a plan against all rules.
 *
 * @param json output of `terraform show -json <plan>`, or a plan that was read from it
 * @throws ReportedError when an acknowledgement is not valid
 */
export function guard(json: unknown, options: GuardOptions = {}): GuardReport {
  const acknowledgements = requireAcknowledgements(options.acknowledgements ?? []);
  const now = options.now ?? new Date();
  const valid = new Set(acknowledgements.filter((acknowledgement) => !isExpired(acknowledgement, now)));
  const used = new Set<Acknowledgement>();

  const plan = readPlan(json);
  const { found, notLookedAt } =
    plan instanceof Plan
      ? check(plan, options)
      : { found: [{ rule: unknownPlan, verdict: createUnreadableVerdict(plan.message) }], notLookedAt: [] };
  const verdicts = found.map(({ rule, verdict }): Verdict => {
    if (rule.canBeAcknowledged === false || verdict.severity !== 'refuse') return verdict;
    const acknowledgedBy = acknowledgements.find((acknowledgement) => valid.has(acknowledgement) && matches(acknowledgement, verdict));
    if (!acknowledgedBy) return verdict;
    used.add(acknowledgedBy);
    return { ...verdict, acknowledgedBy };
  });

  return {
    verdicts: (plan instanceof Plan ? redactVerdicts(plan, verdicts, options) : verdicts).sort(byImportance),
    acknowledgements: acknowledgements.map((acknowledgement) => ({
      acknowledgement,
      state: used.has(acknowledgement) ? 'used' : valid.has(acknowledgement) ? 'unmatched' : 'expired',
    })),
    isRefused: verdicts.some((verdict) => rank(verdict) === 0),
    ...(notLookedAt.length > 0 && { notLookedAt }),
  };
}

function readPlan(json: unknown): Plan | PlanFormatError {
  try {
    return json instanceof Plan ? json : Plan.read(json);
  } catch (error) {
    if (!(error instanceof PlanFormatError)) throw error;
    return error;
  }
}

/** Masks the secrets in texts of rules, which quote values of the plan. */
function redactVerdicts(plan: Plan, verdicts: readonly Verdict[], { synthesized, base }: SubjectOptions): Verdict[] {
  if (verdicts.length === 0) return [];
  const redaction = Redaction.of(plan, synthesized, base);
  return verdicts.map((verdict) => redaction.clean(verdict, CONSTANT_MEMBERS));
}

/** Members of a verdict whose values are constants, or of an acknowledgement. */
const CONSTANT_MEMBERS: ReadonlySet<string> = new Set(['rule', 'severity', 'action', 'type', 'acknowledgedBy']);

interface Checked {
  readonly found: readonly { readonly rule: Rule; readonly verdict: Verdict }[];
  readonly notLookedAt: readonly NotLookedAt[];
}

function check(plan: Plan, options: SubjectOptions): Checked {
  const subject = new Subject(plan, options);
  const drift = new Subject(plan, options, plan.drift);
  const found = RULES.flatMap((rule) => [
    ...rule.check(subject).map((finding) => ({ rule, verdict: toVerdict(rule, finding, subject) })),
    ...(rule.checksDrift === true && plan.drift.length > 0 ? rule.check(drift) : []).map((finding) => ({
      rule,
      verdict: toVerdict(rule, { ...finding, severity: 'warn', reason: `changed outside of Terraform: ${finding.reason}` }, drift),
    })),
  ]);
  const notLookedAt = RULES.flatMap((rule): NotLookedAt[] => {
    const reason = rule.notLookedAt?.(subject);
    return reason === undefined ? [] : [{ rule: rule.id, reason }];
  });
  return { found, notLookedAt };
}

function toVerdict(rule: Rule, finding: Finding, subject: Subject): Verdict {
  const constructPath = findConstructPath(subject, finding.address);
  const { impact = '', recovery = '', remediation = rule.remediation } = finding;
  const change = subject.at(finding.address);
  const texts = [finding.reason, impact, recovery, remediation];
  const names = change === undefined ? [] : listNames(change).filter((name) => texts.some((text) => text.includes(name)));
  const verdict = { rule: rule.id, ...(change && { type: change.type }), ...finding, impact, recovery, remediation, names };
  return { ...verdict, ...(constructPath === undefined ? {} : { constructPath }) };
}

function createUnreadableVerdict(reason: string): Verdict {
  return {
    rule: unknownPlan.id,
    severity: 'refuse',
    address: 'plan',
    action: 'unknown',
    reason,
    impact: 'unknown',
    recovery: 'unknown',
    remediation: 'create the plan with a Terraform release that writes plan format 1.x, and print it with terraform show -json',
    names: [],
  };
}

function findConstructPath(subject: Subject, address: string): string | undefined {
  if (subject.synthesized === undefined || !subject.at(address)) return undefined;
  return subject.constructPaths.of(address).ids.join(' / ');
}

function matches(acknowledgement: Acknowledgement, verdict: Verdict): boolean {
  const { rule, address, action = verdict.action } = acknowledgement;
  return rule === verdict.rule && address === verdict.address && action === verdict.action;
}

function rank({ severity, acknowledgedBy }: Verdict): number {
  return acknowledgedBy ? 2 : severity === 'refuse' ? 0 : 1;
}

function byImportance(a: Verdict, b: Verdict): number {
  return rank(a) - rank(b) || compareText(a.rule, b.rule) || compareText(a.address, b.address) || compareText(a.reason, b.reason);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
