import { ReportedError } from '../core/reported-error';
import { isBlock, listOf } from '../terraform/values';

/** Days of a week, from the first minute of it on. */
export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export const MINUTES_A_WEEK = 7 * 24 * 60;

/** How much is asked of a pool of nodes in each minute of a week, as a share of the largest load. */
export interface Load {
  readonly shares: Float64Array;

  /** vCPUs that pods ask for at a share of 1; nothing when a share of 1 is the pool at its largest. */
  readonly peakVCpus?: number;
}

/**
 * Reads what a node pool says of its load: `{ otherwise, peakVCpus, periods: [{ days, fromHour, toHour, share }] }`. Of two periods that
 * hold for a minute the later one counts.
 *
 * @throws ReportedError naming the address and what is wrong
 */
export function loadOf(address: string, profile: unknown): Load {
  const wrong = (what: string, got: unknown): never => {
    throw new ReportedError(`${address}: '${what}' of the load profile is not understood, got ${JSON.stringify(got)}`);
  };
  if (!isBlock(profile)) return wrong('loadProfile', profile);
  const share = (name: string, value: unknown): number =>
    typeof value === 'number' && value >= 0 && value <= 1 ? value : wrong(name, value);
  const hour = (name: string, value: unknown): number =>
    typeof value === 'number' && value >= 0 && value <= 24 ? Math.round(value * 60) : wrong(name, value);

  const shares = new Float64Array(MINUTES_A_WEEK).fill(share('otherwise', profile.otherwise));
  for (const period of listOf(profile.periods)) {
    if (!isBlock(period)) return wrong('periods', period);
    const [from, to, value] = [hour('fromHour', period.fromHour), hour('toHour', period.toHour), share('share', period.share)];
    for (const day of listOf(period.days)) {
      const index = DAYS.indexOf(day as (typeof DAYS)[number]);
      if (index < 0) return wrong('days', day);
      const midnight = index * 24 * 60;
      // A period that ends before it begins ends on the day after.
      const end = midnight + (to > from ? to : to + 24 * 60);
      for (let minute = midnight + from; minute < end; minute++) shares[minute % MINUTES_A_WEEK] = value;
    }
  }
  const { peakVCpus } = profile;
  if (peakVCpus === undefined || peakVCpus === null) return { shares };
  return typeof peakVCpus === 'number' && peakVCpus > 0 ? { shares, peakVCpus } : wrong('peakVCpus', peakVCpus);
}
