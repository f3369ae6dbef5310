import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { ValidationError } from '../core/validation-error';

/** Requires one of the intervals that a day can be divided into. */
export function requireHoursBetween(scope: Construct, hours: number, allowed: readonly number[]): number {
  if (typeof hours !== 'number' || Token.isUnresolved(hours) || !allowed.includes(hours)) {
    throw new ValidationError(scope, `'hoursBetween' must be one of ${allowed.join(', ')}, got ${hours}`);
  }
  return hours;
}

/** Interval and retention of sets. */
interface SetPlan extends Construct {
  readonly minimumSets: number;
  readonly retentionDays: number;
  readonly hoursBetween: number;
}

/** Requires a retention in which the minimum of sets is taken. Otherwise no set would ever be deleted. */
export function requireEnoughSets(sets: SetPlan): void {
  const { minimumSets, retentionDays, hoursBetween } = sets;
  const taken = Math.floor((retentionDays * 24) / hoursBetween);
  if (Token.isUnresolved(minimumSets) || Token.isUnresolved(retentionDays) || minimumSets <= taken) return;
  throw new ValidationError(
    sets,
    `'minimumSets' must be at most the sets that 'retentionDays' has room for (${taken}), got ${minimumSets}`,
  );
}
