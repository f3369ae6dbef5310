import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { requireSnapshotLocation } from '../core/google-cloud-names';
import { requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import { requireReaders } from './snapshot-readers';

/** Props that sets and copies of sets have in common. */
export interface SetPlan {
  readonly hoursBetween: number;
  readonly retentionDays: number;
  readonly minimumSets: number;
  readonly withinHours: number;
  readonly storageLocation?: string;
  readonly readers: readonly string[];
}

/** Options of `requireSetPlan`. */
export interface SetPlanOptions {
  /** Intervals that `hoursBetween` can have, and its default. */
  readonly allowedHours: readonly number[];
  readonly defaultHours: number;

  /** Hours by which `withinHours` exceeds `hoursBetween` by default. */
  readonly marginHours: number;
}

/** Requires an interval, a retention and an alert that fit together, and fills in their defaults. */
export function requireSetPlan(scope: Construct, props: Partial<SetPlan>, options: SetPlanOptions): SetPlan {
  const { allowedHours, defaultHours, marginHours } = options;
  const hoursBetween = requireHoursBetween(scope, props.hoursBetween ?? defaultHours, allowedHours);
  const plan: SetPlan = {
    hoursBetween,
    retentionDays: requireWholeNumber(scope, 'retentionDays', props.retentionDays ?? 7, { min: 1 }),
    minimumSets: requireWholeNumber(scope, 'minimumSets', props.minimumSets ?? 3, { min: 1 }),
    withinHours: requireWholeNumber(scope, 'withinHours', props.withinHours ?? hoursBetween + marginHours, { min: hoursBetween + 1 }),
    storageLocation: props.storageLocation && requireSnapshotLocation(scope, 'storageLocation', props.storageLocation),
    readers: requireReaders(scope, props.readers ?? []),
  };
  requireEnoughSets(scope, plan);
  return plan;
}

/** Requires one of the intervals that a day can be divided into. */
function requireHoursBetween(scope: Construct, hours: number, allowed: readonly number[]): number {
  if (typeof hours !== 'number' || Token.isUnresolved(hours) || !allowed.includes(hours)) {
    throw new ValidationError(scope, `'hoursBetween' must be one of ${allowed.join(', ')}, got ${hours}`);
  }
  return hours;
}

/** Requires a retention in which the minimum of sets is taken. Otherwise no set would ever be deleted. */
function requireEnoughSets(scope: Construct, { minimumSets, retentionDays, hoursBetween }: SetPlan): void {
  const taken = Math.floor((retentionDays * 24) / hoursBetween);
  if (Token.isUnresolved(minimumSets) || Token.isUnresolved(retentionDays) || minimumSets <= taken) return;
  throw new ValidationError(
    scope,
    `'minimumSets' must be at most the sets that 'retentionDays' has room for (${taken}), got ${minimumSets}`,
  );
}
