import type { PluginCheck } from './plugin-checks';

const NAMES: readonly (readonly string[])[] = [
  [],
  [],
  [],
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
];

/** Fields of a cron schedule: minute, hour, day of the month, month, day of the week. */
const LIMITS: readonly (readonly [least: number, most: number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
];

const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** Validates a cron schedule. */
export const schedule: PluginCheck = (value, key) => (isSchedule(String(value)) ? [] : [`"${key}" should be an valid Cron expression`]);

function isSchedule(text: string): boolean {
  if (text.startsWith('@')) return DESCRIPTORS.includes(text) || /^@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text);
  const fields = text.trim().split(/\s+/);
  return fields.length === LIMITS.length && fields.every((field, at) => field.split(',').every((part) => isPart(part, at)));
}

/** Validates a number, range or `*` in a field, with an optional step. */
function isPart(part: string, at: number): boolean {
  const [range = '', step, ...rest] = part.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === '*' || range === '?') return true;
  const [least, most] = LIMITS[at]!;
  const ends = range.split('-').map((end) => parseNumber(end, at));
  const [first = -1, last = first] = ends;
  return ends.length <= 2 && ends.every((end) => end >= least && end <= most) && first <= last;
}

function parseNumber(text: string, at: number): number {
  const named = NAMES[at]!.indexOf(text.toLowerCase());
  if (named >= 0) return named + LIMITS[at]![0];
  return /^\d+$/.test(text) ? Number(text) : -1;
}
