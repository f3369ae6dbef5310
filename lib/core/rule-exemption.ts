/** Accepted violation of a rule: an acknowledgement of the guard, a waiver of the policy, or an exemption from protection. */
export interface RuleExemption {
  /** Id of the rule, for example `stateful-destroyed`. */
  readonly rule: string;

  /** Terraform address of the resource. */
  readonly address: string;

  /** Reason for the exemption. */
  readonly reason: string;

  /** Person or team that is responsible for it. */
  readonly owner: string;

  /** Last day on which it is valid, in UTC, as `YYYY-MM-DD`. */
  readonly expires: string;
}

const FIELDS = ['rule', 'address', 'reason', 'owner', 'expires'] as const;

/**
 * Validates an exemption. Fields that are not required may be absent.
 *
 * @param kind noun phrase for the message, for example `the waiver`
 * @returns a message with field, rule and value; undefined when the exemption is valid
 */
export function findExemptionProblem(exemption: unknown, kind: string, required: readonly (keyof RuleExemption)[]): string | undefined {
  const fields: Partial<Record<keyof RuleExemption, unknown>> = typeof exemption === 'object' && exemption !== null ? exemption : {};
  const subject = [fields.rule, fields.address].find((value) => typeof value === 'string' && value !== '');
  const name = subject === undefined ? kind : `${kind} of ${subject}`;
  for (const field of FIELDS) {
    const value = fields[field];
    if (value === undefined && !required.includes(field)) continue;
    const got = value === undefined ? 'nothing' : JSON.stringify(value);
    if (typeof value !== 'string' || value.trim() === '') return `'${field}' of ${name} must be a text that is not empty, got ${got}`;
    if (field === 'expires' && Number.isNaN(endOf(value))) return `'expires' of ${name} must be a date, YYYY-MM-DD, got ${got}`;
  }
  return undefined;
}

/** Tests that the last day of an exemption is over. One without a date does not expire. */
export function isExpired({ expires }: Partial<Pick<RuleExemption, 'expires'>>, now: Date): boolean {
  // A date that cannot be parsed has expired.
  return expires !== undefined && !(now.getTime() <= endOf(expires));
}

/** Last moment of a day in UTC; `NaN` for other text. */
function endOf(day: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return Number.NaN;
  const end = new Date(`${day}T23:59:59.999Z`);
  // February 31st would be a day in March.
  return !Number.isNaN(end.getTime()) && end.toISOString().startsWith(day) ? end.getTime() : Number.NaN;
}
