import type { ResourceChange } from '../../terraform/plan';
import { hasBlock, known, numberAt, textAt, textsAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Snapshot schedules, backup plans and retention periods that become weaker. */
export const backupWeakened: Rule = {
  id: 'backup-weakened',
  severities: ['refuse'],
  title: 'A snapshot schedule, a backup plan or a retention period is weakened',
  why: 'a weaker schedule looks like any other update, and is noticed only when data has to be restored',
  remediation: 'restore the previous value, or acknowledge it with the reason why less is enough',
  check: ({ resources }) =>
    resources
      // Replacements too: the new schedule has to be as strong.
      .filter((change) => change.before !== null && change.after !== null)
      .flatMap((change): Finding[] => {
        const weaker = CHECKS[change.type]?.(change) ?? [];
        if (weaker.length === 0) return [];
        return [
          {
            severity: 'refuse',
            address: change.address,
            action: change.action,
            reason: `${known(textAt(change.before, 'name')) ?? change.name}: ${weaker.join('; ')}`,
            impact: 'copies that will be missing when they are needed; copies beyond the new retention are deleted at once',
            recovery: 'none: copies that were deleted or never taken cannot be recreated',
          },
        ];
      }),
};

type Weaker = (change: ResourceChange) => string[];

const CHECKS: Readonly<Record<string, Weaker>> = {
  google_compute_resource_policy: (change) => [
    ...(hasBlock(change.before, 'snapshot_schedule_policy') && !hasBlock(change.after, 'snapshot_schedule_policy')
      ? ['it no longer takes snapshots']
      : [
          ...shorter(change, 'snapshots are kept', 'days', true, 'snapshot_schedule_policy', 'retention_policy', 'max_retention_days'),
          ...rarer(change),
          ...becomes(change, 'APPLY_RETENTION_POLICY', 'snapshots no longer outlive their disk', [
            'snapshot_schedule_policy',
            'retention_policy',
            'on_source_disk_delete',
          ]),
        ]),
  ],
  google_gke_backup_backup_plan: (change) => [
    ...shorter(change, 'backups are kept', 'days', false, 'retention_policy', 'backup_retain_days'),
    ...shorter(change, 'backups cannot be deleted for', 'days', false, 'retention_policy', 'backup_delete_lock_days'),
    ...becomes(change, true, 'it is paused', ['backup_schedule', 'paused']),
    ...becomes(change, true, 'it is deactivated, which cannot be undone', ['deactivated']),
    ...becomes(change, false, 'volumes are no longer backed up', ['backup_config', 'include_volume_data']),
    ...becomes(change, false, 'secrets are no longer backed up', ['backup_config', 'include_secrets']),
    ...longer(change, 'it may lose', 'minutes', 'backup_schedule', 'rpo_config', 'target_rpo_minutes'),
    ...(known(textAt(change.before, 'backup_schedule', 'cron_schedule')) !== undefined &&
    known(textAt(change.after, 'backup_schedule', 'cron_schedule')) === undefined &&
    !hasBlock(change.after, 'backup_schedule', 'rpo_config')
      ? ['it no longer has a schedule']
      : []),
    ...narrower(change),
  ],
  google_compute_disk: lastSnapshot,
  google_compute_region_disk: lastSnapshot,
  google_storage_bucket: (change) => [
    ...(valueAt(change.before, 'versioning', 'enabled') === true && valueAt(change.after, 'versioning', 'enabled') !== true
      ? ['overwritten and deleted objects are no longer kept']
      : []),
    ...shorter(change, 'deleted objects can be restored for', 'seconds', false, 'soft_delete_policy', 'retention_duration_seconds'),
    ...shorter(change, 'objects cannot be deleted for', 'seconds', false, 'retention_policy', 'retention_period'),
  ],
  google_sql_database_instance: (change) => [
    ...(valueAt(change.before, 'settings', 'backup_configuration', 'enabled') === true &&
    valueAt(change.after, 'settings', 'backup_configuration', 'enabled') !== true
      ? ['it is no longer backed up']
      : []),
    ...(valueAt(change.before, 'settings', 'backup_configuration', 'point_in_time_recovery_enabled') === true &&
    valueAt(change.after, 'settings', 'backup_configuration', 'point_in_time_recovery_enabled') !== true
      ? ['it can no longer be restored to any moment']
      : []),
  ],
};

function lastSnapshot(change: ResourceChange): string[] {
  return valueAt(change.before, 'create_snapshot_before_destroy') === true &&
    valueAt(change.after, 'create_snapshot_before_destroy') !== true
    ? ['no final snapshot is taken before it is deleted']
    : [];
}

/** @param withoutIsForever true where an unset value keeps copies forever */
function shorter(change: ResourceChange, what: string, unit: string, withoutIsForever: boolean, ...path: string[]): string[] {
  const was = known(numberAt(change.before, ...path));
  const is = known(numberAt(change.after, ...path));
  if (was === undefined) return withoutIsForever && is !== undefined ? [`${what} ${is} ${unit} instead of forever`] : [];
  if (is === undefined) return withoutIsForever || isUnknown(change, path) ? [] : [`${what} no fixed time instead of ${was} ${unit}`];
  return is < was ? [`${what} ${is} ${unit} instead of ${was}`] : [];
}

function longer(change: ResourceChange, what: string, unit: string, ...path: string[]): string[] {
  const was = known(numberAt(change.before, ...path));
  const is = known(numberAt(change.after, ...path));
  return was !== undefined && is !== undefined && is > was ? [`${what} ${is} ${unit} instead of ${was}`] : [];
}

function becomes(change: ResourceChange, value: unknown, words: string, path: readonly string[]): string[] {
  return valueAt(change.after, ...path) === value && valueAt(change.before, ...path) !== value && change.before !== null ? [words] : [];
}

/** Hours between two snapshots of a schedule. */
function hoursBetween(policy: unknown): number | undefined {
  const schedule = valueAt(policy, 'snapshot_schedule_policy', 'schedule');
  const hours = known(numberAt(schedule, 'hourly_schedule', 'hours_in_cycle'));
  if (hours !== undefined) return hours;
  const days = known(numberAt(schedule, 'daily_schedule', 'days_in_cycle'));
  if (days !== undefined) return days * 24;
  const weekdays = valueAt(schedule, 'weekly_schedule', 'day_of_weeks');
  return Array.isArray(weekdays) && weekdays.length > 0 ? (7 * 24) / weekdays.length : undefined;
}

function rarer({ before, after }: ResourceChange): string[] {
  const was = hoursBetween(before);
  const is = hoursBetween(after);
  return was !== undefined && is !== undefined && is > was ? [`a snapshot every ${round(is)} hours instead of every ${round(was)}`] : [];
}

function round(hours: number): number {
  return Math.round(hours * 10) / 10;
}

/** Namespaces or applications that a backup plan no longer includes. */
function narrower({ before, after }: ResourceChange): string[] {
  const [was, is] = [before, after].map((plan) => valueAt(plan, 'backup_config'));
  if (valueAt(was, 'all_namespaces') === true) {
    return valueAt(is, 'all_namespaces') === true ? [] : ['not all namespaces are backed up'];
  }
  if (valueAt(is, 'all_namespaces') === true) return [];
  const left = namespacesOf(was).filter((name) => !namespacesOf(is).includes(name));
  return left.length > 0 ? [`no longer backed up: ${joinNames(left)}`] : [];
}

function namespacesOf(configuration: unknown): string[] {
  const applications = valueAt(configuration, 'selected_applications', 'namespaced_names');
  return [
    ...known(textsAt(configuration, 'selected_namespaces', 'namespaces')),
    ...(Array.isArray(applications)
      ? applications.map((entry) => `${known(textAt(entry, 'namespace'))}/${known(textAt(entry, 'name'))}`)
      : []),
  ];
}

function isUnknown({ afterUnknown }: ResourceChange, path: readonly string[]): boolean {
  return afterUnknown === true || path.some((_, index) => valueAt(afterUnknown, ...path.slice(0, index + 1)) === true);
}
