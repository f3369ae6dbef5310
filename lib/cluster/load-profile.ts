import type { Construct } from 'constructs';
import { requireOneOf } from '../core/require';
import { ValidationError } from '../core/validation-error';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** Hours of some days of the week, and how much is asked of a node pool in them. */
export interface LoadPeriod {
  readonly days: readonly Weekday[];

  /** Hour of the day at which it begins, from 0 to 24, with a fraction if need be. In the time of those who make the load. */
  readonly fromHour: number;

  /** Hour at which it ends; when that is not later, on the day after. */
  readonly toHour: number;

  /** Share of the largest load, from 0 to 1. */
  readonly share: number;
}

/** How much is asked of a node pool over a week: what an estimate of its cost is made from. Nothing that is deployed depends on it. */
export interface LoadProfile {
  /** Share of the largest load outside of the periods, from 0 to 1. */
  readonly otherwise: number;

  /** Where two of them hold, the later one of the list counts. */
  readonly periods: readonly LoadPeriod[];

  /**
   * vCPUs that pods ask for at a share of 1. With it, other machine types and limits can be compared at the same load.
   *
   * @default - as many as the pool has at its largest
   */
  readonly peakVCpus?: number;
}

/** @throws ValidationError when a share or an hour cannot be one */
export function requireLoadProfile(scope: Construct, profile: LoadProfile): LoadProfile {
  const within = (name: string, value: number, most: number): void => {
    if (!(value >= 0 && value <= most)) {
      throw new ValidationError(scope, `'loadProfile.${name}' must be from 0 to ${most}, got ${value}`);
    }
  };
  within('otherwise', profile.otherwise, 1);
  profile.periods.forEach(({ days, fromHour, toHour, share }, index) => {
    for (const day of days) requireOneOf(scope, `loadProfile.periods[${index}].days`, day, WEEKDAYS);
    within(`periods[${index}].fromHour`, fromHour, 24);
    within(`periods[${index}].toHour`, toHour, 24);
    within(`periods[${index}].share`, share, 1);
  });
  if (profile.peakVCpus !== undefined && !(profile.peakVCpus > 0)) {
    throw new ValidationError(scope, `'loadProfile.peakVCpus' must be above 0, got ${profile.peakVCpus}`);
  }
  return profile;
}
