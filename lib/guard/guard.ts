import { Plan, PlanFormatError } from '../terraform/plan';
import { type Acknowledgement, type AcknowledgementUse, isExpired, requireAcknowledgements } from './acknowledgement';
import type { Rule } from './rule';
import { RULES } from './rules';
import { Subject, type SubjectOptions } from './subject';
import type { Verdict } from './verdict';

/** Properties for `guard`. */
export interface GuardOptions extends SubjectOptions {
  /** @default - none */
  readonly acknowledgements?: readonly Acknowledgement[];

  /**
   * Moment at which acknowledgements are held against their expiry.
   *
   * @default - now
   */
  readonly now?: Date;
}

/** Everything the guard found. */
export interface GuardReport {
  /** Refused ones first, then warnings, then what was acknowledged; each by rule and address. */
  readonly verdicts: readonly Verdict[];
  readonly acknowledgements: readonly AcknowledgementUse[];

  /** Whether anything is refused that nobody acknowledged. */
  readonly isRefused: boolean;
}

/**
 * Holds a plan against all rules.
 *
 * @param json what `terraform show -json <plan>` prints, or a plan that was read already
 * @throws AcknowledgementError when an acknowledgement does not say all it has to
 */
export function guard(json: unknown, options: GuardOptions = {}): GuardReport {
  const acknowledgements = requireAcknowledgements(options.acknowledgements ?? []);
  const now = options.now ?? new Date();
  const valid = new Set(acknowledgements.filter((acknowledgement) => !isExpired(acknowledgement, now)));
  const used = new Set<Acknowledgement>();

  const verdicts = findings(json, options).map(({ rule, verdict }): Verdict => {
    if (rule?.canBeAcknowledged === false || verdict.severity !== 'refuse') return verdict;
    const acknowledgedBy = acknowledgements.find((acknowledgement) => valid.has(acknowledgement) && matches(acknowledgement, verdict));
    if (!acknowledgedBy) return verdict;
    used.add(acknowledgedBy);
    return { ...verdict, acknowledgedBy };
  });

  return {
    verdicts: verdicts.sort(byImportance),
    acknowledgements: acknowledgements.map((acknowledgement) => ({
      acknowledgement,
      state: used.has(acknowledgement) ? 'used' : valid.has(acknowledgement) ? 'unmatched' : 'expired',
    })),
    isRefused: verdicts.some((verdict) => rank(verdict) === 0),
  };
}

function findings(json: unknown, options: SubjectOptions): { rule?: Rule; verdict: Verdict }[] {
  let plan: Plan;
  try {
    plan = json instanceof Plan ? json : Plan.read(json);
  } catch (error) {
    if (!(error instanceof PlanFormatError)) throw error;
    return [{ rule: { ...UNREADABLE, check: () => [] }, verdict: unreadable(error.message) }];
  }
  const subject = new Subject(plan, options);
  return RULES.flatMap((rule) =>
    rule.check(subject).map((finding) => {
      const constructPath = pathOf(subject, finding.address);
      return { rule, verdict: { rule: rule.id, ...finding, ...(constructPath === undefined ? {} : { constructPath }) } };
    }),
  );
}

const UNREADABLE = { id: 'unknown-plan', title: 'A plan that is not understood', canBeAcknowledged: false } as const;

function unreadable(reason: string): Verdict {
  return {
    rule: UNREADABLE.id,
    severity: 'refuse',
    address: 'plan',
    action: 'unknown',
    reason,
    impact: 'nobody knows',
    recovery: 'nobody knows',
    remediation: 'make the plan with a Terraform whose plans are of format 1.x, and print it with terraform show -json',
  };
}

function pathOf(subject: Subject, address: string): string | undefined {
  if (subject.synthesized === undefined || !subject.at(address)) return undefined;
  return subject.constructPaths.of(address).ids.join(' / ');
}

function matches(acknowledgement: Acknowledgement, verdict: Verdict): boolean {
  return acknowledgement.rule === verdict.rule && acknowledgement.address === verdict.address && acknowledgement.action === verdict.action;
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
