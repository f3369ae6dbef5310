const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTH_NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/**
 * Counts the runs of a cron schedule in a year.
 *
 * @returns undefined for text that is not a cron schedule of five fields
 */
export function countRunsPerYear(schedule: string): number | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minutes, hours, days, months, weekdays] = [
    expandField(fields[0]!, 0, 59),
    expandField(fields[1]!, 0, 23),
    expandField(fields[2]!, 1, 31),
    expandField(fields[3]!, 1, 12, MONTH_NAMES),
    expandField(fields[4]!, 0, 7, DAY_NAMES),
  ];
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  // Cron runs on days that match either field, when both are restricted.
  const [isAnyDay, isAnyWeekday] = [fields[2]!.startsWith('*'), fields[4]!.startsWith('*')];
  let runDays = 0;
  // 2026 has 365 days.
  for (let day = 0; day < 365; day += 1) {
    const date = new Date(Date.UTC(2026, 0, 1 + day));
    if (!months.has(date.getUTCMonth() + 1)) continue;
    const onDay = days.has(date.getUTCDate());
    const onWeekday = weekdays.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.has(7));
    if (isAnyDay || isAnyWeekday ? onDay && onWeekday : onDay || onWeekday) runDays += 1;
  }
  return runDays * minutes.size * hours.size;
}

function expandField(field: string, min: number, max: number, names: readonly string[] = []): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of field.toUpperCase().split(',')) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (!match) return undefined;
    const [, from, to, step] = match;
    const first = from === '*' ? min : toNumber(from!, min, names);
    const last = from === '*' || (to === undefined && step !== undefined) ? max : toNumber(to ?? from!, min, names);
    const width = step === undefined ? 1 : Number(step);
    if (first === undefined || last === undefined || first < min || last > max || first > last || width < 1) return undefined;
    for (let value = first; value <= last; value += width) values.add(value);
  }
  return values;
}

function toNumber(text: string, min: number, names: readonly string[]): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const index = names.indexOf(text);
  return index < 0 ? undefined : index + min;
}
