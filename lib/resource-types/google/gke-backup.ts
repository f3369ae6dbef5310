import { blocksAt, known, listAt, textAt, valueAt } from '../../terraform/values';
import type { Comparison } from '../protection';
import type { ResourceType } from '../resource-type';
import { GKE_BACKUP_SCHEDULE } from '../schedule';

/** Namespaces and applications of a backup plan, in its `backup_config`. */
const BACKUP_SCOPE: Comparison = {
  compare: (before, after) => {
    if (valueAt(before, 'all_namespaces') === true) {
      return valueAt(after, 'all_namespaces') === true ? [] : ['not all namespaces are backed up'];
    }
    if (valueAt(after, 'all_namespaces') === true) return [];
    const left = namespacesOf(before).filter((name) => !namespacesOf(after).includes(name));
    return left.length > 0 ? [`no longer backed up: ${left.join(', ')}`] : [];
  },
  examples: { strong: [{ all_namespaces: true }], weak: [{ selected_namespaces: [{ namespaces: ['a'] }] }] },
};

function namespacesOf(configuration: unknown): string[] {
  return [
    ...listAt(configuration, 'selected_namespaces', 'namespaces').map(String),
    ...blocksAt(configuration, 'selected_applications', 'namespaced_names').map(
      (entry) => `${known(textAt(entry, 'namespace'))}/${known(textAt(entry, 'name'))}`,
    ),
  ];
}

export const gkeBackup: readonly ResourceType[] = [
  {
    names: ['google_gke_backup_backup_plan'],
    what: 'a backup plan',
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the plan, from Terraform; a plan that has backups cannot be deleted, so the apply may fail here',
      source: 'https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-plan',
    },
    protections: [
      // 0, the default, keeps them until they are deleted: https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans#RetentionPolicy
      {
        path: ['retention_policy', 'backup_retain_days'],
        safe: { more: 'days', unset: 'strongest', unlimited: [0] },
        against: 'copy-loss',
        weaker: 'backups are kept',
      },
      {
        path: ['retention_policy', 'backup_delete_lock_days'],
        safe: { more: 'days', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'backups cannot be deleted for',
      },
      { path: ['retention_policy', 'locked'], safe: { oneOf: [true] }, against: 'copy-loss', weaker: 'its retention is no longer locked' },
      { path: ['backup_schedule'], safe: GKE_BACKUP_SCHEDULE, against: 'copy-loss', weaker: 'its schedule' },
      { path: ['backup_schedule', 'paused'], safe: { oneOf: [false, undefined] }, against: 'copy-loss', weaker: 'it is paused' },
      {
        path: ['deactivated'],
        safe: { oneOf: [false, undefined] },
        against: 'copy-loss',
        weaker: 'it is deactivated, which cannot be undone',
      },
      {
        path: ['backup_config', 'include_volume_data'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'volumes are no longer backed up',
      },
      {
        path: ['backup_config', 'include_secrets'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'secrets are no longer backed up',
      },
      { path: ['backup_config'], safe: BACKUP_SCOPE, against: 'copy-loss', weaker: 'its scope' },
    ],
    backup: { role: 'schedule', of: ['google_container_cluster'] },
    uniqueName: { path: ['name'], within: ['project', 'location'] },
    use: { whileUsed: 'held' },
    price: { unpriced: 'a price for each protected pod, and storage by its size', isLarge: false },
  },
  {
    names: ['google_gke_backup_restore_plan'],
    what: 'a restore plan',
    deletion: {
      kind: 'harmless',
      why: 'backups stay, and Terraform recreates the plan',
    },
    backup: { none: 'it restores copies, and takes none' },
    uniqueName: { path: ['name'], within: ['project', 'location'] },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_gke_backup_backup_channel', 'google_gke_backup_restore_channel'],
    what: 'a channel of backups',
    deletion: {
      kind: 'service',
      impact: 'backups and restores across projects',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
