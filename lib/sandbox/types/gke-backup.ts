import { lastPart } from '../references';
import type { TypeDescription } from '../type-description';
import { requireFound } from './google';

const API = 'gkebackup.googleapis.com';

const backupPlan: TypeDescription = {
  type: 'google_gke_backup_backup_plan',
  label: 'BackupPlan',
  api: API,
  providerDefaults: ['project'],
  identity: (resource) =>
    `projects/${resource.text('project')}/locations/${lastPart(resource.text('location'))}/backupPlans/${resource.text('name')}`,
  computed: [
    'deactivated',
    'project',
    'backup_config.{include_secrets,include_volume_data}',
    'backup_schedule.paused',
    'retention_policy.{backup_delete_lock_days,backup_retain_days,locked}',
  ],
  forceNew: ['cluster', 'location', 'name', 'project'],
  values: {
    'backup_config.include_secrets': false,
    'backup_config.include_volume_data': false,
    'backup_schedule.paused': false,
    deactivated: false,
    protected_pod_count: 0,
    'retention_policy.backup_delete_lock_days': 0,
    'retention_policy.backup_retain_days': 0,
    'retention_policy.locked': false,
    state: 'READY',
    state_reason: '',
  },
  rules: {
    create: [
      ({ resource, cloud }) =>
        requireFound(cloud, 'Error creating BackupPlan', 'google_container_cluster', resource.text('cluster').replace(/^\/\/[^/]+\//, '')),
    ],
  },
};

const restorePlan: TypeDescription = {
  type: 'google_gke_backup_restore_plan',
  label: 'RestorePlan',
  api: API,
  providerDefaults: ['project'],
  identity: (resource) =>
    `projects/${resource.text('project')}/locations/${lastPart(resource.text('location'))}/restorePlans/${resource.text('name')}`,
  computed: ['project'],
  forceNew: ['{backup_plan,cluster,location,name,project}'],
  values: { state: 'READY', state_reason: '' },
  holds: [{ path: 'backup_plan', type: 'google_gke_backup_backup_plan' }],
};

export const gkeBackup: readonly TypeDescription[] = [backupPlan, restorePlan];
