import { Annotations, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { requireDistinct, requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Day of the week, in UTC. */
export type MaintenanceDay = (typeof DAYS)[number];

const SCOPES = ['NO_UPGRADES', 'NO_MINOR_UPGRADES', 'NO_MINOR_OR_NODE_UPGRADES'] as const;

/** Upgrades that an exclusion prevents. */
export type MaintenanceExclusionScope = (typeof SCOPES)[number];

/** Maintenance exclusion: a period without upgrades. Node repairs and critical security patches still happen. */
export interface MaintenanceExclusion {
  /** Start in UTC, for example `2026-12-18T00:00:00Z`. */
  readonly start: string;

  /**
   * End in UTC, at most 90 days after the start for scope `NO_UPGRADES`. An exclusion in the past has no effect and counts
   * against the limits: synth warns about it, and does not fail as time passes.
   */
  readonly end: string;

  /**
   * Upgrades that are prevented: all upgrades, upgrades to another minor version, or the latter and all node upgrades.
   *
   * @default NO_UPGRADES
   */
  readonly scope?: MaintenanceExclusionScope;
}

/** Options of the maintenance window, in which GKE upgrades a cluster. */
export interface MaintenanceOptions {
  /**
   * Days of the week of the maintenance window. Choose earlier days for staging than for production.
   *
   * @default - tuesday, wednesday and thursday, on which operators are at work
   */
  readonly maintenanceDays?: readonly MaintenanceDay[];

  /**
   * Start hour of the maintenance window, in UTC.
   *
   * @default 1
   */
  readonly maintenanceStartHourUtc?: number;

  /**
   * Length of the maintenance window in hours, from 4 to 24. GKE requires 48 hours in any 32 days, so days times hours must be
   * at least 12.
   *
   * @default - the minimum of GKE: 12 for one day, 6 for two, otherwise 4
   */
  readonly maintenanceHours?: number;

  /**
   * Maintenance exclusions by name: at most 20, of which at most 3 have scope `NO_UPGRADES`. They do not recur.
   *
   * @default - none
   */
  readonly maintenanceExclusions?: Readonly<Record<string, MaintenanceExclusion>>;
}

/** Number of times that each day of the week occurs in any 32 days, at least. */
const WEEKS = 4;
const MIN_HOURS = 48;
const DAY_MS = 24 * 3600 * 1000;

/** Maintenance window and exclusions, validated against the limits of GKE. */
export class Maintenance {
  public readonly days: readonly MaintenanceDay[];
  public readonly startHourUtc: number;
  public readonly hours: number;
  public readonly exclusions: Readonly<Record<string, MaintenanceExclusion>>;

  constructor(scope: IConstruct, options: MaintenanceOptions) {
    this.days = requireDistinct(scope, 'maintenanceDays', options.maintenanceDays ?? ['tuesday', 'wednesday', 'thursday']);
    for (const day of this.days) requireOneOf(scope, 'maintenanceDays', day, DAYS);
    this.startHourUtc = requireKnownNumber(scope, 'maintenanceStartHourUtc', options.maintenanceStartHourUtc ?? 1, { min: 0, max: 23 });
    const minHours = Math.max(4, Math.ceil(MIN_HOURS / WEEKS / this.days.length));
    this.hours = requireKnownNumber(scope, 'maintenanceHours', options.maintenanceHours ?? minHours, { min: 4, max: 24 });

    const available = this.days.length * this.hours * WEEKS;
    if (available < MIN_HOURS) {
      throw new ValidationError(
        scope,
        `'maintenanceDays' and 'maintenanceHours' must leave ${MIN_HOURS} hours in any 32 days, got ${this.days.length} a week of ${this.hours} hours, which is ${available}`,
      );
    }

    this.exclusions = options.maintenanceExclusions ?? {};
    requireExclusions(scope, this.exclusions);
  }

  /** Maintenance window in the format of GKE: a first occurrence in the past, and its recurrence. */
  public get recurringWindow(): { startTime: string; endTime: string; recurrence: string } {
    const inOrder = DAYS.filter((day) => this.days.includes(day));
    // 1 January 2024 was a Monday.
    const start = new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(inOrder[0]!), this.startHourUtc));
    const end = new Date(start.getTime() + this.hours * 3600 * 1000);
    return {
      startTime: formatInstant(start),
      endTime: formatInstant(end),
      recurrence: `FREQ=WEEKLY;BYDAY=${inOrder.map((day) => day.slice(0, 2).toUpperCase()).join(',')}`,
    };
  }
}

/** Requires a whole number in the range that is no reference: the window is computed from it. */
function requireKnownNumber(scope: IConstruct, prop: string, value: number, range: { readonly min: number; readonly max: number }): number {
  if (Token.isUnresolved(value)) throw new ValidationError(scope, `'${prop}' must be a number that is known at synth, got a reference`);
  return requireWholeNumber(scope, prop, value, range);
}

function requireExclusions(scope: IConstruct, exclusions: Readonly<Record<string, MaintenanceExclusion>>): void {
  const named = Object.entries(exclusions);
  if (named.length > 20) throw new ValidationError(scope, `'maintenanceExclusions' must have at most 20 entries, got ${named.length}`);

  const full = named.filter(([, exclusion]) => (exclusion.scope ?? 'NO_UPGRADES') === 'NO_UPGRADES');
  if (full.length > 3) {
    throw new ValidationError(scope, `'maintenanceExclusions' must have at most 3 of scope NO_UPGRADES, got ${full.length}`);
  }

  for (const [name, exclusion] of named) {
    requireMatch(
      scope,
      'maintenanceExclusions',
      name,
      /^[A-Za-z0-9]([-\w. ]{0,61}[A-Za-z0-9])?$/,
      "keyed by names of at most 63 letters, digits, spaces, '-', '_' and '.', beginning and ending with a letter or digit",
    );
    const prop = `maintenanceExclusions.${name}`;
    requireOneOf(scope, `${prop}.scope`, exclusion.scope ?? 'NO_UPGRADES', SCOPES);
    const end = parseInstant(scope, `${prop}.end`, exclusion.end);
    const days = (end - parseInstant(scope, `${prop}.start`, exclusion.start)) / DAY_MS;
    if (days <= 0) throw new ValidationError(scope, `'${prop}.end' must be after its start (${exclusion.start}), got '${exclusion.end}'`);
    // No error: the same code would synthesize today and fail tomorrow, perhaps during an incident.
    if (end <= Date.now()) {
      Annotations.of(scope).addWarning(`maintenance exclusion '${name}' ended at ${exclusion.end} and has no effect: remove it`);
    }
    if (full.some(([other]) => other === name) && days > 90) {
      throw new ValidationError(scope, `'${prop}' must be at most 90 days long, got ${Math.ceil(days)}`);
    }
  }
}

/** Parses a UTC date and time to milliseconds. Dates that do not exist are rejected. */
function parseInstant(scope: IConstruct, prop: string, text: string): number {
  const rule = 'a UTC time such as 2026-12-18T00:00:00Z';
  requireMatch(scope, prop, text, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/, rule);
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || formatInstant(time) !== text)
    throw new ValidationError(scope, `'${prop}' must be ${rule}, got '${text}'`);
  return time.getTime();
}

function formatInstant(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}
