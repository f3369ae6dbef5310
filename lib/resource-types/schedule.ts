import { hasBlock, known, listAt, numberAt, textAt } from '../terraform/values';
import { countRunsPerYear } from './cron';
import type { Comparison } from './protection';

/** Intervals of snapshots in `snapshot_schedule_policy.schedule`. */
export const SNAPSHOT_SCHEDULE: Comparison = {
  compare: (before, after) => describeLongerInterval('a snapshot', hoursBetweenSnapshots(before), hoursBetweenSnapshots(after)),
  examples: { strong: [{ daily_schedule: [{ days_in_cycle: 1 }] }], weak: [{ weekly_schedule: [{ day_of_weeks: [{ day: 'MONDAY' }] }] }] },
};

/** Times of backups in the `backup_schedule` of a GKE backup plan. */
export const GKE_BACKUP_SCHEDULE: Comparison = {
  compare: (before, after) => {
    const [was, is] = [before, after].map((schedule) => known(numberAt(schedule, 'rpo_config', 'target_rpo_minutes')));
    if (was !== undefined && is !== undefined) return is > was ? [`it may lose ${is} minutes instead of ${was}`] : [];
    if (hasSchedule(before) && !hasSchedule(after)) return ['it no longer has a schedule'];
    const [earlier, later] = [before, after].map((schedule) => {
      const minutes = known(numberAt(schedule, 'rpo_config', 'target_rpo_minutes'));
      return minutes === undefined ? hoursBetweenRuns(known(textAt(schedule, 'cron_schedule'))) : minutes / 60;
    });
    return describeLongerInterval('a backup', earlier, later);
  },
  examples: { strong: [{ cron_schedule: '0 3 * * *' }], weak: [{ cron_schedule: '0 3 * * 0' }] },
};

/** Cron schedule of copies. */
export function compareCron(what: string): Comparison {
  return {
    compare: (before, after) =>
      after === undefined
        ? ['it no longer has a schedule']
        : describeLongerInterval(what, hoursBetweenRuns(before as string | undefined), hoursBetweenRuns(after as string)),
    examples: { strong: '0 */6 * * *', weak: '0 3 * * *' },
  };
}

/** Days of the week on which a copy is taken, as a list. */
export function compareWeekdays(what: string): Comparison {
  return {
    compare: (before, after) => describeLongerInterval(what, hoursBetweenWeekdays(before), hoursBetweenWeekdays(after)),
    examples: { strong: ['MONDAY', 'THURSDAY'], weak: ['MONDAY'] },
  };
}

function hasSchedule(schedule: unknown): boolean {
  return known(textAt(schedule, 'cron_schedule')) !== undefined || hasBlock(schedule, 'rpo_config');
}

function describeLongerInterval(what: string, was: number | undefined, is: number | undefined): string[] {
  return was !== undefined && is !== undefined && is > was ? [`${what} every ${round(is)} hours instead of every ${round(was)}`] : [];
}

function round(hours: number): number {
  return Math.round(hours * 10) / 10;
}

/** Hours between two snapshots of the schedule of a policy; undefined when it has none. */
export function hoursBetweenSnapshots(schedule: unknown): number | undefined {
  const hours = known(numberAt(schedule, 'hourly_schedule', 'hours_in_cycle'));
  if (hours !== undefined) return hours;
  const days = known(numberAt(schedule, 'daily_schedule', 'days_in_cycle'));
  return days === undefined ? hoursBetweenWeekdays(listAt(schedule, 'weekly_schedule', 'day_of_weeks')) : days * 24;
}

function hoursBetweenRuns(cron: string | undefined): number | undefined {
  const runs = cron === undefined ? undefined : countRunsPerYear(cron);
  return runs === undefined || runs === 0 ? undefined : (365 * 24) / runs;
}

function hoursBetweenWeekdays(days: unknown): number | undefined {
  return Array.isArray(days) && days.length > 0 ? (7 * 24) / days.length : undefined;
}
