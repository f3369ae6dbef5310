import type { Construct } from 'constructs';
import { requireOneOf } from '../core/require';
import { ValidationError } from '../core/validation-error';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Day of the week. */
export type Weekday = (typeof WEEKDAYS)[number];

/** Load of a node pool in some hours of the week. */
export interface LoadPeriod {
  /** Days of the week on which the period starts. */
  readonly days: readonly Weekday[];

  /** Start hour, from 0 to 24, fractions allowed, in the time zone of the users. */
  readonly fromHour: number;

  /** End hour, from 0 to 24. When it is not after `fromHour`, the period ends on the next day. */
  readonly toHour: number;

  /** Load as a share of the peak, from 0 to 1. */
  readonly share: number;
}

/** Load of a node pool over a week, for cost estimates. It has no effect on deployed resources. */
export interface LoadProfile {
  /** Load outside of the periods as a share of the peak, from 0 to 1. */
  readonly otherwise: number;

  /** Periods of the week. Where two overlap, the later one of the list applies. */
  readonly periods: readonly LoadPeriod[];

  /**
   * Number of vCPUs that pods request at the peak. With it, machine types and limits can be compared at the same load.
   *
   * @default - all vCPUs of the pool at its maximum number of nodes
   */
  readonly peakVCpus?: number;
}

/**
 * Returns the profile, with each day of a period once, when its values are valid.
 *
 * @throws ValidationError when a day, an hour or a share is out of range
 */
export function requireLoadProfile(scope: Construct, profile: LoadProfile): LoadProfile {
  const requireUpTo = (name: string, value: number, max: number): void => {
    if (!(value >= 0 && value <= max)) {
      throw new ValidationError(scope, `'loadProfile.${name}' must be from 0 to ${max}, got ${value}`);
    }
  };
  requireUpTo('otherwise', profile.otherwise, 1);
  profile.periods.forEach(({ days, fromHour, toHour, share }, index) => {
    if (days.length === 0) throw new ValidationError(scope, `'loadProfile.periods[${index}].days' must not be empty`);
    for (const day of days) requireOneOf(scope, `loadProfile.periods[${index}].days`, day, WEEKDAYS);
    requireUpTo(`periods[${index}].fromHour`, fromHour, 24);
    requireUpTo(`periods[${index}].toHour`, toHour, 24);
    requireUpTo(`periods[${index}].share`, share, 1);
  });
  if (profile.peakVCpus !== undefined && !(profile.peakVCpus > 0)) {
    throw new ValidationError(scope, `'loadProfile.peakVCpus' must be above 0, got ${profile.peakVCpus}`);
  }
  return { ...profile, periods: profile.periods.map((period) => ({ ...period, days: [...new Set(period.days)] })) };
}
