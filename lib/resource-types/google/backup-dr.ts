import { known, numberAt, textAt } from '../../terraform/values';
import { compareBlocks } from '../compare-blocks';
import type { ResourceType } from '../resource-type';

const RECURRENCES = ['HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];

/** Rules of a backup plan. */
const BACKUP_RULES = compareBlocks({
  key: 'rule_id',
  isWeaker: (was, is) => {
    const days = (rule: unknown): number => known(numberAt(rule, 'backup_retention_days')) ?? 0;
    const recurrence = (rule: unknown): number => RECURRENCES.indexOf(known(textAt(rule, 'standard_schedule', 'recurrence_type')) ?? '');
    return is === undefined || days(is) < days(was) || recurrence(is) > recurrence(was);
  },
  clause: 'backups are taken less often or kept for a shorter time, by rules',
  examples: {
    strong: [{ rule_id: 'daily', backup_retention_days: 30, standard_schedule: [{ recurrence_type: 'DAILY' }] }],
    weak: [{ rule_id: 'daily', backup_retention_days: 30, standard_schedule: [{ recurrence_type: 'WEEKLY' }] }],
  },
});

export const backupDr: readonly ResourceType[] = [
  {
    names: ['google_backup_dr_backup_vault'],
    what: 'a backup vault',
    deletion: {
      kind: 'data',
      impact: 'every backup in it that is past its enforced retention',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/backup_dr_backup_vault',
    },
    protections: [
      {
        path: ['backup_minimum_enforced_retention_duration'],
        safe: { more: '', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'backups cannot be deleted for',
      },
      {
        path: ['force_update'],
        safe: { oneOf: [false, undefined] },
        against: 'copy-loss',
        weaker: 'its retention can be shortened although backup plans rely on it',
      },
      {
        path: ['ignore_inactive_datasources'],
        safe: { oneOf: [false, undefined] },
        against: 'deletion',
        weaker: 'it can be deleted with data sources in it',
      },
      {
        path: ['ignore_backup_plan_references'],
        safe: { oneOf: [false, undefined] },
        against: 'deletion',
        weaker: 'it can be deleted while backup plans use it',
      },
    ],
    backup: { role: 'copy', of: ['google_compute_instance', 'google_compute_disk'] },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_backup_dr_backup_plan_association'],
    what: 'the association of a VM instance or a disk with a backup plan',
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the association, from Terraform; not the backups in between',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/backup_dr_backup_plan_association',
    },
    backup: { role: 'assignment', of: ['google_compute_instance', 'google_compute_disk'] },
    price: { unpriced: 'protection by the size of what it protects', isLarge: false },
  },
  {
    names: ['google_backup_dr_backup_plan'],
    what: 'a backup plan',
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the plan, from Terraform; not the backups in between',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/backup_dr_backup_plan',
    },
    protections: [
      { path: ['backup_rules'], safe: BACKUP_RULES, against: 'copy-loss', weaker: 'its rules' },
      { path: ['log_retention_days'], safe: { more: 'days', unset: 'weakest' }, against: 'copy-loss', weaker: 'transaction logs are kept' },
    ],
    price: { free: 'the backups are paid' },
  },
  {
    names: ['google_backup_dr_management_server', 'google_backup_dr_service_config'],
    what: 'management of backups',
    deletion: {
      kind: 'service',
      impact: 'backups and restores through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its VM instances', isLarge: false },
  },
];
