export type { Acknowledgement, AcknowledgementUse } from './acknowledgement';
export { formatGuardReport } from './format-guard-report';
export { type GuardOptions, type GuardReport, guard, type NotLookedAt } from './guard';
export type { Rule } from './rule';
export { RULES } from './rules';
export type { DrillState } from './subject';
export type { Finding, Severity, Verdict } from './verdict';
