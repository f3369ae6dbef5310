import { ReportedError } from '../core/reported-error';
import { isBlock, toList } from '../terraform/values';

/** Days of the week, from its first minute. */
export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export const MINUTES_A_WEEK = 7 * 24 * 60;

/** Load of a node pool in each minute of a week, as a share of the peak. */
export interface Load {
  readonly shares: Float64Array;

  /** vCPUs that pods request at a share of 1; undefined when that is the maximum size of the pool. */
  readonly peakVCpus?: number;
}

/**
 * Reads the load profile of a node pool: `{ otherwise, peakVCpus, periods: [{ days, fromHour, toHour, share }] }`. Of overlapping periods
 * the last one applies.
 *
 * @throws ReportedError with the address and the invalid value
 */
export function readLoad(address: string, profile: unknown): Load {
  const wrong = (what: string, got: unknown): never => {
    throw new ReportedError(`${address}: '${what}' of the load profile is not valid, got ${JSON.stringify(got)}`);
  };
  if (!isBlock(profile)) return wrong('loadProfile', profile);
  const share = (name: string, value: unknown): number =>
    typeof value === 'number' && value >= 0 && value <= 1 ? value : wrong(name, value);
  const hour = (name: string, value: unknown): number =>
    typeof value === 'number' && value >= 0 && value <= 24 ? Math.round(value * 60) : wrong(name, value);

  const shares = new Float64Array(MINUTES_A_WEEK).fill(share('otherwise', profile.otherwise));
  for (const period of toList(profile.periods)) {
    if (!isBlock(period)) return wrong('periods', period);
    const [from, to, value] = [hour('fromHour', period.fromHour), hour('toHour', period.toHour), share('share', period.share)];
    for (const day of toList(period.days)) {
      const index = DAYS.indexOf(day as (typeof DAYS)[number]);
      if (index < 0) return wrong('days', day);
      const midnight = index * 24 * 60;
      // A period whose end is before its start ends on the next day.
      const end = midnight + (to > from ? to : to + 24 * 60);
      for (let minute = midnight + from; minute < end; minute++) shares[minute % MINUTES_A_WEEK] = value;
    }
  }
  const { peakVCpus } = profile;
  if (peakVCpus === undefined || peakVCpus === null) return { shares };
  return typeof peakVCpus === 'number' && peakVCpus > 0 ? { shares, peakVCpus } : wrong('peakVCpus', peakVCpus);
}
