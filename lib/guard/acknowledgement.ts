import { ReportedError } from '../core/reported-error';
import type { Action } from '../terraform/plan';

/** Somebody takes responsibility, in writing, for one thing that the guard refuses. It matches nothing else. */
export interface Acknowledgement {
  /** Id of the rule, for example `namespace-destroyed`. */
  readonly rule: string;

  /** Terraform address, exactly as the verdict has it. */
  readonly address: string;

  /** What the plan does to the resource, exactly as the verdict has it, for example `delete`. */
  readonly action: Action;

  /** Why it may happen, for whoever reads the history. */
  readonly reason: string;

  /** Last day it holds, in UTC, as `YYYY-MM-DD`. */
  readonly expires: string;
}

/** What became of an acknowledgement. */
export interface AcknowledgementUse {
  readonly acknowledgement: Acknowledgement;

  /** `unmatched`: the plan does not do this, so it can go. An expired one matches nothing any more. */
  readonly state: 'used' | 'expired' | 'unmatched';
}

/** A list of acknowledgements with a mistake in it. */
export class AcknowledgementError extends ReportedError {
  public override readonly name = 'AcknowledgementError';
}

/**
 * Returns the list when each of its entries says all it has to.
 *
 * @throws AcknowledgementError naming the entry and what it lacks
 */
export function requireAcknowledgements(list: unknown): readonly Acknowledgement[] {
  if (!Array.isArray(list)) throw new AcknowledgementError('acknowledgements must be a list');
  list.forEach((entry: Partial<Record<keyof Acknowledgement, unknown>> | null, index) => {
    for (const name of ['rule', 'address', 'action', 'reason', 'expires'] as const) {
      const value = entry?.[name];
      if (typeof value !== 'string' || value.trim() === '') {
        throw new AcknowledgementError(`acknowledgement ${index + 1} must have a '${name}', got ${JSON.stringify(value)}`);
      }
    }
    if (Number.isNaN(endOf(String(entry!.expires)))) {
      throw new AcknowledgementError(`acknowledgement ${index + 1} must expire at a day, YYYY-MM-DD, got '${entry!.expires}'`);
    }
  });
  return list as readonly Acknowledgement[];
}

export function isExpired({ expires }: Acknowledgement, now: Date): boolean {
  // A date that cannot be read has expired.
  return !(now.getTime() <= endOf(expires));
}

/** The last moment of a day in UTC; `NaN` for what is no day. */
function endOf(day: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return Number.NaN;
  const end = new Date(`${day}T23:59:59.999Z`);
  // February 31st would be a day in March.
  return !Number.isNaN(end.getTime()) && end.toISOString().startsWith(day) ? end.getTime() : Number.NaN;
}
