import { ReportedError } from '../core/reported-error';
import { findExemptionProblem, type RuleExemption } from '../core/rule-exemption';
import { ACTIONS, type Action } from '../terraform/plan';

/** Acceptance of one finding of the guard. Rule and address are those of the finding. */
export interface Acknowledgement extends Omit<RuleExemption, 'owner'> {
  /**
   * Person or team that is responsible for it.
   *
   * @default - not recorded
   */
  readonly owner?: string;

  /**
   * Action of the plan that is accepted, for example `delete`.
   *
   * @default - any action
   */
  readonly action?: Action;
}

/** Acknowledgement with its effect on a plan. */
export interface AcknowledgementUse {
  readonly acknowledgement: Acknowledgement;

  /** `unmatched`: no finding of the plan matches it. `expired`: it is no longer valid, and matches nothing. */
  readonly state: 'used' | 'expired' | 'unmatched';
}

const FIELDS: readonly string[] = ['rule', 'address', 'action', 'reason', 'owner', 'expires'];

/**
 * Validates a list of acknowledgements.
 *
 * @throws ReportedError with entry, field, rule and value
 */
export function requireAcknowledgements(list: unknown): readonly Acknowledgement[] {
  if (!Array.isArray(list)) throw new ReportedError('acknowledgements must be a list');
  list.forEach((entry: Partial<Acknowledgement> | null, index) => {
    const kind = `acknowledgement ${index + 1}`;
    const problem = findExemptionProblem(entry, kind, ['rule', 'address', 'reason', 'expires']);
    if (problem !== undefined) throw new ReportedError(problem);
    const { action, rule } = entry as Acknowledgement;
    if (action !== undefined && !ACTIONS.includes(action)) {
      throw new ReportedError(`'action' of ${kind} of ${rule} must be one of ${ACTIONS.join(', ')}, got ${JSON.stringify(action)}`);
    }
    // A misspelt action would accept every action.
    const unknown = Object.keys(entry as Acknowledgement).find((field) => !FIELDS.includes(field));
    if (unknown !== undefined)
      throw new ReportedError(`${kind} of ${rule} must have only the fields ${FIELDS.join(', ')}, got '${unknown}'`);
  });
  return list as readonly Acknowledgement[];
}
